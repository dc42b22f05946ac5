"""What an application may ask for, and what each word of it allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from daygate.oauth.refusals import InvalidScope

ALWAYS = frozenset({"list_calendars", "read_account"})
"""The public API documents no scope for lists of calendars and profiles, and clients that never
ask for these two use them."""

SCOPES: Mapping[str, frozenset[str]] = {
    "create_calendar": frozenset({"create_calendar"}),
    "read_events": frozenset({"read_events", "read_free_busy"}),
    "create_event": frozenset({"create_event"}),
    "delete_event": frozenset({"delete_event"}),
    "read_free_busy": frozenset({"read_free_busy"}),
    "change_participation_status": frozenset({"change_participation_status"}),
    "read_account": frozenset(),
    "list_calendars": frozenset(),
}
"""One word, one permission; https://docs.cronofy.com/developers/authorization/scopes/."""

BUNDLES: Mapping[str, frozenset[str]] = {
    "read_write": frozenset().union(*SCOPES.values()),
    "read_only": SCOPES["read_events"],
    "write_only": frozenset({"create_event", "delete_event"}),
    "free_busy": SCOPES["read_free_busy"],
    "free_busy_write": frozenset({"read_free_busy", "create_event", "delete_event"}),
}
"""The newer style: one word for a whole use."""

LEGACY: Mapping[str, frozenset[str]] = {"event_reminders": frozenset(), "full_access": frozenset()}
"""Still sent by old integrations; accepted, of no effect."""

_MEANING: Mapping[str, frozenset[str]] = {**SCOPES, **BUNDLES, **LEGACY}
_WORDS_MAX = 32


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope as it was asked for, and the permissions it comes to."""

    words: tuple[str, ...]
    permissions: frozenset[str]

    @property
    def text(self) -> str:
        """The scope as asked: answers repeat it, and some clients compare."""
        return " ".join(self.words)


def parse(text: str) -> Scope:
    """Read a space-separated list; empty or unknown words are `invalid_scope`."""
    words = tuple(dict.fromkeys(text.split(" ")))
    words = tuple(word for word in words if word)
    if not words or len(words) > _WORDS_MAX or any(word not in _MEANING for word in words):
        raise InvalidScope("the scope is empty or holds a word that is not known here")
    return Scope(words, permissions(" ".join(words)))


@lru_cache(maxsize=1024)
def permissions(granted: str) -> frozenset[str]:
    """Everything a granted scope allows; words of another time allow nothing."""
    return ALWAYS.union(*(_MEANING.get(word, frozenset()) for word in granted.split()))


def allows(granted: str, needed: str) -> bool:
    """Whether a granted scope covers one permission."""
    return needed in permissions(granted)


def covers(granted: str, asked: Scope) -> bool:
    """Whether `asked` is no wider than what was granted."""
    return asked.permissions <= permissions(granted)


@lru_cache(maxsize=1024)
def cut(scope: str, granted: str) -> str:
    """The words of `scope` that lie within what is granted now, in their order."""
    if scope == granted:
        return scope
    allowed = permissions(granted)
    return " ".join(word for word in scope.split() if permissions(word) <= allowed)
