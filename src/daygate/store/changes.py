"""The ordered log of what readers can notice, written in the call that saves it."""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa

from daygate.domain.ids import AccountId, CalendarId, EventUid
from daygate.store import accounts, schema
from daygate.store.engine import Tx

Kind = Literal["created", "updated", "deleted"]


async def append(
    tx: Tx,
    account_id: AccountId,
    calendar_id: CalendarId,
    noticed: Sequence[tuple[EventUid, Kind]],
) -> None:
    """Log changes of one calendar, in order."""
    if not noticed:
        return
    first = await accounts.take_change_positions(tx, account_id, len(noticed))
    at_ms = await tx.now_ms()
    await tx.execute(
        sa.insert(schema.changes),
        [
            {
                "account_id": account_id,
                "position": first + offset,
                "calendar_id": calendar_id,
                "event_uid": event_uid,
                "kind": kind,
                "at_ms": at_ms,
            }
            for offset, (event_uid, kind) in enumerate(noticed)
        ],
    )
