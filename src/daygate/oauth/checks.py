"""What an authorization request must pass, in this order: one table.

The order is the security: until the client and its redirect URI are known to be right, no error
may leave on a redirect (RFC 6749 section 4.1.2.1).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from daygate.domain.application import Application
from daygate.oauth import redirects, scopes
from daygate.oauth.refusals import InvalidScope, Redirected, Shown
from daygate.oauth.request import AuthorizationRequest

STATE_MAX_BYTES = 2048
LOCALE_MAX = 16
UNKNOWN_CLIENT = "client_id is missing or unknown"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # BASE64URL(SHA256(...)), RFC 7636 section 4.2


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: a code of RFC 6749 section 4.1.2.1, and a text of ours."""

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class Check:
    """One question to a request. `before_redirect`: a fault must stay on our own page."""

    ask: Callable[[AuthorizationRequest, Application], Fault | None]
    source: str
    before_redirect: bool = False


def _client_once(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if request.repeated & {"client_id", "redirect_uri"}:
        return Fault("invalid_request", "client_id or redirect_uri came more than once")
    return None


def _client_enabled(_request: AuthorizationRequest, application: Application) -> Fault | None:
    if application.disabled:
        # As for an id that nobody ever had.
        return Fault("invalid_request", UNKNOWN_CLIENT)
    return None


def _redirect_present(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if not request.redirect_uri:
        return Fault("invalid_request", "redirect_uri is missing")
    return None


def _redirect_acceptable(request: AuthorizationRequest, application: Application) -> Fault | None:
    if not redirects.acceptable(application, request.redirect_uri):
        return Fault("invalid_request", "redirect_uri is not one this application may use")
    return None


def _parameters_once(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if request.repeated:
        return Fault("invalid_request", "a parameter came more than once")
    return None


def _state_short(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if len(request.state.encode()) > STATE_MAX_BYTES:
        return Fault("invalid_request", "state is longer than 2048 bytes")
    return None


def _response_type(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if not request.response_type:
        return Fault("invalid_request", "response_type is missing")
    if request.response_type != "code":
        return Fault("unsupported_response_type", "response_type must be code")
    return None


def _challenge_method(request: AuthorizationRequest, _application: Application) -> Fault | None:
    if request.code_challenge_method and not request.code_challenge:
        return Fault("invalid_request", "code_challenge_method without code_challenge")
    if request.code_challenge and request.code_challenge_method != "S256":
        return Fault("invalid_request", "code_challenge_method must be S256")
    return None


def _challenge(request: AuthorizationRequest, application: Application) -> Fault | None:
    if request.code_challenge:
        if not _CHALLENGE.fullmatch(request.code_challenge):
            return Fault("invalid_request", "code_challenge must be 43 base64url characters")
    elif application.require_pkce:
        return Fault("invalid_request", "this application must send a code_challenge")
    return None


def _scope(request: AuthorizationRequest, _application: Application) -> Fault | None:
    try:
        scopes.parse(request.scope)
    except InvalidScope as refusal:
        return Fault(refusal.error, refusal.description)
    return None


AUTHORIZE: tuple[Check, ...] = (
    Check(_client_once, "RFC 6749 section 3.1", before_redirect=True),
    Check(_client_enabled, "RFC 6749 section 4.1.2.1", before_redirect=True),
    Check(_redirect_present, "RFC 9700 section 4.1.3", before_redirect=True),
    Check(_redirect_acceptable, "RFC 9700 section 2.1", before_redirect=True),
    Check(_state_short, "RFC 6749 section 4.1.1", before_redirect=True),
    Check(_parameters_once, "RFC 6749 section 3.1"),
    Check(_response_type, "RFC 6749 section 3.1.1"),
    Check(_challenge_method, "RFC 7636 section 4.4.1, RFC 9700 section 2.1.1"),
    Check(_challenge, "RFC 7636 section 4.2"),
    Check(_scope, "RFC 6749 section 3.3"),
)


def check(
    request: AuthorizationRequest, application: Application | None, *, issuer: str
) -> Application:
    """Put every question of the table; raise `Shown` or `Redirected` at the first fault."""
    if application is None:
        raise Shown("invalid_request", UNKNOWN_CLIENT)
    for question in AUTHORIZE:
        fault = question.ask(request, application)
        if fault is not None and question.before_redirect:
            raise Shown(fault.error, fault.description)
        if fault is not None:
            raise refuse(request, application, fault, issuer=issuer)
    return application


def refuse(
    request: AuthorizationRequest, application: Application, fault: Fault, *, issuer: str
) -> Shown | Redirected:
    """The refusal of a request whose client and redirect URI are right.

    An unverified application may name any address, so that an automatic redirect would make this
    server an open redirector (RFC 9700 section 4.11): the person is shown a page and a button.
    """
    location = answer(
        request.redirect_uri,
        "" if "state" in request.repeated else request.state,
        issuer,
        error=fault.error,
        error_description=fault.description,
    )
    if application.verified:
        return Redirected(fault.error, fault.description, location)
    return Shown(fault.error, fault.description, location)


def answer(redirect_uri: str, state: str, issuer: str, **parameters: str) -> str:
    """The Location of an answer: its parameters, the state if there was one, and the issuer."""
    named = {**parameters, **({"state": state} if state else {}), "iss": issuer}
    return redirects.location(redirect_uri, named)
