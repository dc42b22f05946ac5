"""From an answer, or the lack of one, to a `Fault`: the only place that reads status codes so."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from daygate.kit import outbound
from daygate.providers import faults
from daygate.providers.caldav.multistatus import preconditions
from daygate.providers.caldav.names import d

# A server may say "come back next year"; an hour is the longest we believe.
LONGEST_WAIT_S = 3600.0
SHORTEST_WAIT_S = 1.0
_DEFAULT_WAIT_S = 60.0

_UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
_NOT_FOUND = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_CHANGED = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
_TOO_BIG = frozenset(
    {
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.REQUEST_URI_TOO_LONG,
        HTTPStatus.INSUFFICIENT_STORAGE,
    }
)


def fault_of(answer: outbound.Answer) -> faults.Fault:
    """What a refusal means. Only for answers that are not a success."""
    status = answer.status
    detail = f"HTTP {status}"
    if status in _UNAUTHORIZED:
        return faults.NeedsRelink("wrong_password", detail)
    if throttled(answer):
        return faults.Throttled(wait_s(answer.headers), detail)
    if status in _NOT_FOUND:
        return faults.Missing("missing", detail)
    if status in _CHANGED:
        return faults.Outdated("outdated", detail)
    return _refusal(status, detail)


def _refusal(status: int, detail: str) -> faults.Fault:
    if status in _TOO_BIG or HTTPStatus.BAD_REQUEST <= status < _SERVER_ERROR:
        return faults.Refused("refused", detail)
    if status in {HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED}:
        return faults.Refused("refused", detail)
    if status >= _SERVER_ERROR:
        return faults.Unreachable("unreachable", detail)
    return faults.Nonsense("nonsense", detail)


def throttled(answer: outbound.Answer) -> bool:
    """429; 503 that names a time; and Google's way of saying 429: 403 with an empty error."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "Retry-After" in answer.headers
    return answer.status == HTTPStatus.FORBIDDEN and preconditions(answer.body) == set()


def token_lost(answer: outbound.Answer) -> bool:
    """Whether a sync-token is dead.

    RFC 6578 section 3.2 says 403 with `valid-sync-token`; Radicale does so, Xandikos says 412,
    and others any 4xx. CCS answers 500 at times, with the same error element. Passwords and rate
    limits are not the token's fault, and a calendar that is gone (404) is for a listing to find.
    """
    if answer.status in _UNAUTHORIZED or throttled(answer):
        return False
    if HTTPStatus.BAD_REQUEST <= answer.status < _SERVER_ERROR:
        return True
    return d("valid-sync-token") in (preconditions(answer.body) or set())


def wait_s(headers: Mapping[str, str]) -> float:
    """Retry-After (RFC 9110 section 10.2.3) in seconds, as a number or a date, within an hour."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return _DEFAULT_WAIT_S
    delay_s = float(text) if text.isascii() and text.isdigit() else _until_s(text)
    return min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, delay_s))


def _until_s(text: str) -> float:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return _DEFAULT_WAIT_S
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()


def fault_of_network(error: outbound.OutboundError) -> faults.Fault:
    """What it means that there was no usable answer."""
    match error:
        case outbound.Blocked():
            return faults.Refused("blocked", str(error))
        case outbound.BadUrl():
            return faults.Refused("bad_address", str(error))
        case outbound.BadCertificate():
            return faults.Unreachable("certificate", str(error))
        case outbound.TooLarge() | outbound.Garbled():
            return faults.Nonsense("nonsense", str(error))
        case _:
            return faults.Unreachable("unreachable", str(error))
