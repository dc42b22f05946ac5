"""Events as the API answers them -> the days of a page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, what, and which calendar it stands in."""

    order: datetime
    when: str
    summary: str
    location: str
    calendar: str
    profile: str
    private: bool


@dataclass(slots=True)
class Day:
    """A day and its lines, whole days first."""

    on: date
    entries: list[Entry] = field(default_factory=list)


def zone_named(tzid: str) -> ZoneInfo:
    """The zone, or UTC where the name says nothing to us."""
    try:
        return ZoneInfo(tzid)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Etc/UTC")


def days(
    events: Iterable[Mapping[str, Any]],
    calendars: Sequence[Mapping[str, Any]],
    zone: ZoneInfo,
    today: date,
) -> list[Day]:
    """Events by the day they begin; one that has begun earlier stands under today."""
    names = {each["calendar_id"]: each for each in calendars}
    found: dict[date, Day] = {}
    for event in events:
        entry = _entry(event, names.get(event["calendar_id"], {}), zone)
        on = max(entry.order.date(), today)
        found.setdefault(on, Day(on)).entries.append(entry)
    for day in found.values():
        day.entries.sort(key=lambda entry: (entry.order, entry.summary))
    return [found[on] for on in sorted(found)]


def _entry(event: Mapping[str, Any], calendar: Mapping[str, Any], zone: ZoneInfo) -> Entry:
    order, when = _when(event["start"], event["end"], zone)
    return Entry(
        order=order,
        when=when,
        summary=event["summary"] or "(no title)",
        location=(event.get("location") or {}).get("description") or "",
        calendar=calendar.get("calendar_name", ""),
        profile=calendar.get("profile_name", ""),
        private=bool(event.get("event_private")),
    )


def _when(start: str, end: str, zone: ZoneInfo) -> tuple[datetime, str]:
    if "T" not in start:
        first, last = date.fromisoformat(start), date.fromisoformat(end) - timedelta(days=1)
        order = datetime(first.year, first.month, first.day, tzinfo=zone)
        return order, "All day" if last <= first else f"Until {_day(last)}"
    begins, ends = _local(start, zone), _local(end, zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{_day(ends)} {ends:%H:%M}"
    return begins, f"{begins:%H:%M} to {until}"


def _local(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
