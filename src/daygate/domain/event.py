"""One event as the whole house sees it: an occurrence with its times, people and words.

Times are half-open `[start, end)`. A timed event holds aware UTC datetimes with whole seconds, and
keeps the zone it was written in beside them; an all-day event holds plain dates.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """RFC 5545 section 3.8.1.11, in the words of the API."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Transparency(StrEnum):
    """RFC 5545 section 3.8.2.7: whether the event takes up time."""

    OPAQUE = "opaque"
    TRANSPARENT = "transparent"
    UNKNOWN = "unknown"


class Participation(StrEnum):
    """RFC 5545 section 3.2.12: what an attendee answered."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What could not be read with certainty; shown, never hidden."""

    UNKNOWN_ZONE = "unknown_zone"
    FLOATING = "floating"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class Person:
    """A calendar user address and the name beside it (RFC 5545 section 3.8.4)."""

    email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited, and their answer."""

    email: str
    name: str | None
    status: Participation


@dataclass(frozen=True, slots=True)
class Location:
    """Where: a text and, when known, a position in decimal degrees kept as written."""

    description: str
    lat: str | None = None
    long: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Everything of an event but when it is; the occurrences of a series share one object."""

    summary: str
    description: str
    status: Status
    transparency: Transparency
    location: Location | None = None
    organizer: Person | None = None
    attendees: tuple[Attendee, ...] = ()
    categories: tuple[str, ...] = ()
    private: bool = False
    url: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    flags: frozenset[Flag] = frozenset()


# A pull makes one of each of these per occurrence: a tuple costs a fifth of a frozen dataclass.
class Span(NamedTuple):
    """Half-open `[start, end)`: two aware UTC datetimes, or two dates; each end with its zone."""

    start: datetime | date
    end: datetime | date
    start_tzid: str = "Etc/UTC"
    end_tzid: str = "Etc/UTC"

    @property
    def all_day(self) -> bool:
        """Whether both ends are dates."""
        return not isinstance(self.start, datetime)


class Event(NamedTuple):
    """One occurrence. `recurrence_id` is the original start, `20260105T090000Z` or `20260105`."""

    uid: str
    recurrence_id: str | None
    span: Span
    words: Words

    @property
    def recurring(self) -> bool:
        """Whether this is one occurrence of a series."""
        return self.recurrence_id is not None
