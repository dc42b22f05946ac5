"""One event -> the pieces of its JSON answer that are equal for every reader."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from daygate.domain.event import Event, Participation, Person, Span, Status, Transparency
from daygate.domain.ids import CalendarId, event_uid, series_identifier
from daygate.domain.moments import epoch_s, wire_time
from daygate.domain.served import Served

_MEETING = re.compile(
    r"https://(?:[\w.-]+\.zoom\.us/[jw]/|meet\.google\.com/|teams\.microsoft\.com/l/meetup-join/"
    r"|teams\.live\.com/meet/|[\w.-]+\.webex\.com/|meet\.jit\.si/)[^\s<>\"']{1,1500}"
)
_LONGEST_TEXT = 262_144


def render(
    event: Event, calendar_id: CalendarId, key_hash: bytes, own_addresses: frozenset[str]
) -> Served:
    """The served copy of one occurrence. `own_addresses` are the person's, in lower case."""
    head = orjson.dumps(_head(event, calendar_id, own_addresses))[:-1]
    location = orjson.dumps(event.location.description) if event.location else None
    lat = event.location.lat if event.location else None
    long = event.location.long if event.location else None
    tail = plain_times(event.span) + plain_location(location)
    status = _free_busy_status(event, own_addresses)
    span = event.span
    digest = hashlib.sha256(
        b"\x1f".join(
            (head, tail, repr((span.start_tzid, span.end_tzid, lat, long, status)).encode())
        )
    )
    return Served(
        calendar_id=calendar_id,
        event_uid=event_uid(calendar_id, event.uid, event.recurrence_id),
        key_hash=key_hash,
        recurrence_id=event.recurrence_id or "",
        start_s=epoch_s(span.start),
        end_s=epoch_s(span.end),
        all_day=span.all_day,
        start_tzid=span.start_tzid,
        end_tzid=span.end_tzid,
        head=head,
        tail=tail,
        lat=lat,
        long=long,
        location=location,
        free_busy_status=status,
        recurring=event.recurring,
        invited=_invited(event, own_addresses),
        created_s=epoch_s(event.created) if event.created else None,
        updated_s=epoch_s(event.updated) if event.updated else None,
        body_hash=digest.digest(),
    )


def plain_times(span: Span) -> bytes:
    """`,"start":"...","end":"..."`: UTC instants, or dates."""
    return b',"start":"%b","end":"%b"' % (_plain(span.start), _plain(span.end))


def plain_location(description: bytes | None) -> bytes:
    """`,"location":{"description":...}`, or nothing."""
    return b"" if description is None else b',"location":{"description":%b}' % description


def _plain(moment: datetime | date) -> bytes:
    text = wire_time(moment) if isinstance(moment, datetime) else moment.isoformat()
    return text.encode()


def _head(
    event: Event, calendar_id: CalendarId, own_addresses: frozenset[str]
) -> Mapping[str, Any]:
    head: dict[str, Any] = {
        "calendar_id": calendar_id,
        "event_uid": event_uid(calendar_id, event.uid, event.recurrence_id),
        "summary": event.summary[:_LONGEST_TEXT],
        "description": event.description[:_LONGEST_TEXT],
        "participation_status": _participation(event, own_addresses),
        "attendees": [
            {"email": each.email, "display_name": each.name, "status": each.status}
            for each in event.attendees
        ],
        "transparency": event.transparency,
        "status": event.status,
        "categories": list(event.categories),
        "recurring": event.recurring,
        "event_private": event.private,
    }
    if event.organizer is not None:
        head["organizer"] = _person(event.organizer)
    if event.recurring:
        head["series_identifier"] = series_identifier(calendar_id, event.uid)
    meeting_url = _meeting_url(event)
    if meeting_url is not None:
        head["meeting_url"] = meeting_url
    if event.url is not None:
        head["url"] = event.url
    return head


def _person(person: Person) -> Mapping[str, str | None]:
    return {"email": person.email, "display_name": person.name}


def _meeting_url(event: Event) -> str | None:
    texts = (event.url, event.location.description if event.location else None, event.description)
    for text in texts:
        found = _MEETING.search(text[:_LONGEST_TEXT]) if text else None
        if found:
            return found.group()
    return None


def _own_answer(event: Event, own_addresses: frozenset[str]) -> Participation | None:
    for attendee in event.attendees:
        if attendee.email.lower() in own_addresses:
            return attendee.status
    return None


def _organised_by(event: Event, own_addresses: frozenset[str]) -> bool:
    return bool(
        event.organizer and event.organizer.email and event.organizer.email.lower() in own_addresses
    )


def _invited(event: Event, own_addresses: frozenset[str]) -> bool:
    return _own_answer(event, own_addresses) is not None and not _organised_by(event, own_addresses)


def _participation(event: Event, own_addresses: frozenset[str]) -> Participation:
    own = _own_answer(event, own_addresses)
    if own is not None:
        return own
    if not event.attendees or _organised_by(event, own_addresses):
        return Participation.ACCEPTED
    return Participation.UNKNOWN


def _free_busy_status(event: Event, own_addresses: frozenset[str]) -> str:
    own = _own_answer(event, own_addresses)
    if (
        event.transparency is Transparency.TRANSPARENT
        or event.status is Status.CANCELLED
        or own is Participation.DECLINED
    ):
        return "free"
    if event.status is Status.TENTATIVE or own is Participation.TENTATIVE:
        return "tentative"
    return "busy" if event.transparency is Transparency.OPAQUE else "unknown"
