"""Authorization codes, by their SHA-256: written once, claimed once."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ApplicationId, GrantId, ProfileId
from daygate.store.engine import Tx
from daygate.store.schema import codes

_c = codes.c
_WHOLE = (
    _c.code_hash, _c.account_id, _c.grant_id, _c.application_id, _c.profile_id, _c.redirect_uri,
    _c.scope, _c.code_challenge,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredCode:
    """What a code stands for."""

    code_hash: bytes
    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    profile_id: ProfileId
    redirect_uri: str
    scope: str
    code_challenge: str | None


async def insert(tx: Tx, code: StoredCode, life_s: int) -> None:
    """Keep a new code for `life_s` seconds."""
    await tx.execute(
        sa.insert(codes).values(
            code_hash=code.code_hash,
            account_id=code.account_id,
            grant_id=code.grant_id,
            application_id=code.application_id,
            profile_id=code.profile_id,
            redirect_uri=code.redirect_uri,
            scope=code.scope,
            code_challenge=code.code_challenge,
            created_ms=tx.now,
            expires_ms=tx.now + life_s * 1000,
        )
    )


async def claim(tx: Tx, code_hash: bytes, application_id: ApplicationId) -> StoredCode | None:
    """Take a fresh code: of any number of claims at once, one gets it."""
    claimed = await tx.execute(
        sa.update(codes)
        .where(
            _c.code_hash == code_hash,
            _c.application_id == application_id,
            _c.used_ms.is_(None),
            _c.burnt_ms.is_(None),
            _c.expires_ms > tx.now,
        )
        .values(used_ms=tx.now)
        .returning(*_WHOLE)
    )
    row = claimed.first()
    return _of_row(row) if row else None


async def burn(tx: Tx, code_hash: bytes) -> StoredCode | None:
    """Make a code useless, used or not; None if there is none, or it merely ran out unused."""
    burnt = await tx.execute(
        sa.update(codes)
        .where(
            _c.code_hash == code_hash,
            sa.or_(_c.used_ms.is_not(None), _c.burnt_ms.is_not(None), _c.expires_ms > tx.now),
        )
        .values(burnt_ms=sa.func.coalesce(_c.burnt_ms, tx.now))
        .returning(*_WHOLE)
    )
    row = burnt.first()
    return _of_row(row) if row else None


async def burn_grant(tx: Tx, grant_id: GrantId) -> None:
    """Make every unused code of a grant useless."""
    await tx.execute(
        sa.update(codes)
        .where(_c.grant_id == grant_id, _c.used_ms.is_(None), _c.burnt_ms.is_(None))
        .values(burnt_ms=tx.now)
    )


def _of_row(row: sa.Row[Any]) -> StoredCode:
    values = dict(row._mapping)
    return StoredCode(**{**values, "code_hash": bytes(row.code_hash)})
