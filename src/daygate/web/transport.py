"""What came over plain http although the public address is https (RFC 6749 section 3.1, 3.2).

Only a proxy that the operator named can say how a request reached it; without one nothing is known,
and nothing is refused. Health checks come from machines, past the proxy.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from daygate.settings import Settings
from daygate.web import errors, meanings

_UNENCRYPTED_TOO = frozenset({"/healthz", "/readyz"})


def must_be_encrypted(settings: Settings) -> bool:
    """Whether this installation can tell, and wants, https."""
    return urlsplit(settings.app_url).scheme == "https" and bool(settings.trusted_proxies)


def is_plain(scope: Scope) -> bool:
    """Whether a request travelled unencrypted."""
    return scope["scheme"] == "http" and scope["path"] not in _UNENCRYPTED_TOO


def upgraded(request: Request, settings: Settings) -> Response:
    """Send a browser to https; refuse whatever carries a secret, which is spoilt already."""
    secret = "authorization" in request.headers or request.method not in {"GET", "HEAD"}
    if secret:
        return errors.explain(request, meanings.NOT_ENCRYPTED)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{settings.app_url}{request.scope['path']}{query}", 301)
