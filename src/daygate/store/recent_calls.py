"""What API processes tell each other of the calls they have let through: a row for each pair.

A process that is gone stops telling. Its last word counts for the minute it spoke of, so that a
restart forgives nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from daygate.domain.ids import ApplicationId
from daygate.domain.moments import MS_PER_S
from daygate.store.engine import Tx
from daygate.store.schema import recent_calls
from daygate.store.upsert import upsert

_MINUTE_MS = 60 * MS_PER_S
_SECOND_TOLD_MS = 3 * MS_PER_S
"""How long a count of one second is news: it is told again every second."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls in the last second and minute, let through by how many busy processes."""

    of_second: int
    of_minute: int
    processes: int = 1


async def tell(tx: Tx, process_id: str, calls: Mapping[ApplicationId, Calls]) -> None:
    """Say what this process has let through."""
    told_ms = await tx.now_ms()
    rows = [
        {
            "process_id": process_id,
            "application_id": application_id,
            "of_second": each.of_second,
            "of_minute": each.of_minute,
            "told_ms": told_ms,
        }
        for application_id, each in calls.items()
    ]
    await tx.execute(upsert(tx.dialect, recent_calls), rows)


async def of_others(tx: Tx, process_id: str) -> Mapping[ApplicationId, Calls]:
    """What the other processes say of the applications that this one has spoken of."""
    ours, theirs = recent_calls.alias(), recent_calls.alias()
    fresh = theirs.c.told_ms > tx.now - _SECOND_TOLD_MS
    busy = sa.and_(fresh, theirs.c.of_second > 0)
    found = await tx.all(
        sa.select(
            theirs.c.application_id,
            sa.func.sum(sa.case((fresh, theirs.c.of_second), else_=0)).label("of_second"),
            sa.func.sum(theirs.c.of_minute).label("of_minute"),
            sa.func.sum(sa.case((busy, 1), else_=0)).label("processes"),
        )
        .join(ours, ours.c.application_id == theirs.c.application_id)
        .where(
            ours.c.process_id == process_id,
            theirs.c.process_id != process_id,
            theirs.c.told_ms > tx.now - _MINUTE_MS,
        )
        .group_by(theirs.c.application_id)
    )
    return {
        ApplicationId(row.application_id): Calls(
            int(row.of_second), int(row.of_minute), int(row.processes)
        )
        for row in found
    }


async def sweep(tx: Tx) -> int:
    """Forget what was told more than a minute ago; tells how many rows."""
    old = recent_calls.c.told_ms <= tx.now - _MINUTE_MS
    return await tx.count(sa.delete(recent_calls).where(old))
