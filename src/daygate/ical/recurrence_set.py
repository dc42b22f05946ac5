"""The recurrence set of one UID (RFC 5545 section 3.8.5) inside a window, as events."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daygate.domain.event import Event, Flag, Status, Words
from daygate.domain.moments import Window
from daygate.ical.meter import Meter
from daygate.ical.originals import EARLIEST, LATEST, Originals, Slots
from daygate.ical.series import Series
from daygate.ical.vevent import Entry, canonical, uncertain

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Found:
    """The events of one UID in the window, each with its start, and what became of the attempt."""

    events: list[tuple[datetime, Event]] = field(default_factory=list)
    capped: bool = False
    broken: list[str] = field(default_factory=list)


def expand_series(series: Series, window: Window, meter: Meter, most: int) -> Found:
    """Every event of the series that overlaps the window, at most so many."""
    found, slots = Found(), Slots()
    master = series.master
    if master is not None:
        # A series that has used up its budget must not show what it excludes.
        meters = (meter, meter.refilled())
        series = _without_superseded(series, master, meters)
        originals = Originals(series, master, _stretch(series, window), meters)
        originals.fill(most)
        slots, found.capped, found.broken = originals.slots, originals.capped, originals.broken
    placement = _Placement(series, slots, capped=found.capped)
    for key in sorted(slots.keys() | series.overrides.keys() if series.overrides else slots):
        placed = placement.event(key, window)
        if placed is None:
            continue
        if len(found.events) >= most:
            found.capped = True
            break
        found.events.append(placed)
    return found


def _without_superseded(series: Series, master: Entry, meters: tuple[Meter, Meter]) -> Series:
    """Drop overrides older than the master whose occurrence the master no longer has.

    RFC 5546 section 2.1.4: the higher SEQUENCE is the newer word.
    """
    gone = {
        key
        for key, override in series.overrides.items()
        if override.sequence < master.sequence and not _holds(series, master, key, meters)
    }
    kept = {key: one for key, one in series.overrides.items() if key not in gone}
    return replace(series, overrides=kept) if gone else series


def _holds(series: Series, master: Entry, key: datetime, meters: tuple[Meter, Meter]) -> bool:
    """Whether a master has an occurrence that starts just then; in doubt it has."""
    originals = Originals(series, master, (key, key + _SECOND), meters)
    originals.fill(1)
    return originals.capped or key in originals.slots


def _stretch(series: Series, window: Window) -> tuple[datetime, datetime]:
    """The original starts that may matter for a window."""
    earlier, later = _reach(series)
    low = max(EARLIEST, window.start - min(earlier, window.start - EARLIEST))
    return low, min(LATEST, window.end + min(later, LATEST - window.end))


def _reach(series: Series) -> tuple[timedelta, timedelta]:
    """How far before and after the window an original start may lie and still matter."""
    earlier = later = timedelta()
    if series.master is not None:
        earlier = series.master.length.longest
    for key, entry in series.followers:
        moved = entry.start - key
        earlier = max(earlier, moved + entry.length.longest + _DAY)
        later = max(later, _DAY - moved)
    return earlier, later


class _Placement:
    """Says when and as what the occurrence with a given original start takes place."""

    def __init__(self, series: Series, slots: Slots, *, capped: bool) -> None:
        self._series, self._slots, self._capped = series, slots, capped
        self._followers = series.followers
        self._recurring = series.recurring
        self._shown: dict[int, Words] = {}

    def event(self, key: datetime, window: Window) -> tuple[datetime, Event] | None:
        """The event with its start; None when it is cancelled or outside the window."""
        entry = self._series.overrides.get(key)
        if entry is not None:
            start, end = entry.start, entry.length.after(entry.start, entry.zone)
        else:
            entry, start, end = self._by_rule(key)
        if start >= window.end or (end <= window.start and start < window.start):
            return None
        if entry is not self._series.master and entry.words.status is Status.CANCELLED:
            return None
        name = canonical(key, all_day=self._series.all_day) if self._recurring else None
        return start, entry.event(start, end, name, self._words(entry))

    def _by_rule(self, key: datetime) -> tuple[Entry, datetime, datetime]:
        entry = self._series.master
        start = key
        for since, follower in self._followers:
            if since < key:
                entry, start = follower, _moved(key, since, follower)
                break
        if entry is None:
            raise LookupError(key)
        length = self._slots.get(key) or entry.length
        return entry, start, length.after(start, entry.zone)

    def _words(self, entry: Entry) -> Words:
        if not self._capped:
            return entry.words
        shown = self._shown.get(id(entry))
        if shown is None:
            shown = self._shown[id(entry)] = uncertain(entry.words, Flag.CAPPED)
        return shown


def _moved(key: datetime, since: datetime, follower: Entry) -> datetime:
    """RFC 5545 section 3.2.13: later occurrences move by as much as the one that was moved."""
    wall = follower.wall(key) + (follower.wall(follower.start) - follower.wall(since))
    return follower.zone.instant(wall)
