"""Instants and windows: seconds and milliseconds since 1970 UTC, and how the API writes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MS_PER_S = 1000
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[start, end)`, both aware UTC."""

    start: datetime
    end: datetime


def epoch_s(moment: datetime | date) -> int:
    """Whole seconds since 1970 UTC; a date counts from its midnight in UTC."""
    if isinstance(moment, datetime):
        return int(moment.timestamp())
    return int(datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp())


def from_s(seconds: int) -> datetime:
    """The aware UTC datetime of whole seconds since 1970, over the whole range of datetime."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of milliseconds since 1970, cut to whole seconds."""
    return from_s(milliseconds // MS_PER_S)


def wire_time(moment: datetime) -> str:
    """`2014-08-05T14:30:00Z`: the API's only way to write a plain instant; never a fraction."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
