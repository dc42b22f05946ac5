"""Calendar objects as their services gave them: the stored truth."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from daygate.domain.ids import AccountId, CalendarId
from daygate.store import schema
from daygate.store.engine import Tx
from daygate.store.upsert import upsert

_o = schema.objects.c
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """One object; `starts_s` and `ends_s` bound it unless it recurs; `broken`: why it is unread."""

    key: str
    revision: str
    uid: str
    raw: bytes
    recurring: bool
    starts_s: int | None
    ends_s: int | None
    flags: str
    broken: str

    @property
    def key_hash(self) -> bytes:
        """What the object is looked up by."""
        return key_hash(self.key)


def key_hash(key: str) -> bytes:
    """SHA-256 of the object's name at its service, which may be of any length."""
    return hashlib.sha256(key.encode()).digest()


async def revisions(tx: Tx, account_id: AccountId, calendar_id: CalendarId) -> Mapping[str, str]:
    """What is held of a calendar: key -> revision."""
    rows = await tx.all(
        sa.select(_o.key, _o.revision).where(
            _o.account_id == account_id, _o.calendar_id == calendar_id
        )
    )
    return {row.key: row.revision for row in rows}


async def save(
    tx: Tx,
    account_id: AccountId,
    calendar_id: CalendarId,
    sweep: int,
    stored: Sequence[Stored],
) -> None:
    """Keep objects, each replacing the one of the same key."""
    if not stored:
        return
    values = [
        {
            "account_id": account_id,
            "calendar_id": calendar_id,
            "key_hash": each.key_hash,
            "key": each.key,
            "revision": each.revision,
            "uid": each.uid,
            "raw": each.raw,
            "raw_hash": hashlib.sha256(each.raw).digest(),
            "recurring": each.recurring,
            "starts_s": each.starts_s,
            "ends_s": each.ends_s,
            "flags": each.flags,
            "sweep": sweep,
            "broken": each.broken,
        }
        for each in stored
    ]
    await tx.execute(upsert(tx.dialect, schema.objects), values)


async def mark_seen(
    tx: Tx,
    account_id: AccountId,
    calendar_id: CalendarId,
    sweep: int,
    keys: Sequence[str],
) -> None:
    """A full listing named these keys and their revisions still hold."""
    for start in range(0, len(keys), _BATCH):
        hashes = [key_hash(key) for key in keys[start : start + _BATCH]]
        await tx.execute(
            sa.update(schema.objects)
            .where(
                _o.account_id == account_id,
                _o.calendar_id == calendar_id,
                _o.key_hash.in_(hashes),
            )
            .values(sweep=sweep)
        )


async def unseen(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, sweep: int
) -> Sequence[str]:
    """Keys that the full listing `sweep` did not name."""
    rows = await tx.all(
        sa.select(_o.key).where(
            _o.account_id == account_id, _o.calendar_id == calendar_id, _o.sweep < sweep
        )
    )
    return [row.key for row in rows]


async def remove(
    tx: Tx, account_id: AccountId, calendar_id: CalendarId, keys: Sequence[str]
) -> None:
    """Forget objects that are gone at the service."""
    for start in range(0, len(keys), _BATCH):
        hashes = [key_hash(key) for key in keys[start : start + _BATCH]]
        await tx.execute(
            sa.delete(schema.objects).where(
                _o.account_id == account_id,
                _o.calendar_id == calendar_id,
                _o.key_hash.in_(hashes),
            )
        )


async def touching(
    tx: Tx,
    account_id: AccountId,
    calendar_ids: Iterable[CalendarId],
    start_s: int,
    end_s: int,
) -> Sequence[tuple[CalendarId, str, bytes]]:
    """Objects that may have an occurrence in `[start_s, end_s)`: (calendar, key, raw).

    Everything that recurs, and what lies there once.
    """
    once = (_o.starts_s < end_s) & (_o.ends_s >= start_s)
    rows = await tx.all(
        sa.select(_o.calendar_id, _o.key, _o.raw)
        .where(
            _o.account_id == account_id,
            _o.calendar_id.in_(list(calendar_ids)),
            _o.broken == "",
            _o.recurring.is_(True) | once,
        )
        .order_by(_o.calendar_id, _o.key_hash)
    )
    return [(CalendarId(row.calendar_id), row.key, row.raw) for row in rows]


async def drop(tx: Tx, account_id: AccountId, calendar_ids: Iterable[CalendarId]) -> None:
    """Forget every object of whole calendars."""
    await tx.execute(
        sa.delete(schema.objects).where(
            _o.account_id == account_id, _o.calendar_id.in_(list(calendar_ids))
        )
    )
