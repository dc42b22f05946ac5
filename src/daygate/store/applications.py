"""Reading applications: by client_id, by id, by the fingerprint of one of their secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.application import Application, Client, RefreshMode, TokenShape
from daygate.domain.ids import ApplicationId, UserId
from daygate.store.application_logos import stamp
from daygate.store.engine import Tx
from daygate.store.schema import (
    application_logos,
    application_secrets,
    applications,
    redirect_uris,
    users,
)

_APPLICATION = sa.select(
    applications, users.c.name.label("developer_name"), application_logos.c.logo_hash
).select_from(
    applications.outerjoin(users, users.c.user_id == applications.c.owner_id).outerjoin(
        application_logos, application_logos.c.application_id == applications.c.application_id
    )
)

_NOTED_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A live secret as it is compared; `fresh` if its use was noted within the last minute."""

    secret_id: str
    secret_hash: bytes
    fresh: bool


@dataclass(frozen=True, slots=True)
class StoredClient:
    """What client authentication needs, read in one statement."""

    client: Client
    disabled: bool
    secrets: tuple[StoredSecret, ...]


async def by_client_id(tx: Tx, client_id: str) -> Application | None:
    """The application of a public client_id."""
    return await _one(tx, applications.c.client_id == client_id)


async def by_id(tx: Tx, application_id: ApplicationId) -> Application | None:
    """The application of an internal id."""
    return await _one(tx, applications.c.application_id == application_id)


async def hold(tx: Tx, application_id: ApplicationId) -> bool:
    """Whether the application is in use; it is not closed before this transaction ends."""
    row = await tx.first(
        sa.select(applications.c.disabled_ms)
        .where(applications.c.application_id == application_id)
        .with_for_update()
    )
    return row is not None and row.disabled_ms is None


async def by_secret_hash(tx: Tx, secret_hash: bytes) -> Application | None:
    """The application that holds a live secret with this SHA-256."""
    holder = (
        sa.select(application_secrets.c.application_id)
        .where(application_secrets.c.secret_hash == secret_hash, _live(tx.now))
        .scalar_subquery()
    )
    return await _one(tx, applications.c.application_id == holder)


async def stored_client(tx: Tx, client_id: str) -> StoredClient | None:
    """A client with the fingerprints of its live secrets; None if nobody has that client_id."""
    rows = await tx.all(_client(tx.now), client=client_id)
    return _stored_client(rows) if rows else None


async def note_secret_used(tx: Tx, secret_id: str) -> None:
    """Remember that a secret was presented now."""
    await tx.execute(
        sa.update(application_secrets)
        .where(application_secrets.c.secret_id == secret_id)
        .values(used_ms=tx.now)
    )


@lru_cache(maxsize=8)
def _client(now: ColumnElement[int]) -> sa.Select[Any]:
    """Built once per clock: every call of the token endpoint begins with it."""
    secrets = application_secrets.c
    held = sa.and_(secrets.application_id == applications.c.application_id, _live(now))
    return (
        sa.select(
            applications.c.application_id,
            applications.c.client_id,
            applications.c.token_shape,
            applications.c.refresh_mode,
            applications.c.access_token_life_s,
            applications.c.disabled_ms,
            secrets.secret_id,
            secrets.secret_hash,
            sa.func.coalesce(secrets.used_ms > now - _NOTED_EVERY_MS, sa.false()).label("fresh"),
        )
        .select_from(applications.outerjoin(application_secrets, held))
        .where(applications.c.client_id == sa.bindparam("client"))
    )


def secret_is_fresh(now: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """A secret is live, and its use was noted within the last minute."""
    return _live(now), application_secrets.c.used_ms > now - _NOTED_EVERY_MS


def _live(now: ColumnElement[int]) -> ColumnElement[bool]:
    retires = application_secrets.c.retires_ms
    return sa.or_(retires.is_(None), retires > now)


def _stored_client(rows: Sequence[sa.Row[Any]]) -> StoredClient:
    first = rows[0]
    client = Client(
        ApplicationId(first.application_id),
        first.client_id,
        TokenShape(first.token_shape),
        RefreshMode(first.refresh_mode),
        first.access_token_life_s,
    )
    secrets = tuple(
        StoredSecret(row.secret_id, bytes(row.secret_hash), bool(row.fresh))
        for row in rows
        if row.secret_id is not None
    )
    return StoredClient(client, first.disabled_ms is not None, secrets)


async def _one(tx: Tx, which: ColumnElement[bool]) -> Application | None:
    row = await tx.first(_APPLICATION.where(which))
    if row is None:
        return None
    uris = await tx.all(
        sa.select(redirect_uris.c.uri, redirect_uris.c.state)
        .where(redirect_uris.c.application_id == row.application_id)
        .order_by(redirect_uris.c.created_ms, redirect_uris.c.uri)
    )
    return _application(row, uris)


def _application(row: sa.Row[Any], uris: Sequence[sa.Row[Any]]) -> Application:
    return Application(
        application_id=ApplicationId(row.application_id),
        client_id=row.client_id,
        owner_id=UserId(row.owner_id),
        name=row.name,
        developer_name=row.developer_name or "",
        url=row.url,
        verified=row.verified,
        disabled=row.disabled_ms is not None,
        token_shape=TokenShape(row.token_shape),
        refresh_mode=RefreshMode(row.refresh_mode),
        require_pkce=row.require_pkce,
        access_token_life_s=row.access_token_life_s,
        host_wildcards=row.host_wildcards,
        logo=stamp(bytes(row.logo_hash)) if row.logo_hash is not None else "",
        approved_uris=tuple(uri.uri for uri in uris if uri.state == "approved"),
        pending_uris=tuple(uri.uri for uri in uris if uri.state == "pending"),
    )
