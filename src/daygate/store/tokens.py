"""Access and refresh tokens, by their SHA-256.

A family is what descends from one code (or, without a code, from one first refresh token); its
hash stands in `family_hash` of refresh tokens and in `code_hash` of access tokens. A token counts
only while its grant and its application do, which every statement here checks for itself: a
transaction that loses a race against a revocation then leaves nothing usable behind.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.application import RefreshMode
from daygate.domain.ids import AccountId, ApplicationId, GrantId
from daygate.store.applications import secret_is_fresh
from daygate.store.engine import Tx
from daygate.store.row_security import Errand
from daygate.store.schema import (
    access_tokens,
    application_secrets,
    applications,
    grants,
    refresh_tokens,
)

_t = access_tokens.c
_r = refresh_tokens.c
_g = grants.c
_ROWS_OF_A_GRANT = 20
"""At most so many access tokens of one grant live; beyond it the oldest die."""
_ROWS_KEPT = 16
"""How many are left when the oldest go: one DELETE for every five tokens issued beyond the cap."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token, and what the grant allows now."""

    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    scope: str


@dataclass(frozen=True, slots=True)
class BearerRow:
    """What the bearer of an access token may be and do."""

    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    scope: str
    grant_scope: str
    asked_ms: int


@lru_cache(maxsize=8)
def _bearer(now: ColumnElement[int]) -> sa.Select[Any]:
    """Built once per clock: this statement runs in every call of the API."""
    return sa.select(
        _t.account_id,
        _t.grant_id,
        _t.application_id,
        _t.scope,
        _g.scope.label("grant_scope"),
        now.label("asked_ms"),
    ).where(
        _t.token_hash == sa.bindparam("presented"),
        _t.expires_ms > now,
        *_alive(_t),
    )


@lru_cache(maxsize=8)
def _refreshed(now: ColumnElement[int]) -> sa.Insert:
    """Check a refresh token, its grant and its application, and issue, in one statement."""
    narrowed = sa.func.coalesce(sa.bindparam("narrowed", type_=sa.Text), _g.scope)
    life_ms = sa.bindparam("life_ms", type_=sa.BigInteger)
    application = _r.application_id == sa.bindparam("application", type_=sa.String)
    return _issuing(now, narrowed, life_ms, application)


@lru_cache(maxsize=8)
def _refreshed_at_once(now: ColumnElement[int]) -> sa.Insert:
    """The same for a client that proves itself in the very statement."""
    secret = application_secrets.c
    return _issuing(
        now,
        _g.scope,
        applications.c.access_token_life_s * 1000,
        applications.c.client_id == sa.bindparam("client", type_=sa.String),
        applications.c.refresh_mode == RefreshMode.SAME.value,
        secret.application_id == applications.c.application_id,
        secret.secret_hash == sa.bindparam("secret", type_=secret.secret_hash.type),
        *secret_is_fresh(now),
    )


def _issuing(
    now: ColumnElement[int],
    scope: ColumnElement[str],
    life_ms: ColumnElement[int],
    *conditions: ColumnElement[bool],
) -> sa.Insert:
    presented = sa.bindparam("presented", type_=_r.token_hash.type)
    # The row lock makes a revocation wait, or this statement find the token revoked.
    issued = (
        sa.select(
            sa.bindparam("issued", type_=_t.token_hash.type),
            _r.account_id,
            _r.grant_id,
            _r.application_id,
            scope,
            _r.family_hash,
            now,
            now + life_ms,
        )
        .where(
            _r.token_hash == presented,
            _r.superseded_ms.is_(None),
            _r.revoked_ms.is_(None),
            *_alive(_r),
            *conditions,
        )
        .with_for_update(read=True, of=refresh_tokens)
    )
    columns = ("token_hash", "account_id", "grant_id", "application_id", "scope", "code_hash",
               "created_ms", "expires_ms")  # fmt: skip
    # SQLite's RETURNING knows no table names, hence one table per level and no join.
    live, own = access_tokens.alias("live"), refresh_tokens.alias("own")
    grant_id = sa.select(own.c.grant_id).where(own.c.token_hash == presented).scalar_subquery()
    rows = sa.select(sa.func.count()).where(live.c.grant_id == grant_id).scalar_subquery()
    return (
        sa.insert(access_tokens)
        .from_select(columns, issued)
        .returning(
            _t.account_id,
            _t.grant_id,
            _t.application_id,
            _t.scope,
            (_t.expires_ms - _t.created_ms).label("life_ms"),
            rows.label("rows"),
        )
    )


def _alive(token: Any) -> tuple[ColumnElement[bool], ...]:
    """The grant stands, and the application is in use."""
    return (
        _g.account_id == token.account_id,
        _g.grant_id == token.grant_id,
        _g.revoked_ms.is_(None),
        applications.c.application_id == token.application_id,
        applications.c.disabled_ms.is_(None),
    )


async def bearer(tx: Tx, token_hash: bytes) -> BearerRow | None:
    """Whoever bears a live access token."""
    with tx.house(Errand.BEARER):
        row = await tx.first(_bearer(tx.now), presented=token_hash)
    return BearerRow(**row._mapping) if row else None


