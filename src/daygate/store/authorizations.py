"""Authorization requests that wait for a person, by the SHA-256 of their handle."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ApplicationId, ProfileId
from daygate.store.engine import Tx
from daygate.store.schema import authorizations

_a = authorizations.c
_WHOLE = (
    _a.authorization_hash, _a.browser_key_hash, _a.application_id, _a.redirect_uri, _a.scope,
    _a.state, _a.code_challenge, _a.provider_key, _a.avoid_linking, _a.locale, _a.link_account_id,
    _a.account_id, _a.profile_id, _a.outcome,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredAuthorization:
    """The server's copy of a request; `outcome` is sealed, and empty while it is being decided."""

    authorization_hash: bytes = field(repr=False)
    browser_key_hash: bytes = field(repr=False)
    application_id: ApplicationId
    redirect_uri: str
    scope: str
    state: str = field(repr=False)
    code_challenge: str | None
    provider_key: str | None
    avoid_linking: bool
    locale: str
    link_account_id: AccountId | None
    account_id: AccountId | None = None
    profile_id: ProfileId | None = None
    outcome: str | None = field(default=None, repr=False)


async def insert(tx: Tx, authorization: StoredAuthorization, life_s: int) -> None:
    """Keep a request for `life_s` seconds."""
    stored = authorization
    await tx.execute(
        sa.insert(authorizations).values(
            authorization_hash=stored.authorization_hash,
            browser_key_hash=stored.browser_key_hash,
            application_id=stored.application_id,
            redirect_uri=stored.redirect_uri,
            scope=stored.scope,
            state=stored.state,
            state_given=bool(stored.state),
            code_challenge=stored.code_challenge,
            provider_key=stored.provider_key,
            avoid_linking=stored.avoid_linking,
            locale=stored.locale,
            link_account_id=stored.link_account_id,
            created_ms=tx.now,
            expires_ms=tx.now + life_s * 1000,
        )
    )


async def get(tx: Tx, authorization_hash: bytes) -> StoredAuthorization | None:
    """A request whose time is not over."""
    row = await tx.first(
        sa.select(*_WHOLE).where(
            _a.authorization_hash == authorization_hash, _a.expires_ms > tx.now
        )
    )
    return _of_row(row) if row else None


async def undecided(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> bool:
    """Whether a request that shows this profile still waits for its person."""
    row = await tx.first(
        sa.select(sa.literal(1))
        .where(
            _a.profile_id == profile_id,
            _a.account_id == account_id,
            _a.outcome.is_(None),
            _a.expires_ms > tx.now,
        )
        .limit(1)
    )
    return row is not None


async def attach(
    tx: Tx, authorization_hash: bytes, account_id: AccountId, profile_id: ProfileId
) -> bool:
    """Note which account the browser turned out to be; False if the request is settled."""
    noted = await tx.count(
        sa.update(authorizations)
        .where(_a.authorization_hash == authorization_hash, _a.outcome.is_(None))
        .values(account_id=account_id, profile_id=profile_id)
    )
    return bool(noted)


async def claim(tx: Tx, authorization_hash: bytes) -> bool:
    """Take the right to decide: of two clicks one gets it, the other waits and finds an outcome."""
    claimed = await tx.count(
        sa.update(authorizations)
        .where(
            _a.authorization_hash == authorization_hash,
            _a.outcome.is_(None),
            _a.expires_ms > tx.now,
        )
        .values(outcome="")
    )
    return bool(claimed)


async def settle(tx: Tx, authorization_hash: bytes, outcome: str) -> None:
    """Keep how it ended."""
    await tx.execute(
        sa.update(authorizations)
        .where(_a.authorization_hash == authorization_hash)
        .values(outcome=outcome)
    )


def _of_row(row: sa.Row[Any]) -> StoredAuthorization:
    values = dict(row._mapping)
    for name in ("authorization_hash", "browser_key_hash"):
        values[name] = bytes(values[name])
    return StoredAuthorization(**values)
