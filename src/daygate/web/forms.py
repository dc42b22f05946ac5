"""Posted forms: read within limits, and only if a page of ours sent them.

Two independent walls against forged requests: where the browser says the form came from
(`Origin`, `Sec-Fetch-Site`), and a token that only a page shown to this very browser held.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from daygate.domain.errors import Forbidden, Malformed, TooLarge
from daygate.web.pages import settings_of

CSRF_FIELD = "csrf"
FORM_TYPE = "application/x-www-form-urlencoded"
FORM_LIMIT_BYTES = 64_000
_MOST_FIELDS = 500
_LABEL = b"daygate form v1|"


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed: every value of every name, and the content of every file."""

    values: Mapping[str, Sequence[str]] = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def one(self, name: str) -> str:
        """The only value of a name; absent or repeated is an empty string."""
        found = self.values.get(name, ())
        return found[0] if len(found) == 1 else ""

    def all(self, name: str) -> Sequence[str]:
        """Every value of a name, as checkboxes send them."""
        return self.values.get(name, ())


Reader = Callable[[Request], Awaitable[Form]]


def csrf_token(secret: str, purpose: str) -> str:
    """The token of forms for one purpose (a pending request, the dashboard) in one browser."""
    mac = hmac.new(secret.encode(), _LABEL + purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


async def read_form(request: Request) -> Form:
    """A form of at most 64 kB in UTF-8."""
    if media_type_of(request) != FORM_TYPE:
        raise Malformed("a form was expected")
    try:
        text = (await body_of(request, FORM_LIMIT_BYTES)).decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Malformed("the form cannot be read") from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return Form(values)


async def posted(
    request: Request, secret: str | None, purpose: str, read: Reader = read_form
) -> Form:
    """The form, if it comes from a page we showed to the bearer of `secret`; else `Forbidden`."""
    refuse_foreign(request)
    form = await read(request)
    if not secret or not _right_token(form.one(CSRF_FIELD), csrf_token(secret, purpose)):
        raise Forbidden
    return form


def refuse_foreign(request: Request) -> None:
    """Raise `Forbidden` when the browser says that another site sent this request.

    A browser that tells neither is older than either header; the token still stands.
    """
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(request, origin):
        raise Forbidden
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden


def _is_ours(request: Request, origin: str) -> bool:
    settings = settings_of(request)
    if origin in (_origin(settings.app_url), _origin(settings.api_base_url)):
        return True
    # The address bar's host may be another name of ours (localhost for 127.0.0.1); cookies and
    # tokens are bound to it all the same. `null` has no host and never matches.
    parts = urlsplit(origin)
    scheme = urlsplit(settings.app_url).scheme
    return parts.scheme == scheme and bool(parts.netloc) and parts.netloc == _host(request)


def _host(request: Request) -> str:
    return request.headers.get("host", "")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _right_token(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def media_type_of(request: Request) -> str:
    """How the body is written, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request, limit_bytes: int) -> bytes:
    """The whole body; `TooLarge` as soon as it is longer than `limit_bytes`."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit_bytes:
            raise TooLarge(limit_bytes)
    return bytes(chunks)
