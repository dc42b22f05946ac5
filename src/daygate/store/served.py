"""The served copy: saving occurrences, and knowing what is kept already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import AccountId, CalendarId, EventUid
from daygate.domain.served import Served, Standing
from daygate.store import schema
from daygate.store.engine import Tx
from daygate.store.upsert import upsert

_o = schema.occurrences.c
_BATCH = 500
_STANDING = (
    _o.event_uid, _o.key_hash, _o.recurrence_id, _o.start_s, _o.end_s, _o.deleted, _o.body_hash,
    _o.ever_from_s, _o.ever_to_s,
)  # fmt: skip


async def standing(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, key_hashes: Sequence[bytes]
) -> Mapping[EventUid, Standing]:
    """What is kept of these objects' occurrences."""
    found: dict[EventUid, Standing] = {}
    for start in range(0, len(key_hashes), _BATCH):
        rows = await tx.all(
            sa.select(*_STANDING).where(
                _o.account_id == account_id,
                _o.calendar_id == calendar_id,
                _o.key_hash.in_(key_hashes[start : start + _BATCH]),
            )
        )
        found.update({row.event_uid: Standing(**row._mapping) for row in rows})
    return found


async def save(
    tx: Tx,
    account_id: AccountId,
    served: Sequence[tuple[Served, int, int]],
    changed_ms: int,
) -> None:
    """Keep occurrences, each with the hull of every time it ever had."""
    if served:
        await tx.execute(
            upsert(tx.dialect, schema.occurrences, "created_s", "event_id", "application_id"),
            [_values(account_id, *each, changed_ms) for each in served],
        )


async def mark_deleted(
    tx: Tx,
    account_id: AccountId,
    calendar_id: CalendarId,
    event_uids: Sequence[EventUid],
    changed_ms: int,
) -> None:
    """These occurrences are gone; their rows stay for readers of deletions."""
    for start in range(0, len(event_uids), _BATCH):
        await tx.execute(
            sa.update(schema.occurrences)
            .where(
                _o.account_id == account_id,
                _o.calendar_id == calendar_id,
                _o.event_uid.in_(event_uids[start : start + _BATCH]),
            )
            .values(deleted=True, changed_ms=changed_ms)
        )


async def living(tx: Tx, account_id: AccountId, calendar_id: CalendarId) -> Sequence[EventUid]:
    """Every occurrence of a calendar that is not marked deleted."""
    rows = await tx.all(
        sa.select(_o.event_uid).where(
            _o.account_id == account_id,
            _o.calendar_id == calendar_id,
            _o.deleted.is_(False),
        )
    )
    return [EventUid(row.event_uid) for row in rows]


async def drop_before(tx: Tx, account_id: AccountId, calendar_id: CalendarId, before_s: int) -> int:
    """Let go of occurrences that the window has left behind; they remain in their objects."""
    return await tx.count(
        sa.delete(schema.occurrences).where(
            _o.account_id == account_id,
            _o.calendar_id == calendar_id,
            _o.end_s < before_s,
            _o.ever_to_s < before_s,
            _o.event_id.is_(None),
        )
    )


async def drop(tx: Tx, account_id: AccountId, calendar_ids: Iterable[CalendarId]) -> None:
    """Forget whole calendars."""
    await tx.execute(
        sa.delete(schema.occurrences).where(
            _o.account_id == account_id, _o.calendar_id.in_(list(calendar_ids))
        )
    )


def _values(
    account_id: AccountId, served: Served, ever_from_s: int, ever_to_s: int, changed_ms: int
) -> dict[str, Any]:
    now_s = changed_ms // 1000
    created_s = served.created_s if served.created_s is not None else now_s
    return {
        "account_id": account_id,
        "calendar_id": served.calendar_id,
        "event_uid": served.event_uid,
        "key_hash": served.key_hash,
        "recurrence_id": served.recurrence_id,
        "start_s": served.start_s,
        "end_s": served.end_s,
        "all_day": served.all_day,
        "start_tzid": served.start_tzid,
        "end_tzid": served.end_tzid,
        "head": served.head,
        "tail": served.tail,
        "lat": served.lat,
        "long": served.long,
        "location": served.location,
        "free_busy_status": served.free_busy_status,
        "recurring": served.recurring,
        "invited": served.invited,
        "deleted": False,
        "created_s": created_s,
        "updated_s": served.updated_s if served.updated_s is not None else now_s,
        "ever_from_s": ever_from_s,
        "ever_to_s": ever_to_s,
        "event_id": None,
        "application_id": None,
        "body_hash": served.body_hash,
        "changed_ms": changed_ms,
    }
