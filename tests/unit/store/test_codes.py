"""Codes are claimed once, and only by the application they were made for, within their life."""

import asyncio

import pytest

from daygate.domain.ids import ApplicationId, new_account_id, new_grant_id, new_profile_id
from daygate.kit.crypto import fingerprint
from daygate.store import codes
from daygate.store.codes import StoredCode
from daygate.store.engine import Store
from tests.conftest import SettableClock

OURS, THEIRS = ApplicationId("app_ours"), ApplicationId("app_theirs")
LIFE_S = 60


def code(text: str = "a", grant_id=None) -> StoredCode:
    return StoredCode(
        code_hash=fingerprint(text),
        account_id=new_account_id(),
        grant_id=grant_id or new_grant_id(),
        application_id=OURS,
        profile_id=new_profile_id(),
        redirect_uri="https://a.example/cb",
        scope="read_events",
        code_challenge="challenge",
    )


async def kept(store: Store, one: StoredCode) -> StoredCode:
    await store.transact(lambda tx: codes.insert(tx, one, LIFE_S))
    return one


async def claim(store: Store, one: StoredCode, whose: ApplicationId = OURS) -> StoredCode | None:
    return await store.transact(lambda tx: codes.claim(tx, one.code_hash, whose))


async def burn(store: Store, one: StoredCode) -> StoredCode | None:
    return await store.transact(lambda tx: codes.burn(tx, one.code_hash))


async def test_a_claim_gives_back_what_was_kept_and_the_next_one_nothing(store):
    one = await kept(store, code())
    assert await claim(store, one) == one
    assert await claim(store, one) is None


async def test_of_many_claims_at_once_one_gets_it(store):
    one = await kept(store, code())
    found = await asyncio.gather(*(claim(store, one) for _ in range(20)))
    assert [each for each in found if each] == [one]


async def test_another_application_gets_nothing_and_takes_nothing(store):
    one = await kept(store, code())
    assert await claim(store, one, THEIRS) is None
    assert await claim(store, one) == one


@pytest.mark.parametrize(("after_s", "lives"), [(LIFE_S - 0.001, True), (LIFE_S, False)])
async def test_a_code_lives_until_its_time_is_over(
    timed_store: Store, clock: SettableClock, after_s: float, lives: bool
):
    one = await kept(timed_store, code())
    clock.advance(s=after_s)
    assert (await claim(timed_store, one) == one) is lives


async def test_burning_tells_a_code_that_was_in_use_from_one_that_ran_out(
    timed_store: Store, clock: SettableClock
):
    used, fresh, idle = [await kept(timed_store, code(text)) for text in "abc"]
    await claim(timed_store, used)
    assert await burn(timed_store, fresh) == fresh
    assert await claim(timed_store, fresh) is None
    clock.advance(s=LIFE_S)
    assert await burn(timed_store, used) == used
    assert await burn(timed_store, fresh) == fresh
    assert await burn(timed_store, idle) is None
    assert await burn(timed_store, code("never kept")) is None


async def test_the_end_of_a_grant_burns_its_codes_and_no_others(store):
    one, other = await kept(store, code("a")), await kept(store, code("b"))
    await store.transact(lambda tx: codes.burn_grant(tx, one.grant_id))
    assert await claim(store, one) is None
    assert await claim(store, other) == other
