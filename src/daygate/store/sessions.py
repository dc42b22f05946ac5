"""Browsers in which a developer is signed in to the dashboard."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.developer import Session
from daygate.domain.ids import UserId
from daygate.store.engine import Tx
from daygate.store.schema import sessions, users
from daygate.store.users import COLUMNS as USER_COLUMNS
from daygate.store.users import of_row as user_of_row

_WHOLE = sa.select(
    *USER_COLUMNS,
    sessions.c.session_hash,
    sessions.c.address,
    sessions.c.agent,
    sessions.c.created_ms.label("begun_ms"),
    sessions.c.seen_ms,
    sessions.c.expires_ms,
).join(users, users.c.user_id == sessions.c.user_id)


def _of_row(row: sa.Row[Any]) -> Session:
    return Session(
        session_hash=bytes(row.session_hash),
        user=user_of_row(row),
        address=row.address,
        agent=row.agent,
        created_ms=row.begun_ms,
        seen_ms=row.seen_ms,
        expires_ms=row.expires_ms,
    )


def _alive(tx: Tx, idle_ms: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        sessions.c.expires_ms > tx.now,
        sessions.c.seen_ms > tx.now - idle_ms,
        users.c.disabled_ms.is_(None),
    )


async def insert(tx: Tx, session: Session) -> None:
    """Save a session."""
    row = sa.insert(sessions).values(
        session_hash=session.session_hash,
        user_id=session.user.user_id,
        address=session.address,
        agent=session.agent,
        created_ms=session.created_ms,
        seen_ms=session.seen_ms,
        expires_ms=session.expires_ms,
    )
    await tx.execute(row)


async def alive(tx: Tx, session_hash: bytes, idle_ms: int) -> Session | None:
    """The session, unless it is over, was idle for too long, or its user is locked out."""
    wanted = _WHOLE.where(sessions.c.session_hash == session_hash, _alive(tx, idle_ms))
    row = await tx.first(wanted)
    return _of_row(row) if row else None


async def of_user(tx: Tx, user_id: UserId, idle_ms: int) -> Sequence[Session]:
    """Every live session of a user, the latest used first."""
    wanted = _WHOLE.where(sessions.c.user_id == user_id, _alive(tx, idle_ms))
    return [_of_row(row) for row in await tx.all(wanted.order_by(sessions.c.seen_ms.desc()))]


async def touch(tx: Tx, session_hash: bytes) -> None:
    """Note that the session was used now."""
    change = sa.update(sessions).where(sessions.c.session_hash == session_hash)
    await tx.execute(change.values(seen_ms=tx.now))


async def end(tx: Tx, user_id: UserId, session_hash: bytes) -> bool:
    """End one session of a user; False if the user has no such session."""
    gone = sa.delete(sessions).where(
        sessions.c.user_id == user_id, sessions.c.session_hash == session_hash
    )
    return await tx.count(gone) == 1


async def end_all(tx: Tx, user_id: UserId, *, but: bytes | None = None) -> int:
    """End every session of a user, except perhaps one; tells how many."""
    gone = sa.delete(sessions).where(sessions.c.user_id == user_id)
    if but is not None:
        gone = gone.where(sessions.c.session_hash != but)
    return await tx.count(gone)


async def sweep(tx: Tx, idle_ms: int) -> int:
    """Forget the sessions that are over; tells how many."""
    over = sa.or_(sessions.c.expires_ms <= tx.now, sessions.c.seen_ms <= tx.now - idle_ms)
    return await tx.count(sa.delete(sessions).where(over))
