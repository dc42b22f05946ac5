"""Reading occurrences a page at a time, inside the materialised window and outside of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from daygate.domain.ids import CalendarId
from daygate.domain.moments import Window, epoch_s, from_s
from daygate.domain.served import Served
from daygate.domain.subject import Subject
from daygate.occurrences.expand import Source, occurrences_between
from daygate.occurrences.splice import Kept
from daygate.store import objects, readings
from daygate.store.engine import Tx
from daygate.store.readings import Asked, Bounds, Place

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of occurrences; `total` pages in all, `after` is set unless this is the last."""

    rows: Sequence[Kept]
    current: int
    total: int
    after: Place | None


async def first_page(tx: Tx, subject: Subject, asked: Asked, materialised: Window) -> Page:
    """The first page, and how many there are."""
    outside = await _outside(tx, subject, asked, materialised)
    rows = await _rows(tx, subject, asked, None, outside)
    total = 1
    if len(rows) > PAGE_SIZE:
        count = await readings.count(tx, subject, asked) + len(outside)
        total = max(2, -(-count // PAGE_SIZE))
    return _page(rows, 1, total)


async def next_page(
    tx: Tx, subject: Subject, asked: Asked, materialised: Window, after: Place, page: Page
) -> Page:
    """The page after `after`. `page` carries the numbers of the one before."""
    outside = await _outside(tx, subject, asked, materialised)
    rows = await _rows(tx, subject, asked, after, outside)
    return _page(rows, page.current + 1, page.total)


def _page(rows: Sequence[Kept], current: int, total: int) -> Page:
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    after = Place(shown[-1].start_s, shown[-1].event_uid) if more else None
    # Clients loop while current < total: what changed meanwhile must not make them stop early.
    return Page(shown, current, max(total, current + 1) if more else current, after)


async def _rows(
    tx: Tx, subject: Subject, asked: Asked, after: Place | None, outside: Sequence[Kept]
) -> Sequence[Kept]:
    rows: Sequence[Kept] = await readings.page(tx, subject, asked, after, PAGE_SIZE + 1)
    if not outside:
        return rows
    kept = {row.event_uid for row in rows}
    begin = (after.start_s, after.event_uid) if after else None
    loose = [
        each
        for each in outside
        if each.event_uid not in kept and (begin is None or _order(each) > begin)
    ]
    return sorted((*rows, *loose), key=_order)[: PAGE_SIZE + 1]


def _order(kept: Kept) -> tuple[int, str]:
    return kept.start_s, kept.event_uid


async def _outside(tx: Tx, subject: Subject, asked: Asked, materialised: Window) -> Sequence[Kept]:
    """Occurrences of the parts of a range that are not materialised, from the stored objects."""
    if asked.bounds is None or asked.only_managed:
        return ()
    parts = _parts_outside(asked.bounds, materialised)
    if not parts:
        return ()
    rows = await readings.sources(tx, subject, asked.calendar_ids)
    sources = {
        row.calendar_id: Source.of(
            row.calendar_id, row.tzid, row.profile_name, orjson.loads(row.facts)
        )
        for row in rows
    }
    found: dict[str, Kept] = {}
    for part in parts:
        stored = await objects.touching(
            tx, subject.account_id, sources, epoch_s(part.start), epoch_s(part.end)
        )
        served = await asyncio.to_thread(_expand, stored, sources, part)
        found.update({each.event_uid: each for each in served})
    return [
        each
        for each in found.values()
        if _asked_for(each, asked, asked.bounds) and not _inside(each, materialised)
    ]


def _expand(
    stored: Sequence[tuple[CalendarId, str, bytes]],
    sources: dict[CalendarId, Source],
    part: Window,
) -> list[Served]:
    return [
        each
        for calendar_id, key, raw in stored
        for each in occurrences_between(key, raw, sources[calendar_id], part)
    ]


def _parts_outside(bounds: Bounds, materialised: Window) -> list[Window]:
    start_s = min(bounds.from_s, bounds.from_day_s)
    end_s = max(bounds.to_s, bounds.to_day_s)
    inside_from_s, inside_to_s = epoch_s(materialised.start), epoch_s(materialised.end)
    before = (start_s, min(end_s, inside_from_s))
    behind = (max(start_s, inside_to_s), end_s)
    return [Window(from_s(start), from_s(end)) for start, end in (before, behind) if start < end]


def _inside(kept: Kept, materialised: Window) -> bool:
    return kept.start_s < epoch_s(materialised.end) and max(kept.end_s, kept.start_s + 1) > epoch_s(
        materialised.start
    )


def _asked_for(kept: Kept, asked: Asked, bounds: Bounds) -> bool:
    if not asked.include_free and kept.free_busy_status == "free":
        return False
    updated_s = kept.updated_s or kept.created_s or 0
    if asked.changed_since_ms is not None and updated_s * 1000 < asked.changed_since_ms:
        return False
    if kept.all_day:
        return kept.start_s < bounds.to_day_s and kept.end_s > bounds.from_day_s
    return kept.start_s < bounds.to_s and kept.end_s >= bounds.from_s
