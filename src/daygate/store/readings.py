"""The hot read: a page of occurrences that a grant may see, in one statement.

Every query starts from who is asking: the grant leads to its profiles, they to their calendars.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
_BIG = sa.BigInteger()

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
    statement = _page_statement(_variant(asked), after is not None)
    place = {"after_s": after.start_s, "after_uid": after.event_uid} if after else {}
    return await tx.all(statement, **_values(subject, asked), **place, most=limit)


async def count(tx: Tx, subject: Subject, asked: Asked) -> int:
    """How many occurrences all pages hold."""
    row = await tx.first(_count_statement(_variant(asked)), **_values(subject, asked))
    return int(row[0]) if row else 0


def visible_calendars() -> sa.Select[tuple[str]]:
    """The ids of every calendar that the grant `:grant_id` of `:account_id` may see."""
    return (
        sa.select(_c.calendar_id)
        .join(
            schema.grant_profiles,
            (_gp.account_id == _c.account_id) & (_gp.profile_id == _c.profile_id),
        )
        .where(
            _c.account_id == sa.bindparam("account_id"), _gp.grant_id == sa.bindparam("grant_id")
        )
    )


@dataclass(frozen=True, slots=True)
class _Variant:
    """Which conditions a statement has; built once each, then only given values."""

    bounded: bool
    chosen: bool
    managed: bool
    only_managed: bool
    deleted: bool
    moved: bool
    free: bool
    since: bool


def _variant(asked: Asked) -> _Variant:
    return _Variant(
        bounded=asked.bounds is not None,
        chosen=bool(asked.calendar_ids),
        managed=asked.include_managed,
        only_managed=asked.only_managed,
        deleted=asked.include_deleted,
        moved=asked.include_moved,
        free=asked.include_free,
        since=asked.changed_since_ms is not None,
    )


def _values(subject: Subject, asked: Asked) -> dict[str, Any]:
    values: dict[str, Any] = {"account_id": subject.account_id, "grant_id": subject.grant_id}
    if asked.include_managed or asked.only_managed:
        values["application_id"] = subject.application_id
    if asked.calendar_ids:
        values["calendar_ids"] = asked.calendar_ids
    if asked.changed_since_ms is not None:
        values["changed_since_ms"] = asked.changed_since_ms
    if asked.bounds is not None:
        values |= {name: getattr(asked.bounds, name) for name in Bounds.__slots__}
        if not asked.include_moved:
            values["earliest_s"] = min(asked.bounds.from_s, asked.bounds.from_day_s)
            values["latest_s"] = max(asked.bounds.to_s, asked.bounds.to_day_s)
    return values


@lru_cache(maxsize=256)
def _page_statement(variant: _Variant, further: bool) -> sa.Select[Any]:
    query = sa.select(*_ANSWER).where(*_conditions(variant))
    if further:
        query = query.where(
            sa.tuple_(_o.start_s, _o.event_uid)
            > sa.tuple_(sa.bindparam("after_s", type_=_BIG), sa.bindparam("after_uid"))
        )
    return query.order_by(_o.start_s, _o.event_uid).limit(sa.bindparam("most", type_=_BIG))


@lru_cache(maxsize=256)
def _count_statement(variant: _Variant) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(*_conditions(variant))


def _conditions(variant: _Variant) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        _o.account_id == sa.bindparam("account_id"),
        _o.calendar_id.in_(visible_calendars()),
        _managed(variant),
    ]
    if variant.chosen:
        conditions.append(_o.calendar_id.in_(sa.bindparam("calendar_ids", expanding=True)))
    if not variant.deleted:
        conditions.append(_o.deleted.is_(False))
    if not variant.free:
        conditions.append(_o.free_busy_status != "free")
    if variant.since:
        conditions.append(_o.changed_ms >= sa.bindparam("changed_since_ms", type_=_BIG))
    if variant.bounded:
        conditions += _within(ever=variant.moved)
    return conditions


def _managed(variant: _Variant) -> ColumnElement[bool]:
    """An application's own events are its alone."""
    external = _o.event_id.is_(None)
    if not (variant.managed or variant.only_managed):
        return external
    own = _o.event_id.is_not(None) & (_o.application_id == sa.bindparam("application_id"))
    return own if variant.only_managed else external | own


def _within(*, ever: bool) -> list[ColumnElement[bool]]:
    start_s, end_s = (_o.ever_from_s, _o.ever_to_s) if ever else (_o.start_s, _o.end_s)
    timed = (start_s < _second("to_s")) & (end_s >= _second("from_s"))
    days = (start_s < _second("to_day_s")) & (end_s > _second("from_day_s"))
    exact = sa.or_(_o.all_day.is_(True) & days, _o.all_day.is_(False) & timed)
    if ever:
        return [exact]
    # Lets the index on the start begin near the window instead of at the beginning of time.
    longest_s = (
        sa.select(sa.func.coalesce(sa.func.max(_c.longest_s), 0))
        .where(_c.account_id == sa.bindparam("account_id"))
        .scalar_subquery()
    )
    return [
        exact,
        _o.start_s >= _second("earliest_s") - longest_s,
        _o.start_s < _second("latest_s"),
    ]


def _second(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=_BIG)


async def sources(
    tx: Tx, subject: Subject, calendar_ids: Sequence[CalendarId]
) -> Sequence[sa.Row[Any]]:
    """What reading the stored objects of visible calendars needs: zone, profile, its facts."""
    p = schema.profiles.c
    query = (
        sa.select(_c.calendar_id, _c.tzid, p.profile_name, p.facts)
        .join(schema.profiles, (p.account_id == _c.account_id) & (p.profile_id == _c.profile_id))
        .where(
            _c.account_id == sa.bindparam("account_id"),
            _c.calendar_id.in_(visible_calendars()),
            _c.deleted.is_(False),
        )
    )
    if calendar_ids:
        query = query.where(_c.calendar_id.in_(calendar_ids))
    return await tx.all(query, account_id=subject.account_id, grant_id=subject.grant_id)
