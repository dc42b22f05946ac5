"""One UID in all its versions, before any window is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from daygate.ical.vevent import Entry
from daygate.ical.zones import Zones


@dataclass(frozen=True, slots=True)
class Series:
    """All versions of one UID that count: the master, if there is one, and what replaces parts."""

    master: Entry | None
    overrides: Mapping[datetime, Entry]
    all_day: bool
    zones: Zones

    @property
    def recurring(self) -> bool:
        """Whether its occurrences are told apart by a recurrence id."""
        if self.master is None or self.overrides:
            return True
        return "RRULE" in self.master.properties or "RDATE" in self.master.properties

    @property
    def followers(self) -> tuple[tuple[datetime, Entry], ...]:
        """The overrides that hold for all later occurrences too, latest first."""
        found = [(key, one) for key, one in self.overrides.items() if one.and_future]
        return tuple(sorted(found, key=lambda pair: pair[0], reverse=True))
