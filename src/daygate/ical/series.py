"""The occurrences of one UID: rules and dates, what is taken out, what is replaced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from daygate.domain.event import Event, Flag, Status, Words
from daygate.domain.moments import Window
from daygate.ical.faults import BadValue
from daygate.ical.meter import Meter, OverBudget
from daygate.ical.rule import Rule, parse
from daygate.ical.values import Duration, Moment, Period, moments_of
from daygate.ical.vevent import (
    Entry,
    Length,
    canonical,
    day_of,
    instant_of,
    lasting,
    uncertain,
    zone_of,
)
from daygate.ical.walk import walls
from daygate.ical.zones import Zones

# Wall clocks jump by at most this much where a window is translated into them.
_SLACK = timedelta(hours=3)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# Arithmetic with offsets and lengths stays inside datetime between these.
_EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 1, 1, tzinfo=UTC)


Slots = dict[datetime, Length | None]


@dataclass(slots=True)
class Found:
    """The events of one UID in the window, each with its start, and what became of the attempt."""

    events: list[tuple[datetime, Event]] = field(default_factory=list)
    capped: bool = False
    broken: list[str] = field(default_factory=list)


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


def expand_series(series: Series, window: Window, meter: Meter, most: int) -> Found:
    """Every event of the series that overlaps the window, at most so many."""
    found = Found()
    slots: Slots = {}
    master = series.master
    if master is not None:
        # A series that has used up its budget must not show what it excludes.
        meters = (meter, meter.refilled())
        series = _without_superseded(series, master, meters)
        _Originals(series, master, _stretch(series, window), meters, found).fill(slots, most)
    placement = _Placement(series, slots, capped=found.capped)
    for key in sorted(slots.keys() | series.overrides.keys()):
        placed = placement.event(key, window)
        if placed is None:
            continue
        if len(found.events) >= most:
            found.capped = True
            break
        found.events.append(placed)
    return found


class _Originals:
    """Fills in the original starts of a master inside a half-open stretch."""

    def __init__(
        self,
        series: Series,
        master: Entry,
        stretch: tuple[datetime, datetime],
        meters: tuple[Meter, Meter],
        found: Found,
    ) -> None:
        self._series, self._master, self._found = series, master, found
        self._meter, self._exclusion_meter = meters
        self._low, self._high = stretch

    def fill(self, slots: Slots, most: int) -> None:
        """Add what rules and dates say, then take out what they exclude."""
        master = self._master
        try:
            if self._low <= master.start < self._high:
                slots[master.start] = None
            self._include(slots, most)
        except OverBudget:
            self._found.capped = True
        try:
            self._exclude_dates(slots)
            for instant in self._by_rules("EXRULE", self._exclusion_meter):
                slots.pop(instant, None)
        except OverBudget:
            self._found.capped = True

    def _include(self, slots: Slots, most: int) -> None:
        for source in self._master.properties.get("RDATE", ()):
            for one in moments_of(source, self._days()):
                self._meter.step()
                self._add_date(slots, one)
        for instant in self._by_rules("RRULE", self._meter):
            slots.setdefault(instant, None)
            if len(slots) > most:
                raise OverBudget

    def _add_date(self, slots: Slots, one: Moment | Period) -> None:
        try:
            if isinstance(one, Moment):
                slots[self._instant(one)] = None
                return
            start = self._instant(one.start)
            if isinstance(one.end, Duration):
                slots[start] = lasting(one.end, all_day=self._master.all_day)
            else:
                days = int(self._master.all_day)
                exact = timedelta() if days else self._instant(one.end) - start
                slots[start] = Length(days, max(timedelta(), exact))
        except OverflowError:
            return

    def _instant(self, one: Moment) -> datetime:
        """The original start a moment names; times without a zone are the master's."""
        master = self._master
        if master.all_day:
            return day_of(one, self._series.zones)
        if one.is_date:
            wall = datetime.combine(one.wall.date(), master.wall_start.time())
            return instant_of(Moment(wall), master.zone)
        floating = not one.is_utc and one.tzid is None
        return instant_of(one, master.zone if floating else zone_of(one, self._series.zones))

    def _by_rules(self, name: str, meter: Meter) -> Iterator[datetime]:
        for source in self._master.properties.get(name, ()):
            if not source.value.strip():
                continue
            try:
                yield from self._by_rule(parse(source.value), meter)
            except (BadValue, OverflowError, ValueError) as error:
                self._found.capped = True
                self._found.broken.append(f"{self._master.uid}: {name}: {error}")

    def _by_rule(self, rule: Rule, meter: Meter) -> Iterator[datetime]:
        master, zone = self._master, self._master.zone
        low, high = master.wall(self._low) - _SLACK, master.wall(self._high) + _SLACK
        if rule.until is not None:
            high = min(high, _last_wall(rule.until, master) + _SECOND)
        for wall in walls(rule, master.wall_start, low, high, meter):
            instant = zone.instant(wall)
            if self._low <= instant < self._high:
                yield instant

    def _exclude_dates(self, slots: Slots) -> None:
        days: set[date] = set()
        for source in self._master.properties.get("EXDATE", ()):
            for one in moments_of(source, self._days()):
                self._exclusion_meter.step()
                if not isinstance(one, Moment):
                    continue
                if one.is_date and not self._master.all_day:
                    days.add(one.wall.date())
                else:
                    slots.pop(self._instant(one), None)
        if days:
            for instant in [key for key in slots if self._master.wall(key).date() in days]:
                del slots[instant]

    def _days(self) -> tuple[str, str]:
        """The stretch as text, wide enough for every offset."""
        return (
            canonical(max(self._low - 2 * _DAY, _EARLIEST), all_day=True),
            canonical(self._high + 2 * _DAY, all_day=True),
        )


def _last_wall(until: Moment, master: Entry) -> datetime:
    """The last wall-clock time a rule may reach (RFC 5545 section 3.3.10, UNTIL, inclusive)."""
    if master.all_day:
        return datetime.combine(until.wall.date(), time.min)
    if until.is_date:
        return until.wall + _DAY - _SECOND
    return master.wall(until.wall.replace(tzinfo=UTC)) if until.is_utc else until.wall


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
    found, slots = Found(), Slots()
    _Originals(series, master, (key, key + _SECOND), meters, found).fill(slots, 1)
    return found.capped or key in slots


def _stretch(series: Series, window: Window) -> tuple[datetime, datetime]:
    """The original starts that may matter for a window."""
    earlier, later = _reach(series)
    low = max(_EARLIEST, window.start - min(earlier, window.start - _EARLIEST))
    return low, min(_LATEST, window.end + min(later, _LATEST - window.end))


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
        shown = self._shown.get(id(entry))
        if shown is None:
            flags = (Flag.CAPPED,) if self._capped else ()
            shown = self._shown[id(entry)] = uncertain(entry.words, *flags)
        return shown


def _moved(key: datetime, since: datetime, follower: Entry) -> datetime:
    """RFC 5545 section 3.2.13: later occurrences move by as much as the one that was moved."""
    wall = follower.wall(key) + (follower.wall(follower.start) - follower.wall(since))
    return follower.zone.instant(wall)
