"""The served copy of an occurrence: its answer in pieces, ready to be spliced and sent."""

from dataclasses import dataclass
from typing import NamedTuple

from daygate.domain.ids import CalendarId, EventUid


# A pull makes one per occurrence: a tuple costs a fifth of a frozen dataclass.
class Served(NamedTuple):
    """One occurrence as it is kept. Times are half-open, whole seconds; a date is its UTC midnight.

    `head` opens the JSON answer with all that is equal for every reader; `tail` holds plain times
    and location. `key_hash` names the stored object it came from. `body_hash` differs when a reader
    would notice.
    """

    calendar_id: CalendarId
    event_uid: EventUid
    key_hash: bytes
    recurrence_id: str
    start_s: int
    end_s: int
    all_day: bool
    start_tzid: str
    end_tzid: str
    head: bytes
    tail: bytes
    lat: str | None
    long: str | None
    location: bytes | None
    free_busy_status: str
    recurring: bool
    invited: bool
    created_s: int | None
    updated_s: int | None
    body_hash: bytes

    @property
    def deleted(self) -> bool:
        """Never: what is served is there."""
        return False

    @property
    def event_id(self) -> str | None:
        """None: an application's own name for an event stands in its row only."""
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of an occurrence already, as far as a save must know it."""

    event_uid: EventUid
    key_hash: bytes
    recurrence_id: str
    start_s: int
    end_s: int
    deleted: bool
    body_hash: bytes
    ever_from_s: int
    ever_to_s: int
