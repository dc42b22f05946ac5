"""Refresh tokens, by their SHA-256: kept, rotated once, replayed within a grace."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ApplicationId, GrantId
from daygate.store.engine import Tx
from daygate.store.schema import refresh_tokens
from daygate.store.tokens import Holder

_r = refresh_tokens.c
_WHOLE = (
    _r.token_hash, _r.account_id, _r.grant_id, _r.application_id, _r.family_hash, _r.generation,
    _r.superseded_ms, _r.successor_sealed, _r.grace_uses, _r.revoked_ms,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredRefresh:
    """A refresh token as it is kept."""

    token_hash: bytes
    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    family_hash: bytes
    generation: int
    superseded_ms: int | None
    successor_sealed: bytes | None
    grace_uses: int
    revoked_ms: int | None


async def insert(
    tx: Tx, token_hash: bytes, holder: Holder, family_hash: bytes, generation: int = 0
) -> None:
    """Keep a new refresh token."""
    await tx.execute(
        sa.insert(refresh_tokens).values(
            token_hash=token_hash,
            account_id=holder.account_id,
            grant_id=holder.grant_id,
            application_id=holder.application_id,
            scope=holder.scope,
            family_hash=family_hash,
            generation=generation,
            created_ms=tx.now,
        )
    )


async def get(tx: Tx, token_hash: bytes) -> StoredRefresh | None:
    """A refresh token in whatever state."""
    row = await tx.first(sa.select(*_WHOLE).where(_r.token_hash == token_hash))
    return _of_row(row) if row else None


async def supersede(
    tx: Tx, presented: bytes, application_id: ApplicationId, successor_sealed: bytes
) -> StoredRefresh | None:
    """Rotate: of any number of rotations at once, one gets the row."""
    rotated = await tx.execute(
        sa.update(refresh_tokens)
        .where(
            _r.token_hash == presented,
            _r.application_id == application_id,
            _r.superseded_ms.is_(None),
            _r.revoked_ms.is_(None),
        )
        .values(superseded_ms=tx.now, used_ms=tx.now, successor_sealed=successor_sealed)
        .returning(*_WHOLE)
    )
    row = rotated.first()
    return _of_row(row) if row else None


async def forget_successor(tx: Tx, family_hash: bytes, generation: int) -> None:
    """Erase what one generation of a family could replay: the next one has come."""
    await tx.execute(
        sa.update(refresh_tokens)
        .where(_r.family_hash == family_hash, _r.generation == generation)
        .values(successor_sealed=None)
    )


async def replay(tx: Tx, presented: bytes, grace_s: int, uses: int) -> StoredRefresh | None:
    """Count one more use of a superseded token within its grace; None if it has none left."""
    counted = await tx.execute(
        sa.update(refresh_tokens)
        .where(
            _r.token_hash == presented,
            _r.superseded_ms > tx.now - grace_s * 1000,
            _r.successor_sealed.is_not(None),
            _r.revoked_ms.is_(None),
            _r.grace_uses < uses,
        )
        .values(grace_uses=_r.grace_uses + 1, used_ms=tx.now)
        .returning(*_WHOLE)
    )
    row = counted.first()
    return _of_row(row) if row else None


async def within_grace(tx: Tx, presented: bytes, grace_s: int) -> bool:
    """Whether a superseded token is still in its grace, uses left or not."""
    row = await tx.first(
        sa.select(_r.token_hash).where(
            _r.token_hash == presented,
            _r.superseded_ms > tx.now - grace_s * 1000,
            _r.successor_sealed.is_not(None),
            _r.revoked_ms.is_(None),
        )
    )
    return row is not None


def _of_row(row: sa.Row[Any]) -> StoredRefresh:
    values = dict(row._mapping)
    values["token_hash"] = bytes(row.token_hash)
    values["family_hash"] = bytes(row.family_hash)
    return StoredRefresh(**values)
