"""Saving objects and their occurrences, with the change log in the same act."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daygate.domain.ids import AccountId, CalendarId, EventUid
from daygate.domain.moments import Window, epoch_s
from daygate.domain.served import Served, Standing
from daygate.occurrences.expand import Expanded, Source, moved_away
from daygate.store import calendars, changes, objects, served
from daygate.store.engine import Tx


@dataclass(slots=True)
class _Differences:
    """What a save has to do, and what readers will notice of it."""

    kept: list[tuple[Served, int, int]] = field(default_factory=list)
    deleted: list[EventUid] = field(default_factory=list)
    noticed: list[tuple[EventUid, changes.Kind]] = field(default_factory=list)

    def keep(self, fresh: Served, before: Standing | None) -> None:
        if before is None:
            self.noticed.append((fresh.event_uid, "created"))
            self.kept.append((fresh, fresh.start_s, fresh.end_s))
        elif before.deleted or before.body_hash != fresh.body_hash:
            self.noticed.append((fresh.event_uid, "updated"))
            ever_from_s = min(before.ever_from_s, fresh.start_s)
            self.kept.append((fresh, ever_from_s, max(before.ever_to_s, fresh.end_s)))

    def delete(self, uid: EventUid) -> None:
        self.noticed.append((uid, "deleted"))
        self.deleted.append(uid)


async def save(
    tx: Tx,
    account_id: AccountId,
    source: Source,
    window: Window,
    sweep: int,
    expanded: Sequence[Expanded],
) -> int:
    """Keep objects with their occurrences; returns how many occurrences readers see changed."""
    hashes = [each.stored.key_hash for each in expanded]
    before = await served.standing(tx, account_id, source.calendar_id, hashes)
    # A series that lost occurrences is expanded once more, which may take its time.
    differences = await asyncio.to_thread(compare, expanded, before, source, window)
    await objects.save(
        tx, account_id, source.calendar_id, sweep, [each.stored for each in expanded]
    )
    return await _write(tx, account_id, source.calendar_id, differences)


async def remove(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, keys: Sequence[str]
) -> int:
    """Objects are gone at the service: their occurrences become deletions that readers see."""
    hashes = [objects.key_hash(key) for key in keys]
    before = await served.standing(tx, account_id, calendar_id, hashes)
    differences = _Differences()
    for uid, standing in before.items():
        if not standing.deleted:
            differences.delete(uid)
    await objects.remove(tx, account_id, calendar_id, keys)
    return await _write(tx, account_id, calendar_id, differences)


def compare(
    expanded: Sequence[Expanded],
    before: Mapping[EventUid, Standing],
    source: Source,
    window: Window,
) -> _Differences:
    """What has to change so that the served copy says what these objects say."""
    differences = _Differences()
    claimed: set[EventUid] = set()
    for each in expanded:
        for uid, fresh in each.inside.items():
            if uid not in claimed:
                claimed.add(uid)
                differences.keep(fresh, before.get(uid))
    for each in expanded:
        hashed = each.stored.key_hash
        missing = [
            uid
            for uid, standing in before.items()
            if standing.key_hash == hashed
            and uid not in claimed
            and not standing.deleted
            and _within(standing, window)
        ]
        if missing:
            _settle_missing(differences, each, missing, before, source, window)
    return differences


def _settle_missing(
    differences: _Differences,
    each: Expanded,
    missing: Sequence[EventUid],
    before: Mapping[EventUid, Standing],
    source: Source,
    window: Window,
) -> None:
    """An occurrence that is not in the window any more has moved out of it, or is gone."""
    held = each.elsewhere
    if each.stored.recurring and not each.stored.broken:
        held = moved_away(each.stored.key, each.stored.raw, source, window, missing)
    for uid in missing:
        if uid in held:
            differences.keep(held[uid], before[uid])
        else:
            differences.delete(uid)


def _within(standing: Standing, window: Window) -> bool:
    # Rows that the window has left behind say nothing about what is gone.
    return standing.ever_to_s >= epoch_s(window.start) and standing.ever_from_s < epoch_s(
        window.end
    )


async def _write(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, differences: _Differences
) -> int:
    if not differences.noticed:
        return 0
    now_ms = await tx.now_ms()
    await served.save(tx, account_id, differences.kept, now_ms)
    await served.mark_deleted(tx, account_id, calendar_id, differences.deleted, now_ms)
    await changes.append(tx, account_id, calendar_id, differences.noticed)
    longest_s = max((each.end_s - each.start_s for each, _, _ in differences.kept), default=0)
    await calendars.note_served(tx, account_id, calendar_id, longest_s=longest_s)
    return len(differences.noticed)
