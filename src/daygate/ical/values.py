"""The value types of RFC 5545 section 3.3 that carry time, read leniently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from daygate.ical.component import Property
from daygate.ical.faults import BadValue

# RFC 5545 sections 3.3.4 and 3.3.5; the dashes, colons, fractions and missing seconds are what
# careless producers write.
_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(Z)?)?",
    re.ASCII | re.IGNORECASE,
)
# RFC 5545 section 3.3.6. Seven digits of any unit stay inside timedelta.
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,7})W)?(?:(\d{1,7})D)?"
    r"(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})S)?)?",
    re.ASCII | re.IGNORECASE,
)
# RFC 5545 section 3.3.14.
_OFFSET = re.compile(r"([+-])?(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)
_LAST_SECOND = 59


@dataclass(frozen=True, slots=True)
class Moment:
    """A DATE or DATE-TIME as written: wall clock without zone, and how to understand it."""

    wall: datetime
    is_date: bool = False
    is_utc: bool = False
    tzid: str | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """Nominal days and exact seconds, which RFC 5545 section 3.3.6 keeps apart."""

    days: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Period:
    """RFC 5545 section 3.3.9: a start with an end or a duration."""

    start: Moment
    end: Moment | Duration


def moment(text: str, tzid: str | None = None) -> Moment:
    """Read a DATE or a DATE-TIME, whichever it looks like."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise BadValue("date-time", text)
    year, month, day, hour, minute, second, zulu = found.groups()
    try:
        if hour is None:
            return Moment(datetime(int(year), int(month), int(day)), is_date=True)  # noqa: DTZ001
        wall = datetime(  # noqa: DTZ001
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            # RFC 5545 section 3.3.12: a leap second counts as the second before.
            min(int(second or 0), _LAST_SECOND),
        )
    except ValueError as error:
        raise BadValue("date-time", text) from error
    return Moment(wall, is_utc=bool(zulu), tzid=None if zulu else tzid)


def moment_of(source: Property) -> Moment:
    """The single DATE or DATE-TIME of a property; `VALUE=DATE` cuts a time of day off."""
    return _as_declared(moment(source.value, source.params.get("TZID")), source)


def _as_declared(found: Moment, source: Property) -> Moment:
    if found.is_date or source.params.get("VALUE", "").upper() != "DATE":
        return found
    return Moment(found.wall.replace(hour=0, minute=0, second=0), is_date=True)


def moments_of(source: Property, days: tuple[str, str] = ("", "A")) -> Iterator[Moment | Period]:
    """The comma-separated list of an RDATE or EXDATE; unreadable items are left out.

    So are dates that do not lie between the two days (`20260105`) as text: some lists are long.
    """
    tzid = source.params.get("TZID")
    first, last = days
    for item in source.value.split(","):
        if "/" not in item and not first <= item.strip().replace("-", "")[:8] <= last:
            continue
        try:
            if "/" in item:
                yield period(item, tzid)
            else:
                yield _as_declared(moment(item, tzid), source)
        except BadValue:
            continue


def period(text: str, tzid: str | None = None) -> Period:
    """Read `start/end` or `start/duration`."""
    start, _, end = text.partition("/")
    if end.strip().upper().startswith(("P", "+P", "-P")):
        return Period(moment(start, tzid), duration(end))
    return Period(moment(start, tzid), moment(end, tzid))


def duration(text: str) -> Duration:
    """Read a DURATION."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()[1:]):
        raise BadValue("duration", text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    return Duration(sign * (weeks * 7 + days), sign * (hours * 3600 + minutes * 60 + seconds))


def utc_offset(text: str) -> timedelta:
    """Read a UTC-OFFSET."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        raise BadValue("utc-offset", text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if size >= timedelta(days=1):
        raise BadValue("utc-offset", text)
    return -size if found[1] == "-" else size
