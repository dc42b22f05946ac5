"""SECONDLY, MINUTELY and HOURLY rules by arithmetic: what cannot match is jumped over."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil import rrule

from daygate.ical.meter import Meter
from daygate.ical.rule import Rule

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86_400
_UNIT_S = {rrule.SECONDLY: 1, rrule.MINUTELY: _MINUTE_S, rrule.HOURLY: _HOUR_S}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


class _Days(dict[int, bool]):
    """Whether a day passes BYMONTH, BYYEARDAY, BYMONTHDAY and BYDAY, worked out once a day.

    All four limit at these frequencies (RFC 5545 section 3.3.10, table).
    """

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, day: int) -> bool:
        self[day] = matches = self._matches(_EPOCH.date() + timedelta(days=day))
        return matches

    def _matches(self, on: date) -> bool:
        rule = self._rule
        if rule.month and on.month not in rule.month:
            return False
        if rule.weekday and not any(on.weekday() == weekday for weekday, _ in rule.weekday):
            return False
        if not _listed(rule.month_day, on.day, monthrange(on.year, on.month)[1]):
            return False
        year_days = date(on.year, 12, 31).timetuple().tm_yday
        return _listed(rule.year_day, on.timetuple().tm_yday, year_days)


def subdaily(
    rule: Rule, start: datetime, low: datetime, high: datetime, meter: Meter
) -> Iterator[datetime]:
    """The wall-clock times of the rule before `high`; those before `low` only if they count."""
    start_s, high_s = _seconds(start), _seconds(high)
    left = high_s if rule.count is None else rule.count
    for period_s in _periods(rule, start_s, _seconds(low), high_s, meter):
        for second in _in_period(rule, period_s, start):
            if left <= 0:
                return
            if second >= start_s:
                left -= 1
                yield _EPOCH + timedelta(seconds=second)


def _seconds(wall: datetime) -> int:
    return (wall - _EPOCH) // timedelta(seconds=1)


def _periods(rule: Rule, start_s: int, low_s: int, high_s: int, meter: Meter) -> Iterator[int]:
    """The beginning of every period that passes the limiting parts."""
    unit_s = _UNIT_S[rule.freq]
    step_s = unit_s * rule.interval
    first_s = start_s - start_s % unit_s
    at_s = first_s
    days = _Days(rule)
    if rule.count is None and low_s > first_s:
        at_s += (low_s - first_s) // step_s * step_s
    while at_s < high_s:
        meter.step()
        skip_to_s = _obstacle(rule, at_s, days)
        if skip_to_s is None:
            yield at_s
            at_s += step_s
        else:
            at_s += -(-(skip_to_s - at_s) // step_s) * step_s


def _obstacle(rule: Rule, at_s: int, days: _Days) -> int | None:
    """Where the smallest unit that rules this period out ends; None if nothing does."""
    day_s = at_s - at_s % _DAY_S
    if not days[day_s // _DAY_S]:
        return day_s + _DAY_S
    hour, rest = divmod(at_s - day_s, _HOUR_S)
    if rule.hour and hour not in rule.hour:
        return at_s - rest + _HOUR_S
    minute, second = divmod(rest, _MINUTE_S)
    if rule.freq >= rrule.MINUTELY and rule.minute and minute not in rule.minute:
        return at_s - second + _MINUTE_S
    if rule.freq == rrule.SECONDLY and rule.second and second not in rule.second:
        return at_s + 1
    return None


def _listed(numbers: tuple[int, ...], number: int, size: int) -> bool:
    return not numbers or number in numbers or number - size - 1 in numbers


def _in_period(rule: Rule, period_s: int, start: datetime) -> list[int]:
    """What BYMINUTE and BYSECOND make of one period, and what BYSETPOS leaves of it."""
    found = [period_s]
    if rule.freq == rrule.HOURLY:
        found = [period_s + m * _MINUTE_S for m in rule.minute or (start.minute,)]
    if rule.freq <= rrule.MINUTELY:
        found = [base + s for base in found for s in rule.second or (start.second,)]
    if not rule.setpos:
        return found
    size = len(found)
    picked = {p - 1 if p > 0 else size + p for p in rule.setpos if abs(p) <= size}
    return [found[index] for index in sorted(picked)]
