"""Removing what is over: codes, tokens, requests and browsers, a bounded number at a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.ids import AccountId, ProfileId
from daygate.store.engine import Tx
from daygate.store.schema import (
    access_tokens,
    authorizations,
    browsers,
    codes,
    link_tokens,
    refresh_tokens,
)


async def delete_access_tokens(tx: Tx, limit: int) -> int:
    """Remove expired access tokens."""
    return await _delete(tx, access_tokens, access_tokens.c.expires_ms <= tx.now, limit)


async def delete_codes(tx: Tx, kept_s: int, limit: int) -> int:
    """Remove codes that ran out `kept_s` ago: until then a replay is still recognised."""
    return await _delete(tx, codes, codes.c.expires_ms <= tx.now - kept_s * 1000, limit)


async def delete_authorizations(
    tx: Tx, limit: int
) -> Sequence[tuple[AccountId | None, ProfileId | None]]:
    """Remove requests whose time is over; for each the profile that was shown in it, if any."""
    a = authorizations.c
    batch = sa.select(a.authorization_hash).where(a.expires_ms <= tx.now).limit(limit)
    over = sa.delete(authorizations).where(a.authorization_hash.in_(batch))
    rows = await tx.all(over.returning(a.account_id, a.profile_id))
    return [(row.account_id, row.profile_id) for row in rows]


async def delete_link_tokens(tx: Tx, limit: int) -> int:
    """Remove expired link tokens."""
    return await _delete(tx, link_tokens, link_tokens.c.expires_ms <= tx.now, limit)


async def delete_browsers(tx: Tx, limit: int) -> int:
    """Forget browsers that have not come back in time."""
    return await _delete(tx, browsers, browsers.c.expires_ms <= tx.now, limit)


async def delete_refresh_tokens(tx: Tx, kept_s: int, limit: int) -> int:
    """Remove refresh tokens revoked, or superseded, `kept_s` ago: until then reuse is noticed."""
    dead_ms = sa.func.coalesce(refresh_tokens.c.revoked_ms, refresh_tokens.c.superseded_ms)
    return await _delete(tx, refresh_tokens, dead_ms <= tx.now - kept_s * 1000, limit)


async def erase_successors(tx: Tx, grace_s: int) -> int:
    """Erase what superseded refresh tokens could replay, now that their grace is over."""
    r = refresh_tokens.c
    return await tx.count(
        sa.update(refresh_tokens)
        .where(r.successor_sealed.is_not(None), r.superseded_ms <= tx.now - grace_s * 1000)
        .values(successor_sealed=None)
    )


async def _delete(tx: Tx, table: sa.Table, over: ColumnElement[bool], limit: int) -> int:
    (key,) = table.primary_key.columns
    batch = sa.select(key).where(over).limit(limit)
    return await tx.count(sa.delete(table).where(key.in_(batch)))
