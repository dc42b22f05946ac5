"""Accounts: the people behind the calendars."""

import sqlalchemy as sa

from daygate.domain.ids import AccountId
from daygate.domain.profile import Account
from daygate.store import schema
from daygate.store.engine import Tx

_accounts = schema.accounts.c


async def create(tx: Tx, account_id: AccountId, *, name: str, email: str | None) -> None:
    """Add an account; the caller made the id."""
    await tx.execute(
        sa.insert(schema.accounts).values(
            account_id=sa.bindparam("p_account"),
            name=sa.bindparam("p_name"),
            email=sa.bindparam("p_email"),
            created_ms=tx.now,
        ),
        {"p_account": account_id, "p_name": name, "p_email": email},
    )


async def get(tx: Tx, account_id: AccountId) -> Account | None:
    """The account, if it exists."""
    row = await tx.first(
        sa.select(_accounts.name, _accounts.email, _accounts.default_tzid).where(
            _accounts.account_id == account_id
        )
    )
    return Account(account_id, row.name, row.email, row.default_tzid) if row else None


async def set_default_tzid(tx: Tx, account_id: AccountId, tzid: str) -> None:
    """Remember the zone the person lives in, as their calendars tell."""
    await tx.execute(
        sa.update(schema.accounts)
        .where(_accounts.account_id == account_id)
        .values(default_tzid=tzid)
    )


async def take_change_positions(tx: Tx, account_id: AccountId, count: int) -> int:
    """Reserve `count` positions of the change log and return the first.

    The updated row stays locked until the transaction ends, so positions of one account are
    committed in order.
    """
    row = await tx.first(
        sa.update(schema.accounts)
        .where(_accounts.account_id == account_id)
        .values(change_position=_accounts.change_position + count)
        .returning(_accounts.change_position)
    )
    if row is None:
        raise LookupError(account_id)
    return int(row.change_position) - count + 1
