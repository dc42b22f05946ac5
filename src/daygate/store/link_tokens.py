"""Link tokens, by their SHA-256: one application's leave to add a profile to an account, once."""

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ApplicationId
from daygate.store.engine import Tx
from daygate.store.schema import link_tokens

_l = link_tokens.c


async def insert(
    tx: Tx, token_hash: bytes, account_id: AccountId, application_id: ApplicationId, life_s: int
) -> None:
    """Keep a new link token for `life_s` seconds."""
    await tx.execute(
        sa.insert(link_tokens).values(
            token_hash=token_hash,
            account_id=account_id,
            application_id=application_id,
            expires_ms=tx.now + life_s * 1000,
        )
    )


async def claim(tx: Tx, token_hash: bytes, application_id: ApplicationId) -> AccountId | None:
    """Use a link token up; None for a stranger's, a used or an expired one."""
    claimed = await tx.execute(
        sa.update(link_tokens)
        .where(
            _l.token_hash == token_hash,
            _l.application_id == application_id,
            _l.used_ms.is_(None),
            _l.expires_ms > tx.now,
        )
        .values(used_ms=tx.now)
        .returning(_l.account_id)
    )
    row = claimed.first()
    return AccountId(row.account_id) if row else None
