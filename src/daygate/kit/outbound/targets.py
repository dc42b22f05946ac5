"""Which URLs are followed at all: scheme, port and spelling, before any name is looked up."""

import ipaddress
import re
from dataclasses import dataclass

from yarl import URL

from daygate.kit.outbound.addresses import is_loopback
from daygate.kit.outbound.faults import BadUrl

LONGEST_URL_CHARS = 2048
_LONGEST_HOST_CHARS = 253  # RFC 1035 section 2.3.4
_WEB_PORTS = frozenset({80, 443})
# Ports below are those of system services; calendars live above too (Radicale 5232, Synology 5001).
_FIRST_USER_PORT = 1024  # RFC 6335 section 6
# The webcal scheme of calendar subscriptions is only ever tried over TLS here.
_SECURE_SPELLINGS = {"webcal": "https", "webcals": "https"}
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_AUTHORITY = re.compile(r"[^/?#]*//([^/?#]*)")
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
# WHATWG URL "ends in a number": such a host is an IPv4 address, whatever its spelling.
_ENDS_IN_NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)\.?$")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL we are willing to ask for, with the parts that decisions are made on."""

    url: URL
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454 section 4)."""
        return self.scheme, self.host, self.port

    @property
    def secure(self) -> bool:
        """Whether the connection is TLS."""
        return self.scheme == "https"

    @property
    def literal(self) -> str | None:
        """The host when it is an IP address, which no resolver will be asked about."""
        return self.host if _is_address(self.host) else None

    @property
    def local(self) -> bool:
        """Whether the URL names this very machine."""
        return self.host == "localhost" or is_loopback(self.host)


def target_of(text: str) -> Target:
    """Read a URL that somebody else wrote, or raise `BadUrl`."""
    if len(text) > LONGEST_URL_CHARS:
        raise BadUrl("?", f"longer than {LONGEST_URL_CHARS} characters")
    if _UNSPEAKABLE.search(text):
        raise BadUrl("?", "a space, a control character or a backslash")
    parsed = _parse(text)
    scheme = _SECURE_SPELLINGS.get(parsed.scheme, parsed.scheme)
    if scheme not in ("https", "http"):
        raise BadUrl("?", "neither https nor http")
    host = _host_of(text, parsed)
    port = parsed.explicit_port or (443 if scheme == "https" else 80)
    if port not in _WEB_PORTS and port < _FIRST_USER_PORT:
        raise BadUrl(host, f"port {port} is not one of the web's")
    return Target(_rebuilt(text, parsed, scheme), scheme, host, port)


def normal_url(text: str) -> str:
    """Give the URL in the spelling it will be asked for, or raise `BadUrl`."""
    return str(target_of(text).url)


def next_target(current: Target, location: str) -> Target:
    """Read where a redirect leads (RFC 9110 section 10.2.2: relative to the current URL)."""
    if _UNSPEAKABLE.search(location):
        raise BadUrl(current.host, "a redirect to an unreadable place")
    try:
        joined = current.url.join(URL(location, encoded=location.isascii()))
    except ValueError:
        raise BadUrl(current.host, "a redirect to an unreadable place") from None
    target = target_of(str(joined))
    if current.secure and not target.secure and not (current.local and target.local):
        raise BadUrl(target.host, "a redirect from https to http")
    return target


def _parse(text: str) -> URL:
    try:
        parsed = URL(text)
    except ValueError:
        raise BadUrl("?", "not a URL") from None
    if "@" in _authority(text):
        raise BadUrl("?", "a user name or password in the URL")
    return parsed


def _authority(text: str) -> str:
    """Cut the part between the slashes out (RFC 3986 section 3.2) before a parser tidies it."""
    found = _AUTHORITY.match(text)
    return found[1] if found else ""


def _host_of(text: str, parsed: URL) -> str:
    host = (parsed.raw_host or "").lower()
    if "[" in _authority(text):
        if "%" in host or ":" not in host or not _is_address(host):
            raise BadUrl("?", "not an IPv6 address without a zone")
        return host
    if len(host) > _LONGEST_HOST_CHARS or not _HOST_NAME.fullmatch(host):
        raise BadUrl("?", "not a host name")
    if _ENDS_IN_NUMBER.search(host) and not _is_address(host):
        raise BadUrl("?", "an IPv4 address in an unusual spelling")
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _rebuilt(text: str, parsed: URL, scheme: str) -> URL:
    """Keep path and query byte for byte: to a CalDAV server %40 and @ may be two resources."""
    exact = URL(text, encoded=True) if text.isascii() else parsed
    host = parsed.raw_host or ""
    return URL.build(
        scheme=scheme,
        host=f"[{host}]" if ":" in host else host,
        port=parsed.explicit_port,
        path=exact.raw_path or "/",
        query_string=exact.raw_query_string,
        encoded=True,
    )
