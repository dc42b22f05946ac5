"""Which time zone a TZID means, asked per calendar object and cached nowhere else.

Two people's "Customized Time Zone" are two zones: a cache across objects would let one calendar
move the events of another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from daygate.domain.event import Flag
from daygate.ical.component import CalendarObject, Component
from daygate.ical.vtimezone import iana_equivalent, nearest_fixed, observed_zone
from daygate.ical.windows_zones import WINDOWS_ZONES

UTC_TZID = "Etc/UTC"
# Names of UTC in use; the last is Microsoft Graph's.
_ALIASES = dict.fromkeys(
    ("z", "utc", "gmt", "utc+0", "gmt+0", "gmt-0", "(utc)", "tzone://microsoft/utc"), UTC_TZID
)
_WINDOWS = {name.casefold(): tzid for name, tzid in WINDOWS_ZONES.items()}
# `UTC+2`, `GMT-05:00`, `+0100`, `(UTC+01:00)`: whole hours only.
_OFFSET_NAME = re.compile(r"\(?(?:UTC|GMT)?([+-])(\d{1,2})(?::?00)?\)?", re.ASCII | re.IGNORECASE)
_MAX_OFFSET_HOURS = 12
_LONGEST_NAME_PARTS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WALL = _EPOCH.replace(tzinfo=None)
_NO_OFFSET = timedelta()


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone to compute with, the IANA name to show, and what is uncertain about it."""

    tz: tzinfo
    tzid: str
    flag: Flag | None = None

    # Both by subtraction: `replace` and `astimezone` cost five times as much.
    def instant(self, wall: datetime) -> datetime:
        """The UTC instant of a wall-clock time; RFC 5545 section 3.3.5 for gaps and overlaps."""
        return _EPOCH + (wall - _EPOCH_WALL - (self.tz.utcoffset(wall) or _NO_OFFSET))

    def wall(self, instant: datetime) -> datetime:
        """The wall-clock time of a UTC instant."""
        offset = instant.astimezone(self.tz).utcoffset() or _NO_OFFSET
        return _EPOCH_WALL + (instant - _EPOCH + offset)


UTC_ZONE = Zone(UTC, UTC_TZID)


class Zones:
    """The time zones of one calendar object."""

    def __init__(self, obj: CalendarObject, fallback_tzid: str | None) -> None:
        self._embedded = {
            tzid.text.strip(): timezone
            for timezone in obj.timezones
            if (tzid := timezone.first("TZID")) is not None
        }
        self._seen: dict[str, Zone] = {}
        self._default = self._first_known(obj.calendar_property("X-WR-TIMEZONE"), fallback_tzid)

    @property
    def floating(self) -> Zone:
        """The zone of times without one."""
        return self._default or Zone(UTC, UTC_TZID, Flag.FLOATING)

    def zone(self, tzid: str) -> Zone:
        """The zone a TZID means in this object; flagged when nobody can tell."""
        found = self._seen.get(tzid)
        if found is None:
            found = self._seen[tzid] = self._known(tzid) or self._unknown()
        return found

    def _first_known(self, *tzids: str | None) -> Zone | None:
        found = (self._known(tzid) for tzid in tzids if tzid)
        return next((zone for zone in found if zone is not None), None)

    def _known(self, tzid: str) -> Zone | None:
        name = tzid.strip().strip('"')
        iana = iana_name(name)
        if iana is not None:
            return Zone(ZoneInfo(iana), iana)
        timezone = self._embedded.get(name)
        return None if timezone is None else _embedded_zone(name, timezone)

    def _unknown(self) -> Zone:
        known = self._default or UTC_ZONE
        return Zone(known.tz, known.tzid, Flag.UNKNOWN_ZONE)


def resolver(obj: CalendarObject, fallback_tzid: str | None = None) -> Zones:
    """The zones of one object; the fallback is the calendar's own zone, for floating times."""
    return Zones(obj, fallback_tzid)


def iana_name(tzid: str) -> str | None:
    """The IANA name of an IANA, prefixed, aliased or Windows time zone name."""
    # Membership comes first: zoneinfo would look for a file of whatever name it is given.
    if tzid in _iana():
        return tzid
    folded = tzid.casefold()
    found = _folded_iana().get(folded) or _ALIASES.get(folded) or _WINDOWS.get(folded)
    return found or _from_path(tzid) or _from_offset(tzid)


def _from_path(tzid: str) -> str | None:
    """`/freeassociation.sourceforge.net/Tzfile/Europe/Berlin` and its like end in the name."""
    parts = tzid.split("/")
    for size in range(min(_LONGEST_NAME_PARTS, len(parts) - 1), 1, -1):
        name = "/".join(parts[-size:])
        if name in _iana():
            return name
    return _ALIASES.get(parts[-1].casefold()) if tzid.startswith("/") else None


def _from_offset(tzid: str) -> str | None:
    found = _OFFSET_NAME.fullmatch(tzid)
    if found is None or int(found[2]) > _MAX_OFFSET_HOURS:
        return None
    # POSIX signs: Etc/GMT-1 is one hour ahead of UTC.
    return f"Etc/GMT{'-' if found[1] == '+' else '+'}{int(found[2])}"


def _embedded_zone(tzid: str, timezone: Component) -> Zone | None:
    for name in ("X-LIC-LOCATION", "X-TZ-LOCATION"):
        location = timezone.first(name)
        if location is not None and location.text in _iana():
            return Zone(ZoneInfo(location.text), location.text)
    observed = observed_zone(timezone)
    if observed is None:
        return None
    iana = iana_equivalent(observed, tzid)
    if iana is not None:
        return Zone(ZoneInfo(iana), iana)
    return Zone(observed, nearest_fixed(observed))


@cache
def _iana() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _folded_iana() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(_iana())}
