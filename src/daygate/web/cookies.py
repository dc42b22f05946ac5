"""Cookies of the pages: names, attributes, and nothing readable in them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from daygate.web.pages import settings_of

FLOW: Final = "daygate_flow"
"""Binds an authorization request to the browser that started it."""
PERSON: Final = "daygate_person"
"""A browser signed in to an account by having connected one of its calendars."""
SESSION: Final = "daygate_session"
"""A developer signed in to the dashboard."""


def read_cookie(request: Request, cookie: str) -> str | None:
    """The cookie's value; None if it is absent or empty."""
    return request.cookies.get(_name(request, cookie)) or None


def set_cookie(
    request: Request, response: Response, cookie: str, value: str, *, max_age_s: int
) -> None:
    """Set it for this origin alone, out of reach of scripts and of other sites' POSTs."""
    response.set_cookie(
        _name(request, cookie),
        value,
        max_age=max_age_s,
        path="/",
        secure=_secure(request),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, cookie: str) -> None:
    """Make the browser forget it."""
    response.delete_cookie(
        _name(request, cookie), path="/", secure=_secure(request), httponly=True, samesite="lax"
    )


def _name(request: Request, cookie: str) -> str:
    # RFC 6265bis section 4.1.3.2: `__Host-` demands Secure, Path=/ and no Domain, so that no
    # sibling host can plant one. On plain http (loopback) browsers would refuse it.
    return f"__Host-{cookie}" if _secure(request) else cookie


def _secure(request: Request) -> bool:
    return settings_of(request).app_url.startswith("https:")
