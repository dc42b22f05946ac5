"""The same account at a service is one profile, and connecting it renews nothing but its own."""

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.profile import Profile
from daygate.link import finish
from daygate.link.finish import AnotherAccount, Connected
from daygate.link.kinds import LIST_CALENDARS
from daygate.providers.base import Credential, ProviderSpec
from daygate.store import profiles, schema
from daygate.store.engine import Store
from daygate.store.vault import load_credential
from tests.unit.link.conftest import RING, credential


async def keep(
    store: Store,
    spec: ProviderSpec,
    shown: Credential,
    account_id: AccountId | None = None,
    *,
    fresh: bool = False,
) -> Connected:
    return await store.transact(
        lambda tx: finish.keep(tx, RING, spec, shown, account_id, fresh=fresh)
    )


async def password(store: Store, one: Connected) -> str:
    async with store.read() as tx:
        secret = await load_credential(tx, RING, one.account_id, one.profile_id)
    assert secret is not None
    return str(secret["password"])


async def profile_of(store: Store, one: Connected) -> Profile:
    async with store.read() as tx:
        found = await profiles.get(tx, one.account_id, one.profile_id)
    assert found is not None
    return found


async def break_(store: Store, one: Connected) -> None:
    async with store.write() as tx:
        await profiles.note_health(
            tx, one.account_id, one.profile_id, connected=False, failures=3, last_fault="refused"
        )


async def looks(store: Store) -> list[str]:
    async with store.read() as tx:
        kind = schema.work.c.kind == LIST_CALENDARS
        return [row.key for row in await tx.all(sa.select(schema.work.c.key).where(kind))]


async def test_somebody_new_gets_an_account_a_profile_and_a_first_look(store, spec):
    one = await keep(store, spec, credential(home="/ada/"))
    assert one.new_profile
    profile = await profile_of(store, one)
    assert (profile.connected, profile.initial_sync_done) == (True, False)
    assert (profile.provider_key, profile.profile_name) == ("sandbox", "ada@calendar.example")
    assert await password(store, one) == "one"
    assert await looks(store) == [one.profile_id]
    async with store.read() as tx:
        assert await profiles.facts_of(tx, one.account_id, one.profile_id) == {"home": "/ada/"}
        (account,) = await tx.all(sa.select(schema.accounts))
        (kept,) = await tx.all(sa.select(schema.credentials.c.secret_sealed))
    assert (account.account_id, account.email) == (one.account_id, "ada@calendar.example")
    assert b"one" not in bytes(kept.secret_sealed)


async def test_whoever_comes_again_is_known_and_brings_the_newest_password(store, spec):
    first = await keep(store, spec, credential())
    await break_(store, first)
    again = await keep(store, spec, credential(password="two", home="/new/"))
    assert again == Connected(first.account_id, first.profile_id, new_profile=False)
    profile = await profile_of(store, again)
    assert (profile.connected, profile.failures, profile.last_fault) == (True, 0, "")
    assert await password(store, again) == "two"


async def test_another_account_of_the_service_joins_whom_it_is_shown_to(store, spec):
    ada = await keep(store, spec, credential())
    bob = await keep(store, spec, credential("bob"), ada.account_id)
    assert bob.account_id == ada.account_id
    assert bob.new_profile
    assert await password(store, ada) == "one"


async def test_two_people_may_each_hold_the_same_calendar_account(store, spec):
    mine = await keep(store, spec, credential())
    stranger = await keep(store, spec, credential("bob"))
    shared = await keep(store, spec, credential(password="two"), stranger.account_id)
    assert shared.new_profile
    assert shared.profile_id != mine.profile_id
    assert await password(store, mine) == "one"


async def test_a_fresh_account_ignores_what_is_known(store, spec):
    known = await keep(store, spec, credential())
    fresh = await keep(store, spec, credential(), fresh=True)
    assert fresh.account_id != known.account_id
    assert fresh.profile_id != known.profile_id


async def test_a_look_that_was_to_keep_its_distance_is_due_at_once_after_a_new_password(
    timed_store, spec, clock
):
    one = await keep(timed_store, spec, credential())
    w = schema.work.c
    async with timed_store.write() as tx:
        waiting = {"claim": "nobody", "due_ms": clock.ms + 600_000}
        await tx.execute(sa.update(schema.work).where(w.key == one.profile_id).values(waiting))
    await keep(timed_store, spec, credential(password="two"))
    async with timed_store.read() as tx:
        (row,) = await tx.all(sa.select(w.claim, w.due_ms).where(w.key == one.profile_id))
    assert (row.claim, row.due_ms) == (None, clock.ms)


async def test_relinking_takes_the_very_same_account(store, spec):
    one = await keep(store, spec, credential())
    await break_(store, one)
    broken = await profile_of(store, one)
    back = await store.transact(
        lambda tx: finish.relink(tx, RING, spec, credential(password="two"), broken)
    )
    assert (back.account_id, back.profile_id) == (one.account_id, one.profile_id)
    assert (await profile_of(store, one)).connected
    assert await password(store, one) == "two"


async def test_relinking_with_another_account_writes_nothing(store, spec):
    one = await keep(store, spec, credential())
    other = await keep(store, spec, credential("bob"))
    await break_(store, one)
    broken = await profile_of(store, one)
    for shown in (credential("bob", "two"), credential("eve", "two")):
        with pytest.raises(AnotherAccount):
            await store.transact(
                lambda tx, shown=shown: finish.relink(tx, RING, spec, shown, broken)
            )
    assert not (await profile_of(store, one)).connected
    assert [await password(store, each) for each in (one, other)] == ["one", "one"]
    async with store.read() as tx:
        held = await tx.all(sa.select(schema.profiles.c.profile_id))
    assert {ProfileId(row.profile_id) for row in held} == {one.profile_id, other.profile_id}
