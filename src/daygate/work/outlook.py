"""What is still to be done about something, as whoever looks after it wants to see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from daygate.domain.ids import AccountId
from daygate.store.engine import Tx
from daygate.store.schema import work


@dataclass(frozen=True, slots=True)
class Ahead:
    """One row; while it runs, `due_ms` is the end of its lease."""

    kind: str
    key: str
    due_ms: int
    running: bool
    parked: bool
    attempts: int
    reason: str


async def ahead(tx: Tx, account_id: AccountId, keys: Collection[str]) -> Sequence[Ahead]:
    """The rows of some keys, whatever their kind, the next due first."""
    w = work.c
    theirs = (
        sa.select(w.kind, w.key, w.due_ms, w.claimed_generation, w.parked, w.attempts, w.reason)
        .where(w.account_id == account_id, w.key.in_(sorted(keys)))
        .order_by(w.due_ms, w.kind, w.key)
    )
    with tx.within(account_id):
        rows = await tx.all(theirs)
    return [
        Ahead(
            row.kind,
            row.key,
            row.due_ms,
            row.claimed_generation is not None,
            row.parked,
            row.attempts,
            row.reason,
        )
        for row in rows
    ]
