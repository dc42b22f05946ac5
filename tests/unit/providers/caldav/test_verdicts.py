"""The one table from status codes and network failures to faults."""

import inspect

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from daygate.kit import outbound
from daygate.kit.outbound import Answer, OutboundError
from daygate.providers import faults
from daygate.providers.caldav import verdicts

EMPTY = b'<D:error xmlns:D="DAV:"/>'
PRIVILEGES = b'<D:error xmlns:D="DAV:"><D:need-privileges/></D:error>'
TOKEN = b'<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, CIMultiDictProxy(CIMultiDict(headers)), body, "https://x/")


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (401, b"", faults.NeedsRelink, "wrong_password"),
        (407, b"", faults.NeedsRelink, "wrong_password"),
        (403, b"", faults.Refused, "refused"),
        (403, PRIVILEGES, faults.Refused, "refused"),
        (403, EMPTY, faults.Throttled, "throttled"),
        (429, b"", faults.Throttled, "throttled"),
        (404, b"", faults.Missing, "missing"),
        (410, b"", faults.Missing, "missing"),
        (409, b"", faults.Outdated, "outdated"),
        (412, b"", faults.Outdated, "outdated"),
        (400, b"", faults.Refused, "refused"),
        (405, b"", faults.Refused, "refused"),
        (413, b"", faults.Refused, "refused"),
        (415, b"", faults.Refused, "refused"),
        (501, b"", faults.Refused, "refused"),
        (507, b"", faults.Refused, "refused"),
        (500, b"", faults.Unreachable, "unreachable"),
        (502, b"", faults.Unreachable, "unreachable"),
        (503, b"", faults.Unreachable, "unreachable"),
        (504, b"", faults.Unreachable, "unreachable"),
        (304, b"", faults.Nonsense, "nonsense"),
    ],
)
def test_each_status_is_one_fault(
    status: int, body: bytes, kind: type[faults.Fault], reason: str
) -> None:
    fault = verdicts.fault_of(answer(status, body))
    assert (type(fault), fault.reason) == (kind, reason)


def test_a_dead_token_is_told_from_other_refusals() -> None:
    for status in (400, 403, 404, 409, 410, 412):
        assert verdicts.token_lost(answer(status))
    assert verdicts.token_lost(answer(403, TOKEN))
    assert verdicts.token_lost(answer(500, TOKEN))
    for other in (answer(401), answer(407), answer(429), answer(403, EMPTY), answer(500)):
        assert not verdicts.token_lost(other)


def test_every_way_a_request_can_fail_has_a_fault() -> None:
    """Walks the whole tree of the lower library, so that a new leaf cannot slip through."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(outbound, inspect.isclass)
        if issubclass(kind, OutboundError)
    ]
    assert len(kinds) >= 10
    expected = {
        outbound.Blocked: "blocked",
        outbound.BadUrl: "bad_address",
        outbound.BadCertificate: "certificate",
        outbound.TooLarge: "nonsense",
        outbound.Garbled: "nonsense",
    }
    for kind in kinds:
        error = kind.__new__(kind)
        OutboundError.__init__(error, "dav.example", "why")
        assert verdicts.fault_of_network(error).reason == expected.get(kind, "unreachable")


@pytest.mark.parametrize(
    ("value", "delay_s"),
    [
        ("5", 5.0),
        ("0", 1.0),
        ("-1", 60.0),
        ("1e9", 60.0),
        ("99999999", 3600.0),
        ("", 60.0),
        ("Mon, 01 Jan 1990 00:00:00 GMT", 1.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
    ],
)
def test_f11_retry_after_is_read_within_bounds(value: str, delay_s: float) -> None:
    assert verdicts.wait_s({"Retry-After": value}) == delay_s
