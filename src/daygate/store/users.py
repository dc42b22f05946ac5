"""Developers and operators: their names, addresses and password hashes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.domain.developer import User
from daygate.domain.ids import UserId
from daygate.store.engine import Tx
from daygate.store.schema import users

COLUMNS = (
    users.c.user_id,
    users.c.email,
    users.c.name,
    users.c.operator,
    users.c.created_ms,
    users.c.disabled_ms,
    users.c.password_hash,
)


def of_row(row: sa.Row[Any]) -> User:
    """The user in the `COLUMNS` of a row."""
    return User(
        user_id=UserId(row.user_id),
        email=row.email,
        name=row.name,
        operator=row.operator,
        created_ms=row.created_ms,
        disabled_ms=row.disabled_ms,
        password_hash=row.password_hash,
    )


async def insert(tx: Tx, user: User) -> bool:
    """Save a user; False, and nothing saved, if the address has one already."""
    into = postgresql.insert(users) if tx.dialect == "postgresql" else sqlite.insert(users)
    statement = into.values(
        user_id=user.user_id,
        email=user.email,
        name=user.name,
        password_hash=user.password_hash,
        operator=user.operator,
        created_ms=user.created_ms,
        disabled_ms=user.disabled_ms,
    )
    return await tx.count(statement.on_conflict_do_nothing(index_elements=["email"])) == 1


async def by_email(tx: Tx, email: str) -> User | None:
    """The user with this (cleaned) address."""
    row = await tx.first(sa.select(*COLUMNS).where(users.c.email == email))
    return of_row(row) if row else None


async def by_id(tx: Tx, user_id: UserId) -> User | None:
    """The user with this id."""
    row = await tx.first(sa.select(*COLUMNS).where(users.c.user_id == user_id))
    return of_row(row) if row else None


async def everyone(tx: Tx, *, limit: int, offset: int = 0) -> Sequence[User]:
    """A page of all users, the newest first."""
    newest = sa.select(*COLUMNS).order_by(users.c.created_ms.desc(), users.c.user_id)
    return [of_row(row) for row in await tx.all(newest.limit(limit).offset(offset))]


async def set_password(tx: Tx, user_id: UserId, password_hash: str) -> None:
    """Replace the password hash."""
    change = sa.update(users).where(users.c.user_id == user_id)
    await tx.execute(change.values(password_hash=password_hash))


async def set_disabled(tx: Tx, user_id: UserId, *, disabled: bool) -> bool:
    """Lock somebody out, or let them in again; False if there is no such user."""
    change = sa.update(users).where(users.c.user_id == user_id)
    return await tx.count(change.values(disabled_ms=tx.now if disabled else None)) == 1
