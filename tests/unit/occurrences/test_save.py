"""What a save makes of an object: rows, deletions, moves, and a line in the log for each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.moments import Window, epoch_s
from daygate.domain.profile import ListedCalendar
from daygate.occurrences.expand import Expanded
from daygate.occurrences.roll import roll
from daygate.occurrences.save import remove, save
from daygate.store import accounts, calendars, schema
from daygate.store.engine import Store, Tx

from .calendar_text import CALENDAR, SOURCE, WINDOW, expanded

ACCOUNT = AccountId("acc_1")
SERIES = ("DTSTART:20270104T120000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=5", "SUMMARY:S")


@pytest.fixture(autouse=True)
async def _calendar(store: Store) -> None:
    listed = ListedCalendar(CALENDAR, "/c/", "C", None, 0, None, False, True, False)
    async with store.write() as tx:
        await accounts.create(tx, ACCOUNT, name="A", email=None)
        await calendars.add(tx, ACCOUNT, ProfileId("pro_1"), listed)


async def saved(store: Store, *objects: Expanded, sweep: int = 1) -> int:
    async def act(tx: Tx) -> int:
        return await save(tx, ACCOUNT, SOURCE, WINDOW, sweep, objects)

    return await store.transact(act)


async def rows(store: Store) -> Sequence[Any]:
    async with store.read() as tx:
        return await tx.all(sa.select(schema.occurrences).order_by(schema.occurrences.c.start_s))


async def log(store: Store) -> list[str]:
    async with store.read() as tx:
        found = await tx.all(sa.select(schema.changes.c.kind).order_by(schema.changes.c.position))
        return [row.kind for row in found]


async def test_a_new_object_is_materialised_and_logged(store: Store) -> None:
    assert await saved(store, expanded(*SERIES)) == 5
    assert len(await rows(store)) == 5
    assert await log(store) == ["created"] * 5


async def test_saving_the_same_again_changes_nothing(store: Store) -> None:
    await saved(store, expanded(*SERIES))
    assert await saved(store, expanded(*SERIES), sweep=2) == 0
    assert await log(store) == ["created"] * 5


async def test_a_shorter_series_deletes_what_fell_off(store: Store) -> None:
    await saved(store, expanded(*SERIES))
    shorter = (*SERIES[:2], "RRULE:FREQ=WEEKLY;COUNT=3", SERIES[3])
    assert await saved(store, expanded(*shorter)) == 2
    assert [row.deleted for row in await rows(store)] == [False, False, False, True, True]
    assert (await log(store))[5:] == ["deleted", "deleted"]


async def test_another_summary_updates_in_place(store: Store) -> None:
    await saved(store, expanded(*SERIES))
    before = {row.event_uid for row in await rows(store)}
    assert await saved(store, expanded(*SERIES[:3], "SUMMARY:T")) == 5
    after = await rows(store)
    assert {row.event_uid for row in after} == before
    assert all(b'"summary":"T"' in row.head for row in after)


async def test_an_event_moved_out_of_the_window_is_moved_and_not_deleted(store: Store) -> None:
    await saved(store, expanded("DTSTART:20270305T090000Z", "SUMMARY:Once"))
    await saved(store, expanded("DTSTART:20280305T090000Z", "SUMMARY:Once"))
    (row,) = await rows(store)
    assert row.deleted is False
    assert row.start_s > epoch_s(WINDOW.end)
    assert row.ever_from_s < epoch_s(WINDOW.end)
    assert await log(store) == ["created", "updated"]


async def test_an_object_that_is_gone_takes_its_occurrences_along(store: Store) -> None:
    await saved(store, expanded(*SERIES))

    async def act(tx: Tx) -> int:
        return await remove(tx, ACCOUNT, CALENDAR, ["/k.ics", "/never-seen.ics"])

    assert await store.transact(act) == 5
    assert all(row.deleted for row in await rows(store))
    async with store.read() as tx:
        assert await tx.all(sa.select(schema.objects)) == []


async def test_an_object_that_comes_back_revives_its_occurrences(store: Store) -> None:
    await saved(store, expanded(*SERIES))
    await store.transact(lambda tx: remove(tx, ACCOUNT, CALENDAR, ["/k.ics"]))
    assert await saved(store, expanded(*SERIES)) == 5
    assert not any(row.deleted for row in await rows(store))


async def test_a_broken_object_is_kept_and_harms_no_other(store: Store) -> None:
    broken = Expanded(expanded("SUMMARY:no start", key="/b.ics").stored, {})
    assert await saved(store, broken, expanded(*SERIES)) == 5
    async with store.read() as tx:
        assert len(await tx.all(sa.select(schema.objects))) == 2


async def test_the_window_rolls_over_what_slides_in_and_lets_go_of_the_past(store: Store) -> None:
    endless = (*SERIES[:2], "RRULE:FREQ=WEEKLY", SERIES[3])
    await saved(store, expanded(*endless))
    before = len(await rows(store))
    later = Window(WINDOW.start + timedelta(days=28), WINDOW.end + timedelta(days=28))

    async def act(tx: Tx) -> int:
        return await roll(tx, ACCOUNT, SOURCE, later, epoch_s(WINDOW.end))

    assert await store.transact(act) == 4
    after = await rows(store)
    assert len(after) == before
    assert after[0].end_s > epoch_s(later.start)
    assert await store.transact(act) == 0
