"""The window a read asks for: dates and times in somebody's zone -> seconds and days. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from daygate.domain.errors import invalid
from daygate.domain.moments import epoch_s
from daygate.occurrences.window import Reach
from daygate.store.readings import Bounds

LONGEST_DAYS = 1100

Edge = date | datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """`from` and `to` as they came; absent ones default to the ends of the served window."""

    start: Edge | None
    end: Edge | None
    tzid: str


def bounds(asking: Asking, reach: Reach, now: datetime) -> Bounds:
    """Half-open bounds. Raises `Invalid` on `to` for a range that is backwards or too long."""
    zone = ZoneInfo(asking.tzid)
    today = now.astimezone(zone).date()
    start = asking.start or today - timedelta(days=reach.past_days)
    end = asking.end or today + timedelta(days=reach.ahead_days)
    found = Bounds(
        from_s=_instant_s(start, zone),
        to_s=_instant_s(end, zone),
        from_day_s=epoch_s(_day(start, zone)),
        to_day_s=epoch_s(_last_day(end, zone)),
    )
    if found.to_s < found.from_s:
        raise invalid("to", "errors.start_after_end", "must not be before from")
    if found.to_s - found.from_s > timedelta(days=LONGEST_DAYS).total_seconds():
        raise invalid("to", "errors.too_long", f"must be within {LONGEST_DAYS} days of from")
    return found


def _instant_s(edge: Edge, zone: ZoneInfo) -> int:
    if isinstance(edge, datetime):
        return epoch_s(edge)
    return epoch_s(datetime(edge.year, edge.month, edge.day, tzinfo=zone).astimezone(UTC))


def _day(edge: Edge, zone: ZoneInfo) -> date:
    return edge.astimezone(zone).date() if isinstance(edge, datetime) else edge


def _last_day(edge: Edge, zone: ZoneInfo) -> date:
    """The first day that is not asked for; a time within a day asks for that day."""
    if not isinstance(edge, datetime):
        return edge
    local = edge.astimezone(zone)
    started = local.time() != datetime.min.time()
    return local.date() + timedelta(days=1) if started else local.date()
