"""Saving what a developer registers: applications, their options, their secrets."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from daygate.domain.application import Application
from daygate.domain.ids import ApplicationId, UserId
from daygate.domain.verification import Contact, SecretNote
from daygate.store.engine import Tx
from daygate.store.schema import (
    application_logos,
    application_secrets,
    applications,
    redirect_uris,
)


async def insert(tx: Tx, application: Application, contact: Contact) -> None:
    """Save a new application."""
    row = sa.insert(applications).values(
        application_id=application.application_id,
        client_id=application.client_id,
        owner_id=application.owner_id,
        name=application.name,
        url=application.url,
        contact_email=contact.email,
        contact_name=contact.name,
        verified=application.verified,
        token_shape=application.token_shape,
        refresh_mode=application.refresh_mode,
        require_pkce=application.require_pkce,
        access_token_life_s=application.access_token_life_s,
        host_wildcards=application.host_wildcards,
        created_ms=tx.now,
        disabled_ms=None,
    )
    await tx.execute(row)


async def ids_of_owner(tx: Tx, owner_id: UserId) -> Sequence[ApplicationId]:
    """The applications of one developer, in the order they were made."""
    mine = sa.select(applications.c.application_id).where(
        applications.c.owner_id == owner_id, applications.c.disabled_ms.is_(None)
    )
    ordered = mine.order_by(applications.c.created_ms, applications.c.application_id)
    return [ApplicationId(row.application_id) for row in await tx.all(ordered)]


async def every_id(tx: Tx) -> Sequence[ApplicationId]:
    """Every application there is, in the order they were made; for the operator."""
    ids = sa.select(applications.c.application_id).where(applications.c.disabled_ms.is_(None))
    ordered = ids.order_by(applications.c.created_ms, applications.c.application_id)
    return [ApplicationId(row.application_id) for row in await tx.all(ordered)]


async def contact(tx: Tx, application_id: ApplicationId) -> Contact:
    """Whom the operator asks about an application."""
    row = await tx.first(
        sa.select(applications.c.contact_email, applications.c.contact_name).where(
            applications.c.application_id == application_id
        )
    )
    return Contact(row.contact_email, row.contact_name) if row else Contact("")


async def change(
    tx: Tx, application_id: ApplicationId, values: Mapping[str, str | int | bool]
) -> None:
    """Put new values into columns; the caller says which may be changed by whom."""
    row = sa.update(applications).where(applications.c.application_id == application_id)
    await tx.execute(row.values(**values))


async def close(tx: Tx, application_id: ApplicationId) -> None:
    """Disable an application for good: its secrets, redirect URIs and logo are erased."""
    row = sa.update(applications).where(applications.c.application_id == application_id)
    await tx.execute(row.values(disabled_ms=tx.now))
    for table in (application_secrets, redirect_uris, application_logos):
        await tx.execute(sa.delete(table).where(table.c.application_id == application_id))


async def insert_secret(
    tx: Tx, application_id: ApplicationId, note: SecretNote, *, secret_hash: bytes, sealed: bytes
) -> None:
    """Save a client secret in both forms."""
    row = sa.insert(application_secrets).values(
        secret_id=note.secret_id,
        application_id=application_id,
        secret_hash=secret_hash,
        secret_sealed=sealed,
        hint=note.hint,
        created_ms=note.created_ms,
        used_ms=note.used_ms,
        retires_ms=note.retires_ms,
    )
    await tx.execute(row)


async def secrets(tx: Tx, application_id: ApplicationId) -> Sequence[SecretNote]:
    """What may be shown of the live secrets, the oldest first."""
    rows = await tx.all(_live(tx, application_id))
    return [
        SecretNote(row.secret_id, row.hint, row.created_ms, row.used_ms, row.retires_ms)
        for row in rows
    ]


async def sealed_secrets(tx: Tx, application_id: ApplicationId) -> Sequence[tuple[str, bytes]]:
    """The id and the sealed value of each live secret, the oldest first."""
    rows = await tx.all(_live(tx, application_id))
    return [(row.secret_id, bytes(row.secret_sealed)) for row in rows]


async def retire_secret(tx: Tx, application_id: ApplicationId, secret_id: str, in_s: int) -> None:
    """Let a secret end in `in_s` seconds; it is erased once that is now."""
    mine = sa.and_(
        application_secrets.c.application_id == application_id,
        application_secrets.c.secret_id == secret_id,
    )
    if in_s == 0:
        await tx.execute(sa.delete(application_secrets).where(mine))
        return
    ending = sa.update(application_secrets).where(mine)
    await tx.execute(ending.values(retires_ms=tx.now + in_s * 1000))


def _live(tx: Tx, application_id: ApplicationId) -> sa.Select[tuple[object, ...]]:
    mine = sa.select(application_secrets).where(
        application_secrets.c.application_id == application_id,
        sa.or_(
            application_secrets.c.retires_ms.is_(None), application_secrets.c.retires_ms > tx.now
        ),
    )
    return mine.order_by(application_secrets.c.created_ms, application_secrets.c.secret_id)
