"""An authorization request as the browser brought it (RFC 6749 section 4.1.1)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from daygate.oauth.refusals import Shown

FIELDS_MAX = 100
_YES = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """Parameters without a value count as absent, unknown ones are not read (section 3.1)."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = field(default="", repr=False)
    code_challenge: str = ""
    code_challenge_method: str = ""
    provider_name: str = ""
    link_token: str = field(default="", repr=False)
    locale: str = ""
    avoid_linking: bool = False
    repeated: frozenset[str] = frozenset()
    """Names of parameters of ours that came more than once."""


_TEXT = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge",
    "code_challenge_method", "provider_name", "link_token", "locale",
)  # fmt: skip
PARAMETERS = (*_TEXT, "avoid_linking")
"""Everything that is read."""


def parse_query(raw: bytes) -> AuthorizationRequest:
    """Read a query string or a form body; what cannot be read is answered on our page."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:  # UnicodeDecodeError is one: bytes that are not UTF-8
        raise Shown("invalid_request", "the parameters cannot be read") from None
    return from_pairs(pairs)


def from_pairs(pairs: Iterable[tuple[str, str]]) -> AuthorizationRequest:
    """Read parameters in the order they came."""
    known = [(name, value) for name, value in pairs if name in PARAMETERS]
    if any("\x00" in value for _, value in known):
        raise Shown("invalid_request", "a parameter holds a NUL")
    values = dict(reversed(known))  # the first of a repeated one; the checks refuse it anyhow
    counts = Counter(name for name, _ in known)
    return AuthorizationRequest(
        **{name: values.get(name, "") for name in _TEXT},
        avoid_linking=values.get("avoid_linking", "").lower() in _YES,
        repeated=frozenset(name for name, count in counts.items() if count > 1),
    )
