"""Which redirect URIs may be registered, and how an application's list changes."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from daygate.domain.application import Application
from daygate.domain.developer import Actor
from daygate.domain.errors import FieldError, Invalid, NotFound, invalid
from daygate.domain.verification import RedirectUri
from daygate.store import audit, verifications
from daygate.store.engine import Tx

LONGEST_URI = 2000
MOST_URIS = 50
FIELD = "redirect_uris"
# RFC 3986 section 2: everything else has to be percent-encoded; `#` would begin a fragment, which
# RFC 6749 section 3.1.2 forbids even when it is empty.
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# `*.example.com`: a wildcard right below a top-level domain would hand codes to strangers.
_WILDCARD = re.compile(rf"\*\.{_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What beyond exact https URIs may be registered."""

    plain_http: bool = False
    host_wildcards: bool = False


def allowance(application: Application) -> Allowance:
    """What an application may list: plain http is for trying out, wildcards are the operator's."""
    return Allowance(plain_http=not application.verified, host_wildcards=application.host_wildcards)


def check(uris: Iterable[str], allowed: Allowance) -> None:
    """Raise everything that is wrong with these URIs."""
    errors = [error for uri in uris if (error := fault(uri, allowed)) is not None]
    if errors:
        raise Invalid(errors)


def fault(uri: str, allowed: Allowance) -> FieldError | None:
    """What keeps a URI from being registered."""
    if len(uri) > LONGEST_URI:
        return _no("errors.too_long", f"must have at most {LONGEST_URI} characters")
    reason = _misspelt(uri) or _misplaced(urlsplit(uri), allowed)
    return _no("errors.must_be_valid_url", f"{uri[:80]!r} {reason}") if reason else None


def is_loopback(host: str) -> bool:
    """Whether a host of a URI is the person's own machine (RFC 8252 section 7.3)."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def add(tx: Tx, application: Application, uris: Sequence[str], actor: Actor) -> list[str]:
    """Add URIs to the list as pending; those listed already stay as they are. Gives the new."""
    check(uris, allowance(application))
    known = {one.uri for one in await verifications.uris(tx, application.application_id)}
    new = [uri for uri in dict.fromkeys(uris) if uri not in known]
    if len(known) + len(new) > MOST_URIS:
        raise invalid(FIELD, "errors.too_many", f"an application has at most {MOST_URIS}")
    for uri in new:
        await verifications.add_uri(tx, application.application_id, uri, "pending")
        await _note(tx, actor, "redirect_uri.added", application, uri)
    return new


async def remove(tx: Tx, application: Application, uri: str, actor: Actor) -> None:
    """Take a URI off the list; for a verified application it is refused from now on."""
    if not await verifications.remove_uri(tx, application.application_id, uri):
        raise NotFound
    await _note(tx, actor, "redirect_uri.removed", application, uri)


async def listed(tx: Tx, application: Application) -> Sequence[RedirectUri]:
    """The list of an application."""
    return await verifications.uris(tx, application.application_id)


async def _note(tx: Tx, actor: Actor, act: str, application: Application, uri: str) -> None:
    await audit.append(tx, actor.name, act, application.application_id, uri, actor.address)


def _no(key: str, description: str) -> FieldError:
    return FieldError(FIELD, key, description)


def _misspelt(uri: str) -> str:
    if not _CHARACTERS.fullmatch(uri):
        return "contains a character that a redirect URI must not contain"
    if not uri.startswith(("https://", "http://")):
        return "must begin with https:// or http://"
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return "is not a URL"
    if any(unquote(segment) in (".", "..") for segment in parts.path.split("/")):
        return "must not contain . or .. as a segment of its path"
    return ""


def _misplaced(parts: SplitResult, allowed: Allowance) -> str:
    host = parts.hostname or ""
    if "@" in parts.netloc:
        return "must not contain a user name"
    if "*" in parts.path + parts.query or not _is_host(host, parts.netloc, allowed):
        return "must name one exact host, without wildcards"
    if parts.scheme == "http" and not (allowed.plain_http or is_loopback(host)):
        return "must begin with https://, unless it leads to the person's own machine"
    return ""


def _is_host(host: str, netloc: str, allowed: Allowance) -> bool:
    if netloc.startswith("["):
        return ":" in host and "%" not in host  # urlsplit has judged what is between the brackets
    if allowed.host_wildcards and _WILDCARD.fullmatch(host):
        return True
    return _NAME.fullmatch(host) is not None
