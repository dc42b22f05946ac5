"""Calendars: what the API lists, and where the copy of each stands."""

from collections.abc import Sequence

import sqlalchemy as sa

from daygate.domain.ids import AccountId, CalendarId, GrantId, ProfileId
from daygate.domain.profile import Calendar, ListedCalendar, SyncState
from daygate.store import schema
from daygate.store.engine import Tx

_c = schema.calendars.c
_p = schema.profiles.c
_gp = schema.grant_profiles.c

_STATE = (
    _c.calendar_id, _c.profile_id, _c.remote_id, _c.name, _c.tzid, _c.cursor, _c.fingerprint,
    _c.sweep, _c.failures, _c.last_fault, _c.deleted, _c.initial_sync_done, _c.objects_done,
    _c.objects_expected, _c.pulled_ms, _c.changed_ms, _c.rolled_to_s,
)  # fmt: skip


async def of_grant(tx: Tx, account_id: AccountId, grant_id: GrantId) -> Sequence[Calendar]:
    """Every calendar a grant may see, primary ones first within their profile."""
    rows = await tx.all(
        sa.select(
            _c.calendar_id,
            _c.name,
            _c.readonly,
            _c.deleted,
            _c.primary_calendar.label("primary"),
            _c.profile_id,
            _p.profile_name,
            _p.provider_name,
        )
        .join(
            schema.profiles,
            (_p.account_id == _c.account_id) & (_p.profile_id == _c.profile_id),
        )
        .join(
            schema.grant_profiles,
            (_gp.account_id == _c.account_id) & (_gp.profile_id == _c.profile_id),
        )
        .where(_c.account_id == account_id, _gp.grant_id == grant_id)
        .order_by(
            _p.created_ms, _p.profile_id, _c.primary_calendar.desc(), _c.position, _c.calendar_id
        )
    )
    return [Calendar(**row._mapping) for row in rows]


async def states(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Sequence[SyncState]:
    """Where the copies of a profile's calendars stand, deleted ones included."""
    rows = await tx.all(
        sa.select(*_STATE)
        .where(_c.account_id == account_id, _c.profile_id == profile_id)
        .order_by(_c.position, _c.calendar_id)
    )
    return [SyncState(**row._mapping) for row in rows]


async def state(tx: Tx, account_id: AccountId, calendar_id: CalendarId) -> SyncState | None:
    """Where the copy of one calendar stands."""
    row = await tx.first(
        sa.select(*_STATE).where(_c.account_id == account_id, _c.calendar_id == calendar_id)
    )
    return SyncState(**row._mapping) if row else None


async def add(tx: Tx, account_id: AccountId, profile_id: ProfileId, listed: ListedCalendar) -> None:
    """Begin to keep a calendar."""
    await tx.execute(
        sa.insert(schema.calendars),
        {
            "account_id": account_id,
            "profile_id": profile_id,
            "calendar_id": listed.calendar_id,
            "remote_id": listed.remote_id,
            **_described(listed),
        },
    )


async def describe(tx: Tx, account_id: AccountId, listed: ListedCalendar) -> None:
    """Bring what the API lists up to date; a calendar that was gone is back."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == listed.calendar_id)
        .values(deleted=False, **_described(listed))
    )


async def mark_deleted(tx: Tx, account_id: AccountId, calendar_id: CalendarId) -> None:
    """The service lists it no more; it stays listed, marked, and starts afresh if it returns."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(deleted=True, cursor=None, fingerprint=None, failures=0, last_fault="")
    )


async def begin_sweep(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, *, forget_cursor: bool
) -> int:
    """Start a pull, and return its number: what a full listing does not stamp with it is gone."""
    row = await tx.first(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(sweep=_c.sweep + 1, cursor=None if forget_cursor else _c.cursor)
        .returning(_c.sweep)
    )
    if row is None:
        raise LookupError(calendar_id)
    return int(row.sweep)


async def note_progress(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, *, done: int, expected: int
) -> None:
    """How many objects of a first sync are in; 0 are expected while nobody knows how many."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(objects_done=done, objects_expected=expected)
    )


async def commit_cursor(
    tx: Tx,
    account_id: AccountId,
    calendar_id: CalendarId,
    *,
    cursor: str | None,
    changed: bool,
) -> None:
    """The pull is complete: its cursor belongs to the rows of this transaction."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(
            cursor=cursor,
            initial_sync_done=True,
            failures=0,
            last_fault="",
            pulled_ms=tx.now,
            changed_ms=tx.now if changed else _c.changed_ms,
        )
    )


async def note_fingerprint(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, fingerprint: str | None
) -> None:
    """Remember what the list said, so that the next look can tell whether anything changed."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(fingerprint=fingerprint)
    )


async def note_fault(tx: Tx, account_id: AccountId, calendar_id: CalendarId, fault: str) -> None:
    """A pull failed; nothing else about the copy is known to have changed."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(failures=_c.failures + 1, last_fault=fault)
    )


async def note_served(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, *, longest_s: int
) -> None:
    """Widen how far before a window a read must look."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(
            _c.account_id == account_id,
            _c.calendar_id == calendar_id,
            _c.longest_s < longest_s,
        )
        .values(longest_s=longest_s)
    )


async def note_rolled(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, rolled_to_s: int
) -> None:
    """Occurrences are materialised up to this second."""
    await tx.execute(
        sa.update(schema.calendars)
        .where(_c.account_id == account_id, _c.calendar_id == calendar_id)
        .values(rolled_to_s=rolled_to_s)
    )


def _described(listed: ListedCalendar) -> dict[str, object]:
    return {
        "name": listed.name,
        "color": listed.color,
        "position": listed.position,
        "tzid": listed.tzid,
        "readonly": listed.readonly,
        "primary_calendar": listed.primary,
        "transparent": listed.transparent,
    }


async def drop(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> None:
    """Forget a profile's calendars."""
    await tx.execute(
        sa.delete(schema.calendars).where(_c.account_id == account_id, _c.profile_id == profile_id)
    )
