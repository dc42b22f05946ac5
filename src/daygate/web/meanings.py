"""What each refusal means to a developer, and the remedy: one table for answers and for the docs.

The `error` of a line is in the body of the answer, and is the anchor on `/docs/errors`, where the
`error_uri` of every answer leads (RFC 6749 section 5.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from daygate.domain import errors
from daygate.oauth import refusals
from daygate.web.pages import settings_of

PAGE = "/docs/errors"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One kind of refusal: its status, its code, when it comes and what to do."""

    status: int
    error: str
    when: str
    remedy: str


API: Mapping[type[errors.Refusal], Meaning] = {
    errors.Malformed: Meaning(
        400,
        "malformed",
        "The request itself is broken, such as two `Authorization` headers",
        "Mend the request",
    ),
    errors.Unauthenticated: Meaning(
        401,
        "invalid_token",
        "No access token, or one that is unknown, expired or revoked",
        "Refresh the token; if that fails, send the person through `/oauth/authorize` again",
    ),
    errors.Forbidden: Meaning(
        403,
        "insufficient_scope",
        "The token lacks a scope, which `WWW-Authenticate` names",
        "Ask for the scope in a new authorization",
    ),
    errors.NotFound: Meaning(
        404,
        "not_found",
        "There is nothing at this address, or nothing for this token",
        "Check the address and the id",
    ),
    errors.TooLarge: Meaning(413, "too_large", "The body is over the cap", "Send less at once"),
    errors.Invalid: Meaning(
        422,
        "invalid",
        "One or more fields are wrong; each is named",
        "Read `description`; programs compare `key`",
    ),
    errors.ProfileLocked: Meaning(
        423,
        "profile_disconnected",
        "The calendar account is disconnected",
        "Send the person to the profile's `profile_relink_url`",
    ),
    errors.TooMany: Meaning(
        429,
        "too_many",
        "Over the application's rate",
        "Wait for as many seconds as `Retry-After` says",
    ),
    errors.Unavailable: Meaning(
        503,
        "unavailable",
        "The database does not answer; nothing was half done",
        "Try again after as many seconds as `Retry-After` says",
    ),
}
WRONG_METHOD = Meaning(
    405, "wrong_method", "The address does not take this method", "Use one that `Allow` names"
)
HEADERS_TOO_LARGE = Meaning(
    431, "headers_too_large", "The headers of the request are over the cap", "Send shorter ones"
)
NOT_ENCRYPTED = Meaning(
    403,
    "not_encrypted",
    "The request came over plain http, where others can read its secrets",
    "Use https, and rotate what was sent",
)
UNEXPECTED = Meaning(
    500,
    "unexpected",
    "Something here is broken, and the operator's log holds what",
    "Tell the operator the `request_id`",
)
OTHER_STATUSES = (NOT_ENCRYPTED, WRONG_METHOD, HEADERS_TOO_LARGE, UNEXPECTED)

TOKEN: Mapping[type[errors.Refusal], Meaning] = {
    refusals.InvalidRequest: Meaning(
        400,
        "invalid_request",
        "A parameter is missing, repeated or malformed",
        "Read `error_description`",
    ),
    refusals.InvalidClient: Meaning(
        401,
        "invalid_client",
        "Nobody has this `client_id` with this secret",
        "Check both; a retired secret works no more",
    ),
    refusals.InvalidGrant: Meaning(
        400,
        "invalid_grant",
        "The code or refresh token is unknown, used, expired or another application's",
        "Start a new authorization. A code presented twice also ends the tokens it gave",
    ),
    refusals.InvalidScope: Meaning(
        400,
        "invalid_scope",
        "The scope is unknown, or wider than what was granted",
        "Ask for no more than the grant holds",
    ),
    refusals.UnsupportedGrantType: Meaning(
        400,
        "unsupported_grant_type",
        "`grant_type` is neither `authorization_code` nor `refresh_token`",
        "Use one of the two",
    ),
    errors.TooLarge: Meaning(
        413, "invalid_request", "The body is over the cap", "Send the parameters alone"
    ),
    errors.TooMany: Meaning(
        429,
        "slow_down",
        "Too many wrong secrets",
        "Wait for as many seconds as `Retry-After` says",
    ),
}

AUTHORIZATION: tuple[Meaning, ...] = (
    Meaning(
        303,
        "invalid_request",
        "A parameter is missing, repeated or malformed",
        "Read `error_description`",
    ),
    Meaning(303, "unauthorized_client", "The application is closed", "Ask the operator"),
    Meaning(303, "unsupported_response_type", "`response_type` is not `code`", "Send `code`"),
    Meaning(303, "invalid_scope", "A scope is unknown", "See `scopes_supported` in the metadata"),
    Meaning(
        303,
        "access_denied",
        "The person said no, or an unverified application has connected all it may",
        "Offer to try again; have the application verified",
    ),
)


def link(request: Request, meaning: Meaning) -> str:
    """Where a developer can read about it."""
    return f"{settings_of(request).app_url}{PAGE}#{meaning.error}"
