"""Where the browser may be sent back to, and how such an address is written.

Comparison is by exact string (RFC 9700 section 2.1). Two exceptions, and only for verified
applications: the port of a loopback address (RFC 8252 section 7.3), and one leading label of the
host where the operator has allowed wildcards for that application.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus, urlsplit

from daygate.domain.application import Application

LENGTH_MAX = 2000
# RFC 3986 section 2: nothing outside ASCII, no space, no control character, no backslash.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
_ESCAPES = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?((?:[/?].*)?)")
_WILDCARD = "://*."
_LABEL = r"://[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\."  # RFC 1123 section 2.1
_OURS = frozenset({"code", "state", "iss", "error", "error_description"})


def acceptable(application: Application, uri: str) -> bool:
    """Whether the answer to this application may go to `uri`."""
    if not sane(uri):
        return False
    if not application.verified:
        return True
    return any(
        _matches(approved, uri, wildcards=application.host_wildcards)
        for approved in application.approved_uris
    )


def sane(uri: str) -> bool:
    """Whether this is an absolute http(s) address without tricks: no userinfo, no fragment."""
    if len(uri) > LENGTH_MAX or not _CHARACTERS.fullmatch(uri) or _ESCAPES.search(uri):
        return False
    if not uri.startswith(("https://", "http://")):
        return False
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:  # a port that is none, or half an IPv6 address
        return False
    return port != 0 and bool(_AUTHORITY.fullmatch(parts.netloc))


def location(uri: str, parameters: Mapping[str, str]) -> str:
    """The address with our parameters appended, each of them exactly once.

    The application's own query is kept byte for byte, except for parameters that bear a name of
    ours: a second `iss` or `code` would let an answer be read in two ways (RFC 9207 section 2.4).
    """
    base, _, query = uri.partition("?")
    kept = [part for part in query.split("&") if part and not _is_ours(part)]
    ours = [f"{name}={quote(value, safe='')}" for name, value in parameters.items()]
    return f"{base}?{'&'.join([*kept, *ours])}"


def host(uri: str) -> str:
    """The host and port to show to a person."""
    return urlsplit(uri).netloc


def _matches(approved: str, uri: str, *, wildcards: bool) -> bool:
    if uri == approved:
        return True
    ours, theirs = _LOOPBACK.fullmatch(approved), _LOOPBACK.fullmatch(uri)
    if ours and theirs:
        return ours.groups() == theirs.groups()
    if wildcards and _WILDCARD in approved:
        before, _, after = approved.partition(_WILDCARD)
        return bool(re.fullmatch(re.escape(before) + _LABEL + re.escape(after), uri))
    return False


def _is_ours(part: str) -> bool:
    return unquote_plus(part.partition("=")[0]) in _OURS
