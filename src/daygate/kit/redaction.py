"""What may stand in a log line: secrets are taken out by name and by shape, lines stay one line.

Names decide first (`password=...`, an `Authorization` header in a mapping), shapes second (a bearer
token inside a message, the values of a URL's query), and what is left cannot forge a line or move a
terminal's cursor (CWE-117).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HIDDEN = "[redacted]"
_LONGEST_CHARS = 4_000
_DEEPEST = 6
_STATE_CHARS = 6

_HIDDEN_NAMES = (
    "authorization|proxy_authorization|cookie|set_cookie|password|passwd|passphrase|secret|"
    "secret_keys?|token|code|code_verifier|credentials?|assertion|api_key|private_key|csrf|"
    "session_id|signature|cronofy_hmac_sha256"
)
# What people wrote into their calendars is theirs; it helps nobody in a log.
_PERSONAL_NAMES = "summary|description|location|attendees|organizer|body|payload"
_HIDDEN_NAME = re.compile(
    rf"(?:{_HIDDEN_NAMES}|{_PERSONAL_NAMES}|\w*_(?:token|secret|password|credentials?))"
)

_WRITTEN_NAME = (
    r"(?:[\w-]{0,40}(?:password|passwd|secret|token|credential|api[_-]key|verifier)|authorization|"
    r"(?:set-)?cookie|code|assertion)"
)
_SHAPES = (
    # RFC 6750 and RFC 7617 credentials, wherever they stand
    (re.compile(r"\b(Bearer|Basic)(\s+)[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    # RFC 7519 tokens
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), HIDDEN),
    # user information of a URL (RFC 3986 section 3.2.1)
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^\s/?#\"'<>]*@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # every value of a query
    (re.compile(r"([?&][\w.~%\[\]-]+=)[^\s&#\"'<>]+"), rf"\1{HIDDEN}"),
    # name="value", name: 'value', {"name": "value"}
    (
        re.compile(
            rf"\b({_WRITTEN_NAME}[\"']?\s*[=:]\s*)(?:\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$))",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # name=value, Name: value
    (
        re.compile(rf"\b({_WRITTEN_NAME}(?:=|:\s+))(?!\[redacted\])[^\s\"'&,;]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # database drivers quote the row: SQLAlchemy its parameters, PostgreSQL its DETAIL line
    (re.compile(r"\[parameters: .*", re.DOTALL), f"[parameters: {HIDDEN}]"),
    (re.compile(r"\bDETAIL:\s.*", re.DOTALL), f"DETAIL: {HIDDEN}"),
)
# C0, DEL and C1 controls, line and paragraph separators, bidirectional overrides, lone surrogates.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Cleans values for the log; `secrets` are strings that are hidden wherever they occur."""

    secrets: tuple[str, ...] = ()

    @classmethod
    def hiding(cls, secrets: Iterable[str]) -> "Redactor":
        """Build a redactor for these secrets; the longest goes first, as one may hold another."""
        return cls(tuple(sorted(filter(None, secrets), key=len, reverse=True)))

    def text(self, text: str) -> str:
        """Clean one text: secrets by shape, then everything that could leave its line."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        if len(text) > _LONGEST_CHARS:
            text = text[:_LONGEST_CHARS] + "..."
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return _UNSAFE.sub(_spelled, text)

    def named(self, name: str, value: object, depth: int = 0) -> object:
        """Clean a value that stands under a name."""
        plain_name = name.lower().replace("-", "_")
        if value is None or isinstance(value, bool):
            return value
        if plain_name == "state" and isinstance(value, str):
            return self.text(value[:_STATE_CHARS]) + "..."
        if _HIDDEN_NAME.fullmatch(plain_name):
            return HIDDEN
        return self.value(value, depth)

    def value(self, value: object, depth: int = 0) -> object:
        """Clean a value of any kind; only plain JSON kinds come out."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return f"<{len(value)} bytes>"
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            return self._members(value, depth + 1) if depth < _DEEPEST else "..."
        return self.text(str(value))

    def _members(self, value: Mapping[object, object] | Iterable[object], depth: int) -> object:
        if isinstance(value, Mapping):
            return {
                self.text(str(name)): self.named(str(name), inner, depth)
                for name, inner in value.items()
            }
        return [self.value(inner, depth) for inner in value]


def _spelled(unsafe: re.Match[str]) -> str:
    number = ord(unsafe[0])
    return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"
