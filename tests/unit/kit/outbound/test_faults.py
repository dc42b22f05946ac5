"""Every error of aiohttp has a name of ours, and no message tells more than it should."""

import inspect
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp import client_exceptions, http_exceptions

from daygate.kit.outbound import faults

CLIENT_ERRORS = sorted(
    (
        kind
        for _, kind in inspect.getmembers(client_exceptions, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == "aiohttp.client_exceptions"
    ),
    key=lambda kind: kind.__name__,
)

# A class of aiohttp that is missing here is one nobody has thought about yet.
EXPECTED: dict[str, type[faults.OutboundError]] = {
    "ClientConnectionError": faults.Unreachable,
    "ClientConnectionResetError": faults.Unreachable,
    "ClientConnectorCertificateError": faults.BadCertificate,
    "ClientConnectorDNSError": faults.Unresolvable,
    "ClientConnectorError": faults.Unreachable,
    "ClientConnectorSSLError": faults.Unreachable,
    "ClientError": faults.Garbled,
    "ClientHttpProxyError": faults.Garbled,
    "ClientOSError": faults.Unreachable,
    "ClientPayloadError": faults.Unreachable,
    "ClientProxyConnectionError": faults.Unreachable,
    "ClientResponseError": faults.Garbled,
    "ClientSSLError": faults.Unreachable,
    "ConnectionTimeoutError": faults.TimedOut,
    "ContentTypeError": faults.Garbled,
    "InvalidURL": faults.BadUrl,
    "InvalidUrlClientError": faults.BadUrl,
    "InvalidUrlRedirectClientError": faults.BadUrl,
    "NonHttpUrlClientError": faults.BadUrl,
    "NonHttpUrlRedirectClientError": faults.BadUrl,
    "RedirectClientError": faults.BadUrl,
    "ServerConnectionError": faults.Unreachable,
    "ServerDisconnectedError": faults.Unreachable,
    "ServerFingerprintMismatch": faults.BadCertificate,
    "ServerTimeoutError": faults.TimedOut,
    "SocketTimeoutError": faults.TimedOut,
    "TooManyRedirects": faults.TooManyHops,
    "UnixClientConnectorError": faults.Unreachable,
    "UploadAbortedError": faults.Unreachable,
    "WSMessageTypeError": faults.Garbled,
    "WSServerHandshakeError": faults.Garbled,
}


def bare(kind: Any) -> Exception:
    """An instance without the arguments that only its message needs."""
    made: Exception = kind.__new__(kind)
    return made


def test_every_error_of_aiohttp_is_thought_of():
    assert {kind.__name__ for kind in CLIENT_ERRORS} == set(EXPECTED)


@pytest.mark.parametrize("kind", CLIENT_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_aiohttp_has_a_name_of_ours(kind):
    fault = faults.translated(bare(kind), "dav.example")
    assert type(fault) is EXPECTED[kind.__name__]
    assert str(fault) == f"dav.example: {kind.__name__}"


@pytest.mark.parametrize("kind", CLIENT_ERRORS, ids=lambda kind: kind.__name__)
def test_the_client_catches_every_error_that_asking_can_raise(kind):
    only_of_websockets = kind is client_exceptions.WSMessageTypeError
    assert issubclass(kind, faults.LOWER_ERRORS) != only_of_websockets


@pytest.mark.parametrize(
    ("lower", "fault"),
    [
        (TimeoutError(), faults.TimedOut),
        (ConnectionResetError(), faults.Unreachable),
        (ssl.SSLError(), faults.Unreachable),
    ],
)
def test_errors_of_the_system_have_names_too(lower, fault):
    assert type(faults.translated(lower, "dav.example")) is fault


def test_an_overlong_header_line_is_too_large_although_aiohttp_calls_it_a_bad_response():
    lower = bare(aiohttp.ClientResponseError)
    lower.__cause__ = http_exceptions.LineTooLong(b"X: aaa", 64)
    assert type(faults.translated(lower, "dav.example")) is faults.TooLarge


def test_a_refusal_raised_inside_aiohttp_comes_out_as_blocked():
    lower = bare(aiohttp.ClientConnectorError)
    lower._os_error = faults.RefusedAddress("10.0.0.0/8")  # type: ignore[attr-defined]
    fault = faults.translated(lower, "dav.example")
    assert isinstance(fault, faults.Blocked)
    assert fault.network == "10.0.0.0/8"


def test_the_public_text_of_a_blocked_address_names_neither_host_nor_network():
    blocked = faults.Blocked("intranet.example", "10.0.0.0/8")
    assert blocked.public == "This server may not be reached from here; ask the operator"
    assert str(blocked) == "intranet.example: inside the refused network 10.0.0.0/8"


def test_the_tree_is_closed_and_every_leaf_has_words_for_people():
    leaves = faults.OutboundError.__subclasses__()
    assert {leaf.__name__ for leaf in leaves} == {
        "BadCertificate",
        "BadUrl",
        "Blocked",
        "Garbled",
        "TimedOut",
        "TooLarge",
        "TooManyHops",
        "Unreachable",
        "Unresolvable",
    }
    assert len({leaf.public for leaf in leaves}) == len(leaves)
