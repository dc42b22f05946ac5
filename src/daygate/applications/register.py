"""Applications: made by a developer, found again by their owner alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from daygate.applications import fields, logos, redirects, secrets
from daygate.domain.application import Application, RefreshMode, TokenShape
from daygate.domain.developer import Actor, User
from daygate.domain.errors import NotFound
from daygate.domain.ids import ApplicationId, UserId, new_application_id
from daygate.domain.verification import Contact
from daygate.kit.crypto import KeyRing, random_text
from daygate.store import application_changes, applications, audit
from daygate.store.engine import Tx
from daygate.work.queue import INSTALLATION, Lane, enqueue

CLIENT_ID_CHARS = 32

CLOSED = "closed"
"""Work of an application that was closed: a worker ends every grant to it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a developer says of an application to be."""

    name: str
    url: str = ""
    redirect_uris: tuple[str, ...] = ()
    access_token_life_s: int = 3600
    logo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new application and its secret, which is not shown again."""

    application: Application
    client_secret: str


async def register(tx: Tx, ring: KeyRing, owner: User, wanted: Wanted, actor: Actor) -> Registered:
    """Make an application with its first secret; its redirect URIs wait for approval."""
    typed = _cleaned(wanted.name, wanted.url)
    logo = logos.checked(wanted.logo) if wanted.logo else None
    fresh = Application(
        application_id=new_application_id(),
        client_id=random_text(CLIENT_ID_CHARS),
        owner_id=owner.user_id,
        name=typed["name"],
        developer_name=owner.name,
        url=typed["url"],
        verified=False,
        disabled=False,
        token_shape=TokenShape.NESTED,
        refresh_mode=RefreshMode.SAME,
        require_pkce=False,
        access_token_life_s=wanted.access_token_life_s,
        host_wildcards=False,
    )
    await application_changes.insert(tx, fresh, Contact(owner.email, owner.name))
    await audit.append(
        tx, actor.name, "application.created", fresh.application_id, fresh.name, actor.address
    )
    secret = await secrets.issue(tx, ring, fresh, actor)
    await redirects.add(tx, fresh, wanted.redirect_uris, actor)
    if logo is not None:
        await logos.replace(tx, fresh, logo, actor)
    return Registered(await _there(tx, fresh.application_id), secret)


async def rename(tx: Tx, application: Application, name: str, url: str, actor: Actor) -> None:
    """Give an application another name or home page.

    People read the name when they decide, so a verified application has to be verified again.
    """
    values: dict[str, str | int | bool] = {**_cleaned(name, url)}
    if application.verified and values["name"] != application.name:
        values["verified"] = False
    await application_changes.change(tx, application.application_id, values)
    await audit.append(
        tx,
        actor.name,
        "application.renamed",
        application.application_id,
        f"{application.name} -> {values['name']}",
        actor.address,
    )


async def owned(tx: Tx, owner_id: UserId, application_id: str) -> Application:
    """An application of this developer; anybody else's is not there."""
    found = await applications.by_id(tx, ApplicationId(application_id))
    if found is None or found.disabled or found.owner_id != owner_id:
        raise NotFound
    return found


async def of_owner(tx: Tx, owner_id: UserId) -> Sequence[Application]:
    """Every application of a developer, in the order they were made."""
    ids = await application_changes.ids_of_owner(tx, owner_id)
    return [await _there(tx, application_id) for application_id in ids]


async def every(tx: Tx) -> Sequence[Application]:
    """Every application of the installation; for the operator."""
    return [
        await _there(tx, application_id)
        for application_id in await application_changes.every_id(tx)
    ]


async def by_client_id(tx: Tx, client_id: str) -> Application:
    """Any application, by its client_id; for the operator."""
    found = await applications.by_client_id(tx, client_id)
    if found is None or found.disabled:
        raise NotFound
    return found


async def close(tx: Tx, application: Application, actor: Actor) -> None:
    """End an application for good: no secret, token or redirect URI of it works from now on."""
    await application_changes.close(tx, application.application_id)
    await enqueue(tx, INSTALLATION, CLOSED, application.application_id, Lane.TIDY)
    await audit.append(
        tx,
        actor.name,
        "application.closed",
        application.application_id,
        application.name,
        actor.address,
    )


def _cleaned(name: str, url: str) -> dict[str, str]:
    return fields.cleaned(name=lambda: fields.name(name), url=lambda: fields.home_page(url))


async def _there(tx: Tx, application_id: ApplicationId) -> Application:
    found = await applications.by_id(tx, application_id)
    if found is None:
        raise NotFound
    return found
