"""The background process: what is asked for by one room is done by another, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
import sqlalchemy as sa

from daygate.applications import members, register
from daygate.domain.application import Application
from daygate.domain.developer import CONSOLE
from daygate.domain.ids import AccountId, ProfileId
from daygate.link import finish
from daygate.oauth import grants, pending
from daygate.oauth.request import AuthorizationRequest
from daygate.store import schema
from daygate.store.engine import Store, Tx
from daygate.work.queue import INSTALLATION, Lane, enqueue
from daygate.worker import SLOTS, TIDY, jobs, run
from tests.conftest import SettableClock
from tests.servers.inside import Inside, inside

KEY = "k" * 32
OF_A_PROFILE = (
    schema.profiles, schema.credentials, schema.identities, schema.calendars, schema.objects,
    schema.occurrences,
)  # fmt: skip


@pytest.fixture
async def house(timed_store: Store) -> AsyncIterator[Inside]:
    async with inside(timed_store, date(2026, 1, 1)) as opened:
        yield opened


async def kept(house: Inside) -> list[int]:
    """How many rows of profiles there are, table by table."""
    async with house.parts.store.read() as tx:
        return [len(await tx.all(sa.select(table))) for table in OF_A_PROFILE]


async def application(house: Inside) -> Application:
    async with house.parts.store.read() as tx:
        return await register.by_client_id(tx, house.client["client_id"])


async def show(house: Inside, person: str) -> tuple[str, AccountId, ProfileId]:
    """Somebody shows a calendar account in the flow and then does nothing more; the handle."""
    spec = house.parts.catalog.by_key("sandbox")
    assert spec is not None
    answer = {"user": person, "password": house.world.app_password(person)}
    credential = await finish.admit(spec, answer)
    app = await application(house)
    asked = AuthorizationRequest(app.client_id, "https://a.example/cb", "code", "read_events")

    async def shown(tx: Tx) -> tuple[str, AccountId, ProfileId]:
        handle = await pending.begin(tx, app, asked, KEY, "https://gate.example")
        one = await finish.keep(tx, house.parts.ring, spec, credential, None)
        waiting = await pending.load(tx, handle, KEY)
        await pending.attach(tx, waiting, one.account_id, one.profile_id)
        return handle, one.account_id, one.profile_id

    return await house.parts.store.transact(shown)


async def tidy(house: Inside) -> None:
    store = house.parts.store
    await store.transact(lambda tx: enqueue(tx, INSTALLATION, TIDY, "directory", Lane.TIDY))
    await house.drain()


async def test_closing_an_application_ends_its_grants_and_forgets_what_only_it_could_see(house):
    for person in ("ada", "bruno"):
        await house.connect(person)
    await house.drain()
    assert min(await kept(house)) > 1
    app = await application(house)
    await house.parts.store.transact(lambda tx: register.close(tx, app, CONSOLE))
    await house.drain()
    assert await kept(house) == [0] * len(OF_A_PROFILE)
    async with house.parts.store.read() as tx:
        living = sa.select(schema.grants).where(schema.grants.c.revoked_ms.is_(None))
        assert await tx.all(living) == []


async def test_a_profile_of_a_closed_application_stays_while_another_one_shares_it(house):
    granted = await house.connect()
    closing = await application(house)
    other = register.Wanted("Other")

    async def share(tx: Tx) -> None:
        owner = (await members.every(tx))[0]
        made = await register.register(tx, house.parts.ring, owner, other, CONSOLE)
        (profile,) = await tx.all(sa.select(schema.profiles.c.profile_id))
        one = frozenset({ProfileId(profile.profile_id)})
        await grants.consent(
            tx, AccountId(granted["sub"]), made.application.application_id, "read_only", (one, one)
        )

    await house.parts.store.transact(share)
    await house.drain()
    before = await kept(house)
    await house.parts.store.transact(lambda tx: register.close(tx, closing, CONSOLE))
    await house.drain()
    assert await kept(house) == before


async def test_what_was_shown_before_a_tab_was_closed_is_forgotten_once_the_request_is_over(
    house: Inside, clock: SettableClock
):
    await show(house, "ada")
    await tidy(house)
    assert min(await kept(house)) > 0
    clock.advance(s=pending.LIFE_S)
    await tidy(house)
    await house.drain()
    assert await kept(house) == [0] * len(OF_A_PROFILE)


async def test_what_a_grant_holds_is_never_forgotten_with_a_request(
    house: Inside, clock: SettableClock
):
    await house.connect("ada")
    await show(house, "ada")
    await tidy(house)
    before = await kept(house)
    clock.advance(s=pending.LIFE_S)
    await tidy(house)
    assert await kept(house) == before


async def test_what_a_second_tab_is_about_to_share_outlives_the_first_ones_request(
    house: Inside, clock: SettableClock
):
    await show(house, "ada")
    clock.advance(s=pending.LIFE_S - 1)
    handle, _, profile_id = await show(house, "ada")
    clock.advance(s=1)
    await tidy(house)
    ticked = pending.Consent({profile_id}, {profile_id})
    terms = pending.Terms("https://gate.example", 60, 20)

    async def agree(tx: Tx) -> str:
        return await pending.approve(tx, await pending.load(tx, handle, KEY), ticked, terms)

    assert "code=" in await house.parts.store.transact(agree)
    clock.advance(s=pending.LIFE_S)
    await tidy(house)
    assert (await kept(house))[0] == 1


async def test_every_lane_that_a_job_waits_in_has_slots(house: Inside):
    await house.connect()
    await show(house, "bruno")
    await tidy(house)
    async with house.parts.store.read() as tx:
        rows = await tx.all(sa.select(schema.work.c.kind, schema.work.c.lane).distinct())
    assert {row.kind for row in rows} <= set(jobs(house.parts))
    assert {Lane(row.lane) for row in rows} <= set(SLOTS)


async def test_a_worker_works_until_it_is_told_to_stop(store: Store):
    async with inside(store) as house:
        await house.connect()
        stop = asyncio.Event()
        working = asyncio.create_task(run(house.parts, stop))
        async with asyncio.timeout(30):
            while not await _synced(house):  # noqa: ASYNC110 - another process could be the worker
                await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(working, 10)


async def _synced(house: Inside) -> bool:
    async with house.parts.store.read() as tx:
        done = schema.profiles.c.initial_sync_done
        return await tx.first(sa.select(done).where(done)) is not None
