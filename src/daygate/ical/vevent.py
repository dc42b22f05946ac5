"""One VEVENT with its times understood: where it starts, how long it lasts, whom it replaces."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from daygate.domain.event import Event, Flag, Span, Words
from daygate.domain.moments import DAY_S, basic_day, basic_time_s, epoch_s
from daygate.ical.component import Component
from daygate.ical.faults import BadValue
from daygate.ical.fields import Properties, words
from daygate.ical.values import Duration, Moment, duration, moment_of
from daygate.ical.zones import UTC_ZONE, Zone, Zones

# Longer than any producer makes them, and short enough for an index.
MAX_UID_CHARS = 1000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Length:
    """Nominal days, added to the wall clock, and exact time (RFC 5545 section 3.3.6)."""

    days: int
    exact: timedelta

    @property
    def longest(self) -> timedelta:
        """At least as long as any occurrence; a nominal day has up to 25 hours."""
        return self.days * (_DAY + timedelta(hours=1)) + self.exact

    def after(self, start: datetime, zone: Zone) -> datetime:
        """The end of what starts at an instant."""
        if not self.days:
            return start + self.exact
        return zone.instant(zone.wall(start) + timedelta(days=self.days)) + self.exact


@dataclass(frozen=True, slots=True)
class Entry:
    """A VEVENT. All-day starts are kept as midnight UTC until they are written out.

    `wall_start` is the start as written: inside a gap it is another time than that of the instant.
    """

    uid: str
    properties: Properties
    words: Words
    start: datetime
    wall_start: datetime
    all_day: bool
    zone: Zone
    length: Length
    end_tzid: str
    sequence: int
    replaces: Moment | None
    and_future: bool

    @property
    def rank(self) -> tuple[int, float]:
        """Of two versions of one thing the higher counts (RFC 5546 section 2.1.4)."""
        return self.sequence, self.words.updated.timestamp() if self.words.updated else 0.0

    def wall(self, instant: datetime) -> datetime:
        """The wall-clock time of an instant where this event takes place."""
        return self.zone.wall(instant)

    def event(
        self, start: datetime, end: datetime, recurrence_id: str | None, shown: Words
    ) -> Event:
        """The event of one occurrence."""
        if self.all_day:
            span = Span(start.date(), end.date())
        else:
            span = Span(start, end, self.zone.tzid, self.end_tzid)
        return Event(self.uid, recurrence_id, span, shown)


def instant_of(one: Moment, zone: Zone) -> datetime:
    """The UTC instant of a moment; a date counts from its midnight in UTC."""
    if one.is_date or one.is_utc:
        return one.wall.replace(tzinfo=UTC)
    return zone.instant(one.wall)


def zone_of(one: Moment, zones: Zones) -> Zone:
    """The zone a moment is written in."""
    if one.is_date or one.is_utc:
        return UTC_ZONE
    return zones.zone(one.tzid) if one.tzid else zones.floating


def canonical(start: datetime, *, all_day: bool) -> str:
    """The recurrence id of an original start."""
    start_s = epoch_s(start)
    return basic_day(start_s // DAY_S) if all_day else basic_time_s(start_s)


def entry(component: Component, zones: Zones) -> Entry:
    """Understand one VEVENT, or raise `BadValue`."""
    properties = component.by_name()
    if "DTSTART" not in properties:
        raise BadValue("DTSTART", "")
    try:
        return _entry(properties, zones)
    except OverflowError as error:
        raise BadValue("DTSTART", properties["DTSTART"][0].value) from error


def _entry(properties: Properties, zones: Zones) -> Entry:
    begin = moment_of(properties["DTSTART"][0])
    zone = zone_of(begin, zones)
    start = instant_of(begin, zone)
    length, end_zone = _length(properties, begin, start, zones)
    replaces = properties.get("RECURRENCE-ID")
    flags = [flag for flag in (zone.flag, end_zone.flag) if flag is not None]
    return Entry(
        uid=_uid(properties),
        properties=properties,
        words=uncertain(words(properties), *flags),
        start=start,
        wall_start=begin.wall,
        all_day=begin.is_date,
        zone=zone,
        length=length,
        end_tzid=end_zone.tzid,
        sequence=_sequence(properties),
        replaces=moment_of(replaces[0]) if replaces else None,
        and_future=replaces is not None
        and replaces[0].params.get("RANGE", "").upper() == "THISANDFUTURE",
    )


def _uid(properties: Properties) -> str:
    found = properties.get("UID")
    uid = found[0].text.strip() if found else ""
    if len(uid) > MAX_UID_CHARS:
        raise BadValue("UID", uid)
    if uid:
        return uid
    # RFC 5545 section 3.8.4.7 requires one; without it, equal content is the same event.
    digest = hashlib.sha256()
    for name in ("DTSTART", "SUMMARY", "LOCATION"):
        for source in properties.get(name, ()):
            digest.update(f"{name}:{source.value}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def _sequence(properties: Properties) -> int:
    found = properties.get("SEQUENCE")
    text = found[0].value.strip() if found else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _length(
    properties: Properties, begin: Moment, start: datetime, zones: Zones
) -> tuple[Length, Zone]:
    """RFC 5545 section 3.6.1: DTEND, else DURATION, else one day for a date, nothing for a time."""
    zone = zone_of(begin, zones)
    try:
        if "DTEND" in properties:
            return _until(begin, start, moment_of(properties["DTEND"][0]), zones)
        if "DURATION" in properties:
            return lasting(duration(properties["DURATION"][0].value), all_day=begin.is_date), zone
    except BadValue:
        pass
    return Length(int(begin.is_date), timedelta()), zone


def _until(begin: Moment, start: datetime, end: Moment, zones: Zones) -> tuple[Length, Zone]:
    if begin.is_date:
        days = (end.wall.date() - begin.wall.date()).days
        return Length(max(1, days), timedelta()), UTC_ZONE
    if end.is_date:
        end = Moment(end.wall, tzid=begin.tzid, is_utc=begin.is_utc)
    zone = zone_of(end, zones)
    return Length(0, max(timedelta(), instant_of(end, zone) - start)), zone


def lasting(given: Duration, *, all_day: bool) -> Length:
    """The length a DURATION means; a negative one counts as none."""
    exact = timedelta(seconds=given.seconds)
    if all_day:
        # RFC 5545 section 3.8.2.5: dates last whole days.
        return Length(max(1, given.days + exact // _DAY), timedelta())
    if given.days < 0 or given.seconds < 0:
        return Length(0, timedelta())
    return Length(given.days, exact)


def day_of(one: Moment, zones: Zones) -> datetime:
    """The day an all-day occurrence is named by, as midnight UTC, when a time is written instead.

    Midnight in UTC is a date written carelessly; any other UTC time is local midnight, converted.
    """
    wall = one.wall
    if one.is_utc and wall.time() != time.min:
        wall = wall.replace(tzinfo=UTC).astimezone(zones.floating.tz)
    return datetime(wall.year, wall.month, wall.day, tzinfo=UTC)


def uncertain(shown: Words, *flags: Flag) -> Words:
    """The words with more flags on them."""
    return replace(shown, flags=shown.flags | frozenset(flags)) if flags else shown
