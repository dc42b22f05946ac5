"""The hot read: a page of occurrences that a grant may see, in one statement.

Every query starts from who is asking: the grant leads to its profiles, they to their calendars.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.ids import CalendarId
from daygate.domain.subject import Subject
from daygate.store import schema
from daygate.store.engine import Tx

_o = schema.occurrences.c
_c = schema.calendars.c
_gp = schema.grant_profiles.c

_ANSWER = (
    _o.calendar_id, _o.event_uid, _o.start_s, _o.end_s, _o.all_day, _o.start_tzid, _o.end_tzid,
    _o.head, _o.tail, _o.lat, _o.long, _o.location, _o.free_busy_status, _o.recurring,
    _o.invited, _o.deleted, _o.event_id, _o.application_id, _o.created_s, _o.updated_s,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """Half-open `[from_s, to_s)` for timed events, and the same in days for all-day ones.

    Days count from midnight UTC, as dates are stored.
    """

    from_s: int
    to_s: int
    from_day_s: int
    to_day_s: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a read asks for; None and False ask for nothing."""

    bounds: Bounds | None
    calendar_ids: tuple[CalendarId, ...] = ()
    include_managed: bool = False
    only_managed: bool = False
    include_deleted: bool = False
    include_moved: bool = False
    include_free: bool = True
    changed_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: everything after this comes on the next one."""

    start_s: int
    event_uid: str


Row = sa.Row[Any]


async def page(
    tx: Tx, subject: Subject, asked: Asked, after: Place | None, limit: int
) -> Sequence[Row]:
    """At most `limit` occurrences in order of start, then event_uid."""
    query = sa.select(*_ANSWER).where(*_conditions(subject, asked))
    if after is not None:
        query = query.where(
            sa.tuple_(_o.start_s, _o.event_uid)
            > sa.tuple_(sa.literal(after.start_s), sa.literal(after.event_uid))
        )
    return await tx.all(query.order_by(_o.start_s, _o.event_uid).limit(limit))


async def count(tx: Tx, subject: Subject, asked: Asked) -> int:
    """How many occurrences all pages hold."""
    row = await tx.first(sa.select(sa.func.count()).where(*_conditions(subject, asked)))
    return int(row[0]) if row else 0


def visible_calendars(subject: Subject) -> sa.Select[tuple[str]]:
    """The ids of every calendar the grant may see."""
    return (
        sa.select(_c.calendar_id)
        .join(
            schema.grant_profiles,
            (_gp.account_id == _c.account_id) & (_gp.profile_id == _c.profile_id),
        )
        .where(_c.account_id == subject.account_id, _gp.grant_id == subject.grant_id)
    )


def _conditions(subject: Subject, asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        _o.account_id == subject.account_id,
        _o.calendar_id.in_(visible_calendars(subject)),
        _managed(subject, asked),
    ]
    if asked.calendar_ids:
        conditions.append(_o.calendar_id.in_(asked.calendar_ids))
    if not asked.include_deleted:
        conditions.append(_o.deleted.is_(False))
    if not asked.include_free:
        conditions.append(_o.free_busy_status != "free")
    if asked.changed_since_ms is not None:
        conditions.append(_o.changed_ms >= asked.changed_since_ms)
    if asked.bounds is not None:
        conditions += _within(subject, asked.bounds, ever=asked.include_moved)
    return conditions


def _managed(subject: Subject, asked: Asked) -> ColumnElement[bool]:
    """An application's own events are its alone."""
    external = _o.event_id.is_(None)
    own = _o.event_id.is_not(None) & (_o.application_id == subject.application_id)
    if asked.only_managed:
        return own
    return external | own if asked.include_managed else external


def _within(subject: Subject, bounds: Bounds, *, ever: bool) -> list[ColumnElement[bool]]:
    start_s, end_s = (_o.ever_from_s, _o.ever_to_s) if ever else (_o.start_s, _o.end_s)
    timed = (start_s < bounds.to_s) & (end_s >= bounds.from_s)
    days = (start_s < bounds.to_day_s) & (end_s > bounds.from_day_s)
    exact = sa.or_(_o.all_day.is_(True) & days, _o.all_day.is_(False) & timed)
    if ever:
        return [exact]
    # Lets the index on the start begin near the window instead of at the beginning of time.
    longest_s = (
        sa.select(sa.func.coalesce(sa.func.max(_c.longest_s), 0))
        .where(_c.account_id == subject.account_id)
        .scalar_subquery()
    )
    earliest_s = min(bounds.from_s, bounds.from_day_s)
    latest_s = max(bounds.to_s, bounds.to_day_s)
    return [exact, _o.start_s >= earliest_s - longest_s, _o.start_s < latest_s]


async def sources(
    tx: Tx, subject: Subject, calendar_ids: Sequence[CalendarId]
) -> Sequence[sa.Row[Any]]:
    """What reading the stored objects of visible calendars needs: zone, profile, its facts."""
    p = schema.profiles.c
    query = (
        sa.select(_c.calendar_id, _c.tzid, p.profile_name, p.facts)
        .join(schema.profiles, (p.account_id == _c.account_id) & (p.profile_id == _c.profile_id))
        .where(
            _c.account_id == subject.account_id,
            _c.calendar_id.in_(visible_calendars(subject)),
            _c.deleted.is_(False),
        )
    )
    if calendar_ids:
        query = query.where(_c.calendar_id.in_(calendar_ids))
    return await tx.all(query)
