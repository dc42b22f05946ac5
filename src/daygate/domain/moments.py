"""Instants and windows: seconds and milliseconds since 1970 UTC, and how the API writes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MS_PER_S = 1000
DAY_S = 86_400
_HOUR_S = 3600
_MINUTE_S = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[start, end)`, both aware UTC."""

    start: datetime
    end: datetime


def epoch_s(moment: datetime | date) -> int:
    """Whole seconds since 1970 UTC; a date counts from its midnight in UTC."""
    if isinstance(moment, datetime):
        since = moment - _EPOCH
        return since.days * DAY_S + since.seconds
    return (moment.toordinal() - _EPOCH_DAY) * DAY_S


def from_s(seconds: int) -> datetime:
    """The aware UTC datetime of whole seconds since 1970, over the whole range of datetime."""
    return _EPOCH + timedelta(seconds=seconds)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of milliseconds since 1970, cut to whole seconds."""
    return from_s(milliseconds // MS_PER_S)


def wire_time(moment: datetime) -> str:
    """`2014-08-05T14:30:00Z`: the API's only way to write a plain instant; never a fraction."""
    return wire_time_s(epoch_s(moment))


def wire_time_s(seconds: int) -> str:
    """The same of whole seconds since 1970."""
    day, second = divmod(seconds, DAY_S)
    return f"{wire_day(day)}T{_clock(second)}Z"


def basic_time_s(seconds: int) -> str:
    """`20140805T143000Z`: the same in the basic format of iCalendar."""
    day, second = divmod(seconds, DAY_S)
    return f"{basic_day(day)}T{_basic_clock(second)}Z"


# Events share few days and few times of day, and a pull writes thousands of them.
@lru_cache(maxsize=4096)
def wire_day(day: int) -> str:
    """`2014-08-05`, from days since 1970."""
    return date.fromordinal(_EPOCH_DAY + day).isoformat()


@lru_cache(maxsize=4096)
def _clock(second: int) -> str:
    return f"{second // _HOUR_S:02}:{second // _MINUTE_S % 60:02}:{second % _MINUTE_S:02}"


@lru_cache(maxsize=4096)
def basic_day(day: int) -> str:
    """`20140805`, from days since 1970."""
    return wire_day(day).replace("-", "")


@lru_cache(maxsize=4096)
def _basic_clock(second: int) -> str:
    return _clock(second).replace(":", "")
