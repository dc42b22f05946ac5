"""Tidying: what is over is removed in batches, so that no transaction takes long."""

from collections.abc import Sequence

from daygate.domain.ids import AccountId, ProfileId
from daygate.oauth.grants import LEFT
from daygate.oauth.tokens import GRACE_S
from daygate.store import expired, grants
from daygate.store.engine import Tx
from daygate.work.queue import Lane, enqueue

BATCH = 1000
CODES_KEPT_S = 86_400
"""A code that ran out is kept for a day, so that a replay is told from a slip."""
REFRESH_TOKENS_KEPT_S = 30 * 86_400
"""A rotated or revoked refresh token is kept for thirty days, so that its reuse is noticed."""


async def tidy(tx: Tx, batch: int = BATCH) -> bool:
    """Remove one batch of everything that is over; True if there may be more."""
    requests = await expired.delete_authorizations(tx, batch)
    await _let_go(tx, requests)
    removed = (
        len(requests),
        await expired.delete_access_tokens(tx, batch),
        await expired.delete_codes(tx, CODES_KEPT_S, batch),
        await expired.delete_link_tokens(tx, batch),
        await expired.delete_browsers(tx, batch),
        await expired.delete_refresh_tokens(tx, REFRESH_TOKENS_KEPT_S, batch),
    )
    await expired.erase_successors(tx, GRACE_S)
    return any(count == batch for count in removed)


async def _let_go(tx: Tx, requests: Sequence[tuple[AccountId | None, ProfileId | None]]) -> None:
    """A calendar account shown to a page that was then closed is kept for nobody."""
    shown = {(account, profile) for account, profile in requests if account and profile}
    for account_id, profile_id in await grants.unshared(tx, shown) if shown else ():
        await enqueue(tx, account_id, LEFT, profile_id, Lane.TIDY)