async def insert_access(
    tx: Tx, token_hash: bytes, holder: Holder, family_hash: bytes, life_s: int
) -> None:
    """Keep a new access token."""
    await tx.execute(
        sa.insert(access_tokens).values(
            token_hash=token_hash,
            account_id=holder.account_id,
            grant_id=holder.grant_id,
            application_id=holder.application_id,
            scope=holder.scope,
            code_hash=family_hash,
            created_ms=tx.now,
            expires_ms=tx.now + life_s * 1000,
        )
    )
    rows = sa.select(sa.func.count().label("rows")).where(_t.grant_id == holder.grant_id)
    row = await tx.first(rows)
    await _drop_oldest(tx, holder.grant_id, row.rows if row else 0)


async def refresh(
    tx: Tx,
    presented: bytes,
    application_id: ApplicationId,
    issued: bytes,
    life_s: int,
    narrowed: str | None = None,
) -> Holder | None:
    """Issue an access token for a live refresh token; None if it is not."""
    values = {
        "presented": presented,
        "application": application_id,
        "issued": issued,
        "life_ms": life_s * 1000,
        "narrowed": narrowed,
    }
    with tx.house(Errand.BEARER):
        row = (await tx.execute(_refreshed(tx.now), values)).first()
    if row is None:
        return None
    holder = Holder(row.account_id, row.grant_id, row.application_id, row.scope)
    await _drop_oldest(tx, holder.grant_id, row.rows)
    return holder


async def refresh_at_once(
    tx: Tx, client_id: str, secret_hash: bytes, presented: bytes, issued: bytes
) -> tuple[Holder, int] | None:
    """Authenticate and refresh in one statement: whose, and for how many seconds.

    None if anything is not plain: a wrong secret, one whose use is due to be noted, a dead token,
    an application that rotates.
    """
    values = {"client": client_id, "secret": secret_hash, "presented": presented, "issued": issued}
    with tx.house(Errand.BEARER):
        row = (await tx.execute(_refreshed_at_once(tx.now), values)).first()
    if row is None:
        return None
    holder = Holder(row.account_id, row.grant_id, row.application_id, row.scope)
    await _drop_oldest(tx, holder.grant_id, row.rows)
    return holder, row.life_ms // 1000


async def holder_of(tx: Tx, presented: bytes, application_id: ApplicationId) -> Holder | None:
    """The grant behind a refresh token of this application that is not revoked."""
    held = sa.select(_r.account_id, _r.grant_id, _r.application_id, _g.scope).where(
        _r.token_hash == presented,
        _r.application_id == application_id,
        _r.revoked_ms.is_(None),
        *_alive(_r),
    )
    with tx.house(Errand.BEARER):
        row = await tx.first(held)
    return Holder(**row._mapping) if row else None


async def end_family(tx: Tx, family_hash: bytes) -> None:
    """Kill everything that descends from one code or first refresh token."""
    await _end_refresh(tx, _r.family_hash == family_hash)
    await tx.execute(sa.delete(access_tokens).where(_t.code_hash == family_hash))


async def end_grant(tx: Tx, grant_id: GrantId) -> None:
    """Kill every token of a grant."""
    await _end_refresh(tx, _r.grant_id == grant_id)
    await tx.execute(sa.delete(access_tokens).where(_t.grant_id == grant_id))


async def grant_of(
    tx: Tx, token_hash: bytes, application_id: ApplicationId
) -> tuple[AccountId, GrantId] | None:
    """The grant that a token of this application, of either kind, belongs to."""
    for table in (refresh_tokens, access_tokens):
        row = await tx.first(
            sa.select(table.c.account_id, table.c.grant_id).where(
                table.c.token_hash == token_hash, table.c.application_id == application_id
            )
        )
        if row is not None:
            return AccountId(row.account_id), GrantId(row.grant_id)
    return None


async def _end_refresh(tx: Tx, which: ColumnElement[bool]) -> None:
    # A rotation in flight adds a successor that the statement, which waited for it, did not see:
    # the next one does. No new rotation can begin on a row that is revoked and locked.
    revoking = (
        sa.update(refresh_tokens)
        .where(which, _r.revoked_ms.is_(None))
        .values(revoked_ms=tx.now, successor_sealed=None)
    )
    while await tx.count(revoking):
        pass


async def _drop_oldest(tx: Tx, grant_id: GrantId, rows: int) -> None:
    # The count of the issuing statement may or may not hold its own row (PostgreSQL does not see
    # it); `>=` keeps to the cap either way.
    if rows < _ROWS_OF_A_GRANT:
        return
    kept = (
        sa.select(_t.token_hash)
        .where(_t.grant_id == grant_id)
        .order_by(_t.created_ms.desc(), _t.token_hash)
        .limit(_ROWS_KEPT)
    )
    await tx.execute(
        sa.delete(access_tokens).where(_t.grant_id == grant_id, _t.token_hash.not_in(kept))
    )
