"""Expanding a series in an answer (RFC 4791 section 9.6.5): instances in UTC, and no rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lxml import etree

from daygate.domain.event import Event
from daygate.domain.moments import Window
from daygate.sandbox.collections import Member
from daygate.sandbox.filters import window_of
from daygate.sandbox.ics_text import Moment, component, moment_line, outline, unfold, vcalendar
from daygate.sandbox.multistatus import caldav, dav
from daygate.sandbox.spans import happenings

_UTC = ZoneInfo("UTC")
_WHEN = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_EXPAND = f"{dav('prop')}/{caldav('calendar-data')}/{caldav('expand')}"


def asked_window(body: etree._Element) -> Window | None:
    """The window of an `expand` in a report's body."""
    found = body.find(_EXPAND)
    return None if found is None else window_of(found)


def expanded(member: Member, window: Window) -> Member:
    """The object with its instances inside the window in place of what it holds."""
    if member.component != "VEVENT":
        return member
    _, components = outline(unfold(member.text))
    bodies = [lines for name, lines in components if name == "VEVENT"]
    parts = [_instance(bodies, one.event) for one in happenings([member], window, _UTC)]
    return replace(member, text=vcalendar(parts))


def _instance(bodies: Sequence[Sequence[str]], event: Event) -> list[str]:
    body = next((lines for lines in bodies if _original(lines) == event.recurrence_id), None)
    if body is None:
        body = next(lines for lines in bodies if _original(lines) is None)
    rest = [line for line in body if not line.upper().startswith(_WHEN)]
    when = [
        moment_line("DTSTART", _utc(event.span.start)),
        moment_line("DTEND", _utc(event.span.end)),
    ]
    if event.recurrence_id is not None:
        kind = ";VALUE=DATE" if "T" not in event.recurrence_id else ""
        when.append(f"RECURRENCE-ID{kind}:{event.recurrence_id}")
    return component("VEVENT", [*rest, *when])


def _original(body: Sequence[str]) -> str | None:
    """When an override's instance began at first, as `Event.recurrence_id` writes it."""
    line = next((line for line in body if line.upper().startswith("RECURRENCE-ID")), None)
    if line is None:
        return None
    head, _, text = line.rpartition(":")
    _, has_zone, tzid = head.partition("TZID=")
    if not has_zone or text.endswith("Z"):
        return text
    local = datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(tzid))
    return f"{local.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _utc(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
