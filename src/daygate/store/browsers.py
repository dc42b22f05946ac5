"""Browsers of people, by the SHA-256 of a cookie: which account each connected a calendar for."""

import sqlalchemy as sa

from daygate.domain.ids import AccountId
from daygate.store.engine import Tx
from daygate.store.schema import browsers

_b = browsers.c


async def insert(tx: Tx, browser_hash: bytes, account_id: AccountId, life_s: int) -> None:
    """Remember a browser for `life_s` seconds."""
    await tx.execute(
        sa.insert(browsers).values(
            browser_hash=browser_hash,
            account_id=account_id,
            created_ms=tx.now,
            seen_ms=tx.now,
            expires_ms=tx.now + life_s * 1000,
        )
    )


async def account_of(tx: Tx, browser_hash: bytes) -> AccountId | None:
    """Whose browser this is, if it is remembered."""
    row = await tx.first(
        sa.select(_b.account_id).where(_b.browser_hash == browser_hash, _b.expires_ms > tx.now)
    )
    return AccountId(row.account_id) if row else None


async def delete(tx: Tx, browser_hash: bytes) -> None:
    """Forget one browser."""
    await tx.execute(sa.delete(browsers).where(_b.browser_hash == browser_hash))


async def delete_of_account(tx: Tx, account_id: AccountId) -> None:
    """Forget every browser of an account."""
    await tx.execute(sa.delete(browsers).where(_b.account_id == account_id))
