"""`/.well-known/oauth-authorization-server`: what this server can do (RFC 8414)."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from daygate.oauth import scopes
from daygate.settings import Settings
from daygate.web.errors import JSON_TYPE
from daygate.web.oauth.token import GRANTS
from daygate.web.pages import settings_of

_AUTH_METHODS = ("client_secret_basic", "client_secret_post")
_CACHE_S = 3600


async def metadata(request: Request) -> Response:
    """The document, built from the settings: a request's Host header has no say in it."""
    headers = {"Cache-Control": f"public, max-age={_CACHE_S}"}
    return Response(
        orjson.dumps(document(settings_of(request))), headers=headers, media_type=JSON_TYPE
    )


def document(settings: Settings) -> Mapping[str, Any]:
    """RFC 8414 section 2, RFC 9207 section 3."""
    return {
        "issuer": settings.app_url,
        "authorization_endpoint": f"{settings.app_url}/oauth/authorize",
        "token_endpoint": f"{settings.api_base_url}/oauth/token",
        "revocation_endpoint": f"{settings.api_base_url}/oauth/token/revoke",
        "scopes_supported": [*scopes.SCOPES, *scopes.BUNDLES],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
