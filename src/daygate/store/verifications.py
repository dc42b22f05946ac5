"""Redirect URIs of applications, and the requests to have them approved."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import ApplicationId, UserId
from daygate.domain.verification import Contact, RedirectUri, UriState, Verdict, Verification
from daygate.kit.crypto import fingerprint
from daygate.store.engine import Tx
from daygate.store.schema import applications, redirect_uris, verifications


def _uri_of_row(row: sa.Row[Any]) -> RedirectUri:
    return RedirectUri(row.uri, row.state, row.created_ms, row.decided_ms)


def _of_row(row: sa.Row[Any]) -> Verification:
    return Verification(
        verification_id=row.verification_id,
        application_id=ApplicationId(row.application_id),
        contact=Contact(row.contact_email, row.contact_name),
        state=row.state,
        reason=row.reason,
        created_ms=row.created_ms,
        decided_ms=row.decided_ms,
    )


async def uris(tx: Tx, application_id: ApplicationId) -> Sequence[RedirectUri]:
    """Every redirect URI of an application, in the order they were added."""
    wanted = sa.select(redirect_uris).where(redirect_uris.c.application_id == application_id)
    ordered = wanted.order_by(redirect_uris.c.created_ms, redirect_uris.c.uri)
    return [_uri_of_row(row) for row in await tx.all(ordered)]


async def add_uri(tx: Tx, application_id: ApplicationId, uri: str, state: UriState) -> None:
    """Save a redirect URI that the application does not have yet."""
    row = sa.insert(redirect_uris).values(
        application_id=application_id,
        uri_hash=fingerprint(uri),
        uri=uri,
        state=state,
        created_ms=tx.now,
        decided_ms=None,
    )
    await tx.execute(row)


async def remove_uri(tx: Tx, application_id: ApplicationId, uri: str) -> bool:
    """Forget a redirect URI; False if the application does not have it."""
    gone = sa.delete(redirect_uris).where(
        redirect_uris.c.application_id == application_id,
        redirect_uris.c.uri_hash == fingerprint(uri),
    )
    return await tx.count(gone) == 1


async def decide_uris(
    tx: Tx, application_id: ApplicationId, chosen: Collection[str], state: UriState
) -> None:
    """Put the chosen redirect URIs of an application into a state."""
    change = sa.update(redirect_uris).where(
        redirect_uris.c.application_id == application_id,
        redirect_uris.c.uri_hash.in_([fingerprint(uri) for uri in chosen]),
    )
    decided = None if state == "pending" else tx.now
    await tx.execute(change.values(state=state, decided_ms=decided))


async def insert(
    tx: Tx, verification_id: str, application_id: ApplicationId, contact: Contact
) -> None:
    """Put a request into the queue, in place of the application's waiting one, if any."""
    waiting = sa.update(verifications).where(
        verifications.c.application_id == application_id, verifications.c.state == "pending"
    )
    await tx.execute(waiting.values(state="superseded", decided_ms=tx.now))
    row = sa.insert(verifications).values(
        verification_id=verification_id,
        application_id=application_id,
        contact_email=contact.email,
        contact_name=contact.name,
        state="pending",
        reason="",
        decided_by=None,
        created_ms=tx.now,
        decided_ms=None,
    )
    await tx.execute(row)


async def by_id(tx: Tx, verification_id: str) -> Verification | None:
    """The request with this id."""
    wanted = sa.select(verifications).where(verifications.c.verification_id == verification_id)
    row = await tx.first(wanted)
    return _of_row(row) if row else None


async def latest(tx: Tx, application_id: ApplicationId) -> Verification | None:
    """The last request about an application, decided or not."""
    mine = sa.select(verifications).where(verifications.c.application_id == application_id)
    newest = mine.order_by(verifications.c.created_ms.desc(), verifications.c.verification_id)
    row = await tx.first(newest.where(verifications.c.state != "superseded").limit(1))
    return _of_row(row) if row else None


async def pending(tx: Tx, *, limit: int) -> Sequence[Verification]:
    """The queue, the longest waiting first, without applications that are gone."""
    alive = applications.c.application_id == verifications.c.application_id
    queue = sa.select(verifications).join(applications, alive)
    queue = queue.where(verifications.c.state == "pending", applications.c.disabled_ms.is_(None))
    ordered = queue.order_by(verifications.c.created_ms).limit(limit)
    return [_of_row(row) for row in await tx.all(ordered)]


async def decide(
    tx: Tx, verification_id: str, verdict: Verdict, reason: str, by: UserId | None
) -> bool:
    """Settle a waiting request; False if somebody else settled it first."""
    change = sa.update(verifications).where(
        verifications.c.verification_id == verification_id, verifications.c.state == "pending"
    )
    settled = change.values(state=verdict, reason=reason, decided_by=by, decided_ms=tx.now)
    return await tx.count(settled) == 1
