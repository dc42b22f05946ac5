"""Hrefs: resolving what a server wrote, and comparing two spellings of one resource."""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
# An absolute path that is in normal spelling already: nearly every href of a large listing.
_PLAIN = re.compile(r"/(?!/)[A-Za-z0-9._~/@!$&'()*+,=-]*")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_LEGAL = "%/:@!$&'()*+,;=?#[]~"
_DEFAULT_PORTS = {"https": 443, "http": 80}
_DOTS = {"", ".", ".."}


class BadHref(ValueError):
    """Not an address of a web resource."""


def resolve(base: str, href: str) -> str:
    """`href` as an absolute URL against `base`, without query, in one normal spelling.

    RFC 3986 section 6.2.2: unreserved characters are decoded, everything else keeps the spelling
    the server gave, because Stalwart tells `@` from `%40`.
    """
    if _PLAIN.fullmatch(href) and "/." not in href:
        return f"{origin(base)}{href}"
    try:
        parts = urlsplit(urljoin(base, _spelled(href.strip())))
        port = parts.port
    except ValueError as error:
        raise BadHref(href) from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        raise BadHref(href)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", "", ""))


def origin(url: str) -> str:
    """Scheme, host and port (RFC 6454) of a resolved URL."""
    return url[: _authority_end(url)]


def netloc(url: str) -> str:
    """Host, and the port where it is not the usual one."""
    return origin(url).partition("://")[2]


def path(url: str) -> str:
    """The path of a resolved URL."""
    return url[_authority_end(url) :]


def name_of(url: str) -> str:
    """The last segment as the server spelled it; empty for a collection's `.../`."""
    last = path(url).rpartition("/")[2]
    return "" if unquote(last) in _DOTS else last


def folded(text: str) -> str:
    """Every escape decoded: equal for two spellings of one name, for comparing only."""
    return unquote(text)


def same(one: str, other: str) -> bool:
    """Whether two resolved URLs name one collection, whatever the spelling or last slash."""
    return origin(one) == origin(other) and _bare(one) == _bare(other)


def as_collection(url: str) -> str:
    """The URL with the slash at its end that RFC 4918 section 5.2 wants of a collection."""
    return url if url.endswith("/") else f"{url}/"


def _authority_end(url: str) -> int:
    """Where the path of a resolved URL begins; taking one apart in general costs twenty times this.

    A pull asks for paths and names several times for each object.
    """
    slash = url.find("/", url.find("://") + 3)
    return len(url) if slash < 0 else slash


def _bare(url: str) -> str:
    return folded(path(url)).rstrip("/")


def _spelled(href: str) -> str:
    return _ESCAPE.sub(_unescape, quote(href, safe=_LEGAL))


def _unescape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.match(character) else found[0].upper()
