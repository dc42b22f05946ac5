"""Moving the window on: what slides in is materialised, what fell behind is let go."""

import asyncio
from collections.abc import Sequence

from daygate.domain.ids import AccountId, CalendarId, EventUid
from daygate.domain.moments import Window, epoch_s
from daygate.domain.served import Served
from daygate.occurrences.expand import Source, occurrences_between
from daygate.store import calendars, changes, objects, served
from daygate.store.engine import Tx


async def roll(
    tx: Tx, account_id: AccountId, source: Source, window: Window, rolled_to_s: int
) -> int:
    """Bring one calendar from `rolled_to_s` to the end of `window`; returns what slid in."""
    slid_in = await _sliding_in(tx, account_id, source, window, rolled_to_s)
    now_ms = await tx.now_ms()
    await served.save(
        tx, account_id, [(each, each.start_s, each.end_s) for each in slid_in], now_ms
    )
    await changes.append(
        tx, account_id, source.calendar_id, [(each.event_uid, "created") for each in slid_in]
    )
    longest_s = max((each.end_s - each.start_s for each in slid_in), default=0)
    await calendars.note_served(tx, account_id, source.calendar_id, longest_s=longest_s)
    await served.drop_before(tx, account_id, source.calendar_id, epoch_s(window.start))
    await calendars.note_rolled(tx, account_id, source.calendar_id, epoch_s(window.end))
    return len(slid_in)


async def _sliding_in(
    tx: Tx, account_id: AccountId, source: Source, window: Window, rolled_to_s: int
) -> list[Served]:
    calendar: list[CalendarId] = [source.calendar_id]
    stored = await objects.touching(tx, account_id, calendar, rolled_to_s, epoch_s(window.end))
    known = await served.standing(
        tx, account_id, source.calendar_id, [objects.key_hash(key) for _, key, _ in stored]
    )
    found = await asyncio.to_thread(_expand, [(key, raw) for _, key, raw in stored], source, window)
    return [each for each in found.values() if each.event_uid not in known]


def _expand(
    stored: Sequence[tuple[str, bytes]], source: Source, window: Window
) -> dict[EventUid, Served]:
    return {
        each.event_uid: each
        for key, raw in stored
        for each in occurrences_between(key, raw, source, window)
    }
