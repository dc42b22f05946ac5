"""Profiles: when the first sync of one is over."""

import asyncio

import pytest

from daygate.domain.ids import AccountId, CalendarId, ProfileId, new_account_id, new_profile_id
from daygate.domain.profile import ListedCalendar
from daygate.kit.crypto import fingerprint
from daygate.store import accounts, calendars, profiles
from daygate.store.engine import Store, Tx

from .rows import unsynced

CALENDARS = tuple(CalendarId(f"cal_{name}") for name in ("work", "home"))
Whose = tuple[AccountId, ProfileId]


@pytest.fixture
async def whose(store: Store) -> Whose:
    """An account with two calendars that nobody has pulled yet."""
    account_id, profile_id = new_account_id(), new_profile_id()

    async def make(tx: Tx) -> None:
        profile = unsynced(account_id, profile_id)
        await accounts.create(tx, account_id, name="Ada", email=None)
        await profiles.create(tx, profile, identity=fingerprint(profile_id), facts={})
        for name in CALENDARS:
            listed = ListedCalendar(name, f"/{name}/", name, None, 0, None, False, False, False)
            await calendars.add(tx, account_id, profile_id, listed)

    await store.transact(make)
    return account_id, profile_id


async def pulled(store: Store, whose: Whose, calendar: CalendarId, breath_s: float = 0.0) -> bool:
    """End the pull of a calendar; whether it ended the first sync of its profile."""

    async def end(tx: Tx) -> bool:
        await calendars.commit_cursor(tx, whose[0], calendar, cursor="1", changed=True)
        await asyncio.sleep(breath_s)
        ended = await profiles.finish_initial_sync(tx, *whose)
        await asyncio.sleep(breath_s)
        return ended

    return await store.transact(end)


async def test_the_last_calendar_ends_the_first_sync_and_no_later_pull_does(store, whose):
    assert [await pulled(store, whose, name) for name in (*CALENDARS, *CALENDARS)] == [
        False, True, False, False,
    ]  # fmt: skip


async def test_two_calendars_that_end_at_once_end_the_first_sync_once(store, whose):
    ended = await asyncio.gather(*(pulled(store, whose, name, 0.1) for name in CALENDARS))
    assert sorted(ended) == [False, True]
    async with store.read() as tx:
        profile = await profiles.get(tx, *whose)
    assert profile is not None
    assert profile.initial_sync_done
