"""VTIMEZONE text for an IANA zone (RFC 5545 section 3.6.5), each change of offset written out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

YEARS_AFTER = 3  # a series without an end is described this far; readers know the zone by name


@lru_cache(maxsize=64)
def vtimezone(tzid: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """The lines of one VTIMEZONE: the offset when `first_year` opens, then every change."""
    zone = ZoneInfo(tzid)
    opening = datetime(first_year, 1, 1, tzinfo=UTC)
    closing = datetime(last_year + YEARS_AFTER, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}"]
    lines += _observance(zone, opening, opening)
    for change in _changes(zone, opening, closing):
        lines += _observance(zone, change - timedelta(seconds=1), change)
    return (*lines, "END:VTIMEZONE")


def _observance(zone: ZoneInfo, before: datetime, moment: datetime) -> list[str]:
    old, new = before.astimezone(zone), moment.astimezone(zone)
    name = "DAYLIGHT" if new.dst() else "STANDARD"
    starts = moment.replace(tzinfo=None) + (old.utcoffset() or timedelta())
    return [
        f"BEGIN:{name}",
        f"DTSTART:{starts:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{old:%z}",
        f"TZOFFSETTO:{new:%z}",
        f"TZNAME:{new:%Z}",
        f"END:{name}",
    ]


def _changes(zone: ZoneInfo, opening: datetime, closing: datetime) -> Iterator[datetime]:
    """The instants, UTC, from which another offset holds."""
    day = timedelta(days=1)
    moment = opening
    while moment < closing:
        if _offset(zone, moment) != _offset(zone, moment + day):
            yield _change_between(zone, moment, moment + day)
        moment += day


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(zone, middle) == _offset(zone, low):
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
