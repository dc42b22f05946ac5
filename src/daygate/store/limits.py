"""Durable counters of attempts: shared by every process, kept over restarts."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.domain.moments import MS_PER_S
from daygate.store.engine import Tx
from daygate.store.schema import limits


async def hit(tx: Tx, subject: str, window_s: int) -> int:
    """Count one attempt in the current window of `window_s`; tells how many that makes."""
    length_ms = window_s * MS_PER_S
    now_ms = await tx.now_ms()
    row = {"subject": subject, "window_ms": now_ms - now_ms % length_ms, "used": 1}
    into = postgresql.insert(limits) if tx.dialect == "postgresql" else sqlite.insert(limits)
    counted = into.values(row).on_conflict_do_update(
        index_elements=["subject", "window_ms"], set_={"used": limits.c.used + 1}
    )
    return int((await tx.execute(counted.returning(limits.c.used))).scalar_one())


async def sweep(tx: Tx, *, older_than_s: int) -> int:
    """Forget the windows that began longer ago than this; tells how many."""
    old = limits.c.window_ms < tx.now - older_than_s * MS_PER_S
    return await tx.count(sa.delete(limits).where(old))
