"""How a client says who it is: in the Authorization header or in the body (RFC 6749 section 2.3.1).

The RFC has id and secret form-encoded before they go into the header. Some libraries do so
(oauth4webapi, simple-oauth2), others put them in raw (Authlib, requests-oauthlib, .NET, PHP): both
readings are tried.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.requests import Request

from daygate.oauth.clients import PresentedClient
from daygate.oauth.refusals import InvalidClient, InvalidRequest

_BASIC = "basic"


def presented(request: Request, values: Mapping[str, str]) -> PresentedClient:
    """What the client presents, by exactly one method."""
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise InvalidRequest("more than one Authorization header")
    scheme, _, credentials = (headers[0] if headers else "").partition(" ")
    if scheme.lower() == _BASIC:
        return _from_header(credentials.strip(), values)
    # Any other header is none of this endpoint's: SDKs send `Bearer None`, `Bearer undefined` or
    # a stale token along with credentials in the body.
    client_id, secret = values.get("client_id", ""), values.get("client_secret", "")
    if not client_id or not secret:
        raise InvalidClient
    return PresentedClient(((client_id, secret),))


def _from_header(credentials: str, values: Mapping[str, str]) -> PresentedClient:
    readings = _readings(credentials)
    if not readings:
        raise InvalidClient(basic=True)
    if "client_secret" in values:
        raise InvalidRequest("client authentication in the header and in the body")
    # requests-oauthlib repeats the client_id in the body.
    if values.get("client_id", readings[0][0]) not in [client_id for client_id, _ in readings]:
        raise InvalidRequest("two different client ids")
    return PresentedClient(readings, basic=True)


def _readings(credentials: str) -> tuple[tuple[str, str], ...]:
    """The pair as it stands, and form-decoded where that makes a difference."""
    try:
        text = base64.b64decode(credentials, validate=True).decode()
        client_id, colon, secret = text.partition(":")
        decoded = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, UnicodeDecodeError):
        return ()
    readings = dict.fromkeys([(client_id, secret), decoded])
    usable = colon and not any("\x00" in word for pair in readings for word in pair)
    return tuple(readings) if usable else ()
