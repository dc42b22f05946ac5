"""Where a reader stands in one calendar: the text behind the door's opaque `Cursor`."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from daygate.domain.moments import DAY_S
from daygate.providers import faults
from daygate.providers.base import Cursor

Rung = Literal["sync", "ctag", "etag", "hash"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
_VERSION = 1
_JITTER = 0.25
_IN_WORDS: Mapping[Rung, str] = {
    "sync": "the server names what changed since a token (sync-collection, RFC 6578)",
    "ctag": "one tag is compared; when it moved, names and etags are listed (ctag)",
    "etag": "names and etags are listed at every look (etag)",
    "hash": "everything is loaded and compared at every look (hash)",
}


@dataclass(frozen=True, slots=True)
class Position:
    """A rung of the ladder and what it needs to go on.

    `compare_at_s` is when everything must be compared again, whatever the server says: many
    servers answer a dead token with an empty success. `owed` are objects (key -> address) that
    were named as changed but could not be loaded; they are asked for again next time.
    """

    rung: Rung
    token: str = ""
    ctag: str = ""
    compare_at_s: int = 0
    owed: Mapping[str, str] = field(default_factory=dict)

    def write(self) -> Cursor:
        """The cursor that `read` understands."""
        fields = [self.rung, self.token, self.ctag, self.compare_at_s, dict(self.owed)]
        return Cursor(json.dumps([_VERSION, *fields], separators=(",", ":")))


def read(cursor: Cursor) -> Position:
    """The position behind a cursor. Raises `CursorLost` for one this version did not write."""
    try:
        version, rung, token, ctag, compare_at_s, owed = json.loads(cursor)
        if version != _VERSION or rung not in RUNGS:
            raise ValueError(cursor)
        return Position(rung, str(token), str(ctag), int(compare_at_s), _texts(owed))
    except (ValueError, TypeError, AttributeError) as error:
        raise faults.CursorLost("cursor_lost", "not a cursor of this connector") from error


def in_words(cursor: Cursor) -> str:
    """How changes are learned from here, for whoever looks after the account."""
    try:
        return _IN_WORDS[read(cursor).rung]
    except faults.CursorLost:
        return "everything is read again, and then a way is chosen"


def next_comparison_s(now_s: float) -> int:
    """About a day from now, spread out so that calendars connected together part ways."""
    return int(now_s + DAY_S * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret


def _texts(owed: Any) -> dict[str, str]:
    return {str(key): str(url) for key, url in owed.items()}
