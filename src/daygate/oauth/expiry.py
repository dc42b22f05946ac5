"""Tidying: what is over is removed in batches, so that no transaction takes long."""

from daygate.oauth.tokens import GRACE_S
from daygate.store import expired
from daygate.store.engine import Tx

BATCH = 1000
CODES_KEPT_S = 86_400
"""A code that ran out is kept for a day, so that a replay is told from a slip."""
REFRESH_TOKENS_KEPT_S = 30 * 86_400
"""A rotated or revoked refresh token is kept for thirty days, so that its reuse is noticed."""


async def tidy(tx: Tx, batch: int = BATCH) -> bool:
    """Remove one batch of everything that is over; True if there may be more."""
    removed = (
        await expired.delete_access_tokens(tx, batch),
        await expired.delete_codes(tx, CODES_KEPT_S, batch),
        await expired.delete_authorizations(tx, batch),
        await expired.delete_link_tokens(tx, batch),
        await expired.delete_browsers(tx, batch),
        await expired.delete_refresh_tokens(tx, REFRESH_TOKENS_KEPT_S, batch),
    )
    await expired.erase_successors(tx, GRACE_S)
    return any(count == batch for count in removed)
