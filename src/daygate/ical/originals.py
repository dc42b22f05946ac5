"""The original starts of a series: what rules and dates say, less what they exclude."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from daygate.ical.faults import BadValue
from daygate.ical.meter import Meter, OverBudget
from daygate.ical.rule import Rule, parse
from daygate.ical.series import Series
from daygate.ical.values import Duration, Moment, Period, moments_of
from daygate.ical.vevent import Entry, Length, canonical, day_of, instant_of, lasting, zone_of
from daygate.ical.walk import walls

# Arithmetic with offsets and lengths stays inside datetime between these.
EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
LATEST = datetime(9998, 1, 1, tzinfo=UTC)
# Wall clocks jump by at most this much where a window is translated into them.
_SLACK = timedelta(hours=3)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

# Original starts; an RDATE that is a period has a length of its own.
Slots = dict[datetime, Length | None]


class Originals:
    """The original starts of a master inside a half-open stretch."""

    def __init__(
        self,
        series: Series,
        master: Entry,
        stretch: tuple[datetime, datetime],
        meters: tuple[Meter, Meter],
    ) -> None:
        self.slots: Slots = {}
        self.capped = False
        self.broken: list[str] = []
        self._series, self._master = series, master
        self._low, self._high = stretch
        self._meter, self._exclusion_meter = meters

    def fill(self, most: int) -> None:
        """Add what rules and dates say, then take out what they exclude."""
        try:
            self._include(most)
        except OverBudget:
            self.capped = True
        try:
            self._exclude_dates()
            for instant in self._by_rules("EXRULE", self._exclusion_meter):
                self.slots.pop(instant, None)
        except OverBudget:
            self.capped = True

    def _include(self, most: int) -> None:
        slots = self.slots
        if self._low <= self._master.start < self._high:
            slots[self._master.start] = None
        for source in self._master.properties.get("RDATE", ()):
            for one in moments_of(source, self._days()):
                self._meter.step()
                self._add_date(one)
        for instant in self._by_rules("RRULE", self._meter):
            slots.setdefault(instant, None)
            if len(slots) > most:
                raise OverBudget

    def _add_date(self, one: Moment | Period) -> None:
        try:
            if isinstance(one, Moment):
                self.slots[self._instant(one)] = None
                return
            start = self._instant(one.start)
            if isinstance(one.end, Duration):
                self.slots[start] = lasting(one.end, all_day=self._master.all_day)
            else:
                days = int(self._master.all_day)
                exact = timedelta() if days else self._instant(one.end) - start
                self.slots[start] = Length(days, max(timedelta(), exact))
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
                self.capped = True
                self.broken.append(f"{self._master.uid}: {name}: {error}")

    def _by_rule(self, rule: Rule, meter: Meter) -> Iterator[datetime]:
        master, zone = self._master, self._master.zone
        low, high = master.wall(self._low) - _SLACK, master.wall(self._high) + _SLACK
        if rule.until is not None:
            high = min(high, _last_wall(rule.until, master) + _SECOND)
        for wall in walls(rule, master.wall_start, low, high, meter):
            instant = zone.instant(wall)
            if self._low <= instant < self._high:
                yield instant

    def _exclude_dates(self) -> None:
        days: set[date] = set()
        for source in self._master.properties.get("EXDATE", ()):
            for one in moments_of(source, self._days()):
                self._exclusion_meter.step()
                if not isinstance(one, Moment):
                    continue
                if one.is_date and not self._master.all_day:
                    days.add(one.wall.date())
                else:
                    self.slots.pop(self._instant(one), None)
        if days:
            for instant in [key for key in self.slots if self._master.wall(key).date() in days]:
                del self.slots[instant]

    def _days(self) -> tuple[str, str]:
        """The stretch as text, wide enough for every offset."""
        return (
            canonical(max(self._low - 2 * _DAY, EARLIEST), all_day=True),
            canonical(self._high + 2 * _DAY, all_day=True),
        )


def _last_wall(until: Moment, master: Entry) -> datetime:
    """The last wall-clock time a rule may reach (RFC 5545 section 3.3.10, UNTIL, inclusive)."""
    if master.all_day:
        return datetime.combine(until.wall.date(), time.min)
    if until.is_date:
        return until.wall + _DAY - _SECOND
    return master.wall(until.wall.replace(tzinfo=UTC)) if until.is_utc else until.wall
