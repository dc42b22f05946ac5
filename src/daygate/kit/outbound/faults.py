"""Why an outgoing request has no answer: one closed tree.

    OutboundError
    |-- BadUrl            the URL itself is not one we follow
    |-- Blocked           an address inside the refused networks
    |-- Unresolvable      the name has no address
    |-- Unreachable       no connection, or it broke before the answer was whole
    |   `-- Resting       the host failed often and is left alone for a while
    |-- TimedOut          one of the time limits passed
    |-- BadCertificate    the peer could not prove its name
    |-- TooLarge          headers, body or its decompressed form passed a limit
    |-- Garbled           a whole answer that is not well-formed HTTP or cannot be decompressed
    `-- TooManyHops       redirects past the limit

`public` is what a person may be told; `str()` names host and reason and is for logs. Neither holds
a path, a query or any byte of an answer.
"""

import socket
from typing import ClassVar

import aiohttp
from aiohttp import client_exceptions, http_exceptions


class OutboundError(Exception):
    """A request without an answer."""

    public: ClassVar[str] = "The server could not be asked"

    def __init__(self, host: str, reason: str = "") -> None:
        super().__init__(host, reason)
        self.host = host
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.host}: {self.reason or self.public}"


class BadUrl(OutboundError):
    """The URL is not one we follow."""

    public = "This address is not a web address that can be used here"


class Blocked(OutboundError):
    """The host has an address inside a refused network; nothing was sent to it."""

    public = "This server may not be reached from here; ask the operator"

    def __init__(self, host: str, network: str) -> None:
        super().__init__(host, f"inside the refused network {network}")
        self.network = network


class Unresolvable(OutboundError):
    """The name has no address."""

    public = "The name of this server is not known"


class Unreachable(OutboundError):
    """No connection could be made, or it broke before the answer was whole."""

    public = "The server does not answer"


class Resting(Unreachable):
    """The host failed several times in a row and is left alone for `retry_after_s`."""

    def __init__(self, host: str, retry_after_s: float) -> None:
        super().__init__(host, f"left alone for {retry_after_s:.0f} s after repeated failures")
        self.retry_after_s = retry_after_s


class TimedOut(OutboundError):
    """The host took longer than the limits allow."""

    public = "The server took too long"


class BadCertificate(OutboundError):
    """The peer could not prove its name."""

    public = "The server could not prove its identity"


class TooLarge(OutboundError):
    """The answer passed a size limit."""

    public = "The server's answer is too large"


class Garbled(OutboundError):
    """The answer is not well-formed HTTP, or cannot be decompressed."""

    public = "The server's answer could not be read"


class TooManyHops(OutboundError):
    """The server redirects further than we follow."""

    public = "The server redirects too often"


class RefusedAddress(OSError):
    """Raised inside aiohttp, where only an OSError travels, when a socket's address is refused."""

    def __init__(self, network: str) -> None:
        super().__init__("address refused")
        self.network = network


# First match decides, so the narrow classes stand above their bases.
_FAULTS: tuple[tuple[type[Exception], type[OutboundError]], ...] = (
    (aiohttp.ClientConnectorDNSError, Unresolvable),
    (socket.gaierror, Unresolvable),
    (aiohttp.ClientConnectorCertificateError, BadCertificate),
    (aiohttp.ServerFingerprintMismatch, BadCertificate),
    (TimeoutError, TimedOut),
    (aiohttp.InvalidURL, BadUrl),
    (client_exceptions.NonHttpUrlClientError, BadUrl),
    (aiohttp.TooManyRedirects, TooManyHops),
    (client_exceptions.RedirectClientError, BadUrl),
    (client_exceptions.UploadAbortedError, Unreachable),
    (aiohttp.ClientConnectionError, Unreachable),
    # The body ended before its length or its last chunk: a connection cut in the middle.
    (aiohttp.ClientPayloadError, Unreachable),
    (http_exceptions.LineTooLong, TooLarge),
    (aiohttp.ClientError, Garbled),
    (client_exceptions.WSMessageTypeError, Garbled),
)
# What `translated` can name; the client catches these around aiohttp and nothing else.
LOWER_ERRORS = (aiohttp.ClientError, OSError)


def translated(lower: Exception, host: str) -> OutboundError:
    """Name a fault of aiohttp in our words."""
    refused = getattr(lower, "os_error", None)
    if isinstance(refused, RefusedAddress):
        return Blocked(host, refused.network)
    deepest = _root_of(lower)
    told = deepest if isinstance(deepest, http_exceptions.LineTooLong) else lower
    return _fault_of(told)(host, type(told).__name__)


def _root_of(error: BaseException) -> BaseException:
    """Go down to the parser's own error: aiohttp calls an overlong line a bad response."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _fault_of(lower: BaseException) -> type[OutboundError]:
    return next((fault for kind, fault in _FAULTS if isinstance(lower, kind)), Unreachable)
