"""Logos of applications, kept beside them so that a page never asks another host for one."""

import hashlib
from dataclasses import dataclass, field

import sqlalchemy as sa

from daygate.domain.ids import ApplicationId
from daygate.store.engine import Tx
from daygate.store.schema import application_logos, applications

STAMP_HEX = 16
_l = application_logos.c


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it is served."""

    media_type: str
    content: bytes = field(repr=False)


def stamp(logo_hash: bytes) -> str:
    """The part of a logo's address that changes with it."""
    return logo_hash.hex()[:STAMP_HEX]


async def put(tx: Tx, application_id: ApplicationId, logo: Logo) -> None:
    """Give an application a logo, instead of the one it had."""
    await drop(tx, application_id)
    await tx.execute(
        sa.insert(application_logos).values(
            application_id=application_id,
            logo_hash=hashlib.sha256(logo.content).digest(),
            media_type=logo.media_type,
            content=logo.content,
            stored_ms=tx.now,
        )
    )


async def drop(tx: Tx, application_id: ApplicationId) -> bool:
    """Take an application's logo away; False if it had none."""
    mine = _l.application_id == application_id
    return bool(await tx.count(sa.delete(application_logos).where(mine)))


async def find(tx: Tx, client_id: str, wanted: str) -> Logo | None:
    """The logo of a client, if its stamp is the wanted one."""
    row = await tx.first(
        sa.select(_l.logo_hash, _l.media_type, _l.content)
        .join(applications, applications.c.application_id == _l.application_id)
        .where(applications.c.client_id == client_id)
    )
    if row is None or stamp(bytes(row.logo_hash)) != wanted:
        return None
    return Logo(row.media_type, bytes(row.content))
