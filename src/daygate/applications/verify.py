"""Verification: an owner or the application itself asks, the operator decides.

An unverified application may send people anywhere, behind a warning. A verified one sends them to
approved redirect URIs only; what it adds waits, and is refused meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daygate.applications import fields, redirects
from daygate.domain.application import Application
from daygate.domain.developer import CONSOLE, Actor
from daygate.domain.errors import FieldError, Invalid, NotFound, invalid
from daygate.domain.verification import Contact, RedirectUri, Verification
from daygate.kit.crypto import random_text
from daygate.store import application_changes, applications, audit, verifications
from daygate.store.engine import Tx

_ID_CHARS = 24
_QUEUE_PAGE = 200
_LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in the queue, with what the operator needs to see to decide it."""

    verification: Verification
    application: Application
    uris: Sequence[RedirectUri]

    @property
    def waiting(self) -> list[str]:
        """The redirect URIs that an approval would approve."""
        return [one.uri for one in self.uris if one.state == "pending"]


def parse(body: object) -> tuple[list[str], Contact]:
    """Read the JSON body of a request for verification, naming everything wrong with it."""
    if not isinstance(body, Mapping):
        raise invalid("body", "errors.invalid", "must be a JSON object")
    errors: list[FieldError] = []
    uris = _read(lambda: _uris(body.get("redirect_uris")), errors)
    contact = _read(lambda: _contact(body.get("contact")), errors)
    if uris is None or contact is None:
        raise Invalid(errors)
    return uris, contact


async def request(
    tx: Tx, application: Application, uris: Sequence[str], contact: Contact, actor: Actor
) -> None:
    """Put an application into the queue. URIs are added to those it has; asking again is fine."""
    listed = await redirects.listed(tx, application)
    # What is to be approved has to satisfy the rules for production, listed earlier or not.
    waiting = [one.uri for one in listed if one.state != "approved"]
    strict = redirects.Allowance(host_wildcards=application.host_wildcards)
    redirects.check(dict.fromkeys([*uris, *waiting]), strict)
    if not uris and not listed:
        raise invalid(redirects.FIELD, "errors.required", "required")
    await redirects.add(tx, application, uris, actor)
    await verifications.decide_uris(tx, application.application_id, waiting, "pending")
    await verifications.insert(
        tx, f"ver_{random_text(_ID_CHARS)}", application.application_id, contact
    )
    await _note(tx, actor, "verification.requested", application, f"contact {contact.email}")


async def queue(tx: Tx) -> Sequence[Asked]:
    """What waits for the operator, the longest first."""
    return [await _asked(tx, one) for one in await verifications.pending(tx, limit=_QUEUE_PAGE)]


async def asked(tx: Tx, verification_id: str) -> Asked:
    """One request of the queue."""
    found = await verifications.by_id(tx, verification_id)
    if found is None:
        raise NotFound
    return await _asked(tx, found)


async def latest(tx: Tx, application: Application) -> Verification | None:
    """The last thing that was asked for an application, and the answer to it."""
    return await verifications.latest(tx, application.application_id)


async def accept(tx: Tx, verification_id: str, seen: Collection[str], operator: Actor) -> None:
    """Verify the application and approve the redirect URIs that the operator saw, no others."""
    one = await asked(tx, verification_id)
    await _settle(tx, one.verification, "approved", "", operator)
    await approve(tx, one.application, operator, uris=[uri for uri in one.waiting if uri in seen])


async def refuse(tx: Tx, verification_id: str, reason: str, operator: Actor) -> None:
    """Say no, with a reason that the owner reads; an application verified before stays so."""
    told = reason.strip()[:_LONGEST_REASON]
    if not told:
        raise invalid("reason", "errors.required", "say why, the developer will read it")
    one = await asked(tx, verification_id)
    await _settle(tx, one.verification, "refused", told, operator)
    application_id = one.application.application_id
    await verifications.decide_uris(tx, application_id, one.waiting, "refused")
    await _note(tx, operator, "verification.refused", one.application, told)


async def approve(
    tx: Tx,
    application: Application,
    operator: Actor = CONSOLE,
    *,
    uris: Sequence[str] | None = None,
) -> Application:
    """Verify an application and approve redirect URIs: those given, or all that wait."""
    chosen = application.pending_uris if uris is None else uris
    strict = redirects.Allowance(host_wildcards=application.host_wildcards)
    redirects.check(chosen, strict)
    await verifications.decide_uris(tx, application.application_id, chosen, "approved")
    await application_changes.change(tx, application.application_id, {"verified": True})
    if uris is None:
        await _close_request(tx, application, operator)
    await _note(tx, operator, "application.verified", application, " ".join(chosen))
    verified = await applications.by_id(tx, application.application_id)
    if verified is None:
        raise NotFound
    return verified


async def _close_request(tx: Tx, application: Application, operator: Actor) -> None:
    last = await verifications.latest(tx, application.application_id)
    if last is not None:
        await verifications.decide(tx, last.verification_id, "approved", "", operator.user_id)


async def _settle(
    tx: Tx, verification: Verification, verdict: Any, reason: str, operator: Actor
) -> None:
    if not await verifications.decide(
        tx, verification.verification_id, verdict, reason, operator.user_id
    ):
        raise NotFound


async def _asked(tx: Tx, verification: Verification) -> Asked:
    application = await applications.by_id(tx, verification.application_id)
    if application is None or application.disabled:
        raise NotFound
    return Asked(verification, application, await redirects.listed(tx, application))


async def _note(tx: Tx, actor: Actor, act: str, application: Application, detail: str) -> None:
    await audit.append(tx, actor.name, act, application.application_id, detail, actor.address)


def _read(parse_one: Any, errors: list[FieldError]) -> Any:
    try:
        return parse_one()
    except Invalid as refusal:
        errors.extend(refusal.errors)
        return None


def _uris(value: object) -> list[str]:
    if value is None or value == []:
        raise invalid(redirects.FIELD, "errors.required", "required")
    if not isinstance(value, list) or not all(isinstance(uri, str) for uri in value):
        raise invalid(redirects.FIELD, "errors.invalid", "must be a list of URIs")
    if len(value) > redirects.MOST_URIS:
        raise invalid(redirects.FIELD, "errors.too_many", f"at most {redirects.MOST_URIS}")
    return value


def _contact(value: object) -> Contact:
    if value is None:
        raise invalid("contact", "errors.required", "required")
    if not isinstance(value, Mapping):
        raise invalid("contact", "errors.invalid", "must be an object")
    address, name = value.get("email"), value.get("display_name")
    if address is None:
        raise invalid("contact.email", "errors.required", "required")
    if not isinstance(address, str):
        raise invalid("contact.email", "errors.invalid", "must be an e-mail address")
    if name is not None and not isinstance(name, str):
        raise invalid("contact.display_name", "errors.invalid", "must be a text")
    shown = fields.name(name, "contact.display_name") if name else ""
    return Contact(fields.email(address, "contact.email"), shown)
