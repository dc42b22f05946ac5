"""VTIMEZONE (RFC 5545 section 3.6.5) as a tzinfo, and the IANA zone it most likely means."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from daygate.ical.component import Component
from daygate.ical.faults import BadValue
from daygate.ical.meter import Meter, OverBudget
from daygate.ical.rule import Rule, parse
from daygate.ical.values import Moment, moment_of, moments_of, utc_offset
from daygate.ical.walk import walls
from daygate.ical.windows_zones import WINDOWS_ZONES

# Onsets are worked out for these years; Outlook's begin in 1601 and never end.
_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001
_LAST = datetime(2051, 1, 1)  # noqa: DTZ001
# Two zones are the same when they agree weekly over these years: future rules in tzdata.
_COMPARED_FROM = datetime(2025, 1, 1, tzinfo=UTC)
_COMPARED_WEEKS = 5 * 52
# Of zones alike, the one most people live in or near; after them comes what Windows names.
_FAVOURED = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Kyiv",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Australia/Sydney",
)
_STEPS = 100_000
_CPU_MS = 250
_HOUR = timedelta(hours=1)
_NO_OFFSET = timedelta()

Fingerprint = tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class _Onset:
    """A moment (wall clock before it) from which another offset holds."""

    wall: datetime
    before: timedelta
    after: timedelta

    @property
    def instant(self) -> datetime:
        return self.wall - self.before


class ObservedZone(tzinfo):
    """The offsets of the observances of one VTIMEZONE; belongs to one object, never shared."""

    def __init__(self, onsets: list[_Onset]) -> None:
        # PEP 495: fold 0 reads a time inside a gap with the offset before it and a time inside an
        # overlap as its first pass, which is what RFC 5545 section 3.3.5 asks for.
        self._first = onsets[0].before
        self._offsets = [onset.after for onset in onsets]
        self._instants = [onset.instant for onset in onsets]
        self._walls = (
            [onset.instant + max(onset.before, onset.after) for onset in onsets],
            [onset.instant + min(onset.before, onset.after) for onset in onsets],
        )

    @property
    def comparable(self) -> bool:
        """Whether the years of comparison tell its offsets: it changes in them, or never."""
        never = len({self._first, *self._offsets}) == 1
        return never or self._instants[-1] > _COMPARED_FROM.replace(tzinfo=None)

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """The offset at a wall-clock time."""
        if dt is None:
            return self._offsets[-1]
        return self._offset(bisect_right(self._walls[dt.fold], dt.replace(tzinfo=None)))

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Unknown: the observances say which offset holds, not how much of it is saved."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Nameless."""
        return None

    def fromutc(self, dt: datetime) -> datetime:
        """The wall-clock time of an instant."""
        instant = dt.replace(tzinfo=None)
        index = bisect_right(self._instants, instant)
        wall = instant + self._offset(index)
        second_pass = wall < self._walls[0][index - 1] if index else False
        return wall.replace(tzinfo=self, fold=int(second_pass))

    def _offset(self, index: int) -> timedelta:
        return self._offsets[index - 1] if index else self._first


def observed_zone(timezone: Component) -> ObservedZone | None:
    """The zone a VTIMEZONE describes; None when no observance of it can be read."""
    meter = Meter.start(_STEPS, _CPU_MS)
    onsets: dict[datetime, _Onset] = {}
    for observance in timezone.children:
        try:
            for onset in _onsets(observance, meter):
                onsets[onset.wall] = onset
        except OverBudget:
            return None
        except (BadValue, OverflowError, ValueError):
            continue
    if not onsets:
        return None
    return ObservedZone(sorted(onsets.values(), key=lambda onset: onset.instant))


def _onsets(observance: Component, meter: Meter) -> Iterator[_Onset]:
    start = observance.first("DTSTART")
    before, after = observance.first("TZOFFSETFROM"), observance.first("TZOFFSETTO")
    if start is None or after is None:
        return
    to = utc_offset(after.value)
    since = utc_offset(before.value) if before else to
    wall = moment_of(start).wall
    # Only the order of onsets before the first year counts, and years 1 and 9999 overflow.
    yield _Onset(min(max(wall, datetime(1601, 1, 1)), _LAST), since, to)  # noqa: DTZ001
    for source in observance.all("RDATE"):
        for one in moments_of(source):
            if isinstance(one, Moment):
                yield _Onset(one.wall, since, to)
    for source in observance.all("RRULE"):
        rule = parse(source.value)
        for onset in walls(rule, wall, _FIRST, _until(rule, since), meter):
            yield _Onset(onset, since, to)


def _until(rule: Rule, since: timedelta) -> datetime:
    """UNTIL of an observance is UTC (RFC 5545 section 3.6.5), inclusive; onsets are wall clock."""
    if rule.until is None:
        return _LAST
    until = rule.until.wall
    if rule.until.is_date:
        return min(until + timedelta(days=1), _LAST)
    return min(until + (since if rule.until.is_utc else timedelta()) + timedelta(seconds=1), _LAST)


def iana_equivalent(zone: ObservedZone, hint: str) -> str | None:
    """An IANA zone that has had the same offsets for years, the one named in the hint first."""
    if not zone.comparable:
        return None
    alike = _iana_fingerprints().get(_fingerprint(zone), ())
    words = hint.casefold().replace(" ", "_")
    named = [tzid for tzid in alike if _city(tzid) in words]
    return min(named, key=lambda tzid: words.index(_city(tzid)), default=next(iter(alike), None))


def nearest_fixed(zone: ObservedZone) -> str:
    """An IANA zone with the offset the zone has when the comparison begins, for display only."""
    offset = _fingerprint(zone)[0]
    hours, rest = divmod(offset, _HOUR)
    # POSIX signs: Etc/GMT-1 is one hour ahead of UTC.
    tzid = f"Etc/GMT{-hours:+d}"
    if not rest and tzid in available_timezones():
        return tzid
    alike = (tzids[0] for offsets, tzids in _iana_fingerprints().items() if offsets[0] == offset)
    return next(alike, "Etc/UTC")


def _city(tzid: str) -> str:
    return tzid.rpartition("/")[2].casefold()


def _fingerprint(zone: tzinfo) -> Fingerprint:
    return tuple(
        at.astimezone(zone).utcoffset() or _NO_OFFSET
        for at in (_COMPARED_FROM + timedelta(weeks=week) for week in range(_COMPARED_WEEKS))
    )


@cache
def _iana_fingerprints() -> dict[Fingerprint, list[str]]:
    """IANA zones by their offsets, worked out once: of public data, not of anybody's calendar.

    Plain offsets come first, then well-known zones, what Windows calls its zones, the others.
    """
    names = available_timezones()
    plain = sorted(name for name in names if name.startswith("Etc/GMT"))
    places = sorted(name for name in names if "/" in name and not name.startswith("Etc/"))
    known = ["Etc/UTC", *plain, *_FAVOURED, *WINDOWS_ZONES.values(), *places]
    found: dict[Fingerprint, list[str]] = {}
    for tzid in dict.fromkeys(known):
        if tzid in names:
            found.setdefault(_fingerprint(ZoneInfo(tzid)), []).append(tzid)
    return found
