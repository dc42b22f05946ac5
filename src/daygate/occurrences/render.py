"""Events -> the pieces of their JSON answers that are equal for every reader."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from daygate.domain.event import Event, Participation, Person, Status, Transparency, Words
from daygate.domain.ids import CalendarId, event_uid, series_identifier
from daygate.domain.moments import DAY_S, epoch_s, wire_day, wire_time_s
from daygate.domain.served import Served

_MEETING = re.compile(
    r"https://(?:[\w.-]+\.zoom\.us/[jw]/|meet\.google\.com/|teams\.microsoft\.com/l/meetup-join/"
    r"|teams\.live\.com/meet/|[\w.-]+\.webex\.com/|meet\.jit\.si/)[^\s<>\"']{1,1500}"
)
_LONGEST_TEXT = 262_144


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all occurrences with the same words have in common.

    `opening` and `rest` are the head without the event_uid between them.
    """

    opening: bytes
    rest: bytes
    place: bytes
    lat: str | None
    long: str | None
    location: bytes | None
    free_busy_status: str
    invited: bool
    created_s: int | None
    updated_s: int | None
    digest: bytes


class Renderer:
    """Renders the events of one object; words that several share are rendered once."""

    def __init__(
        self, calendar_id: CalendarId, key_hash: bytes, own_addresses: frozenset[str]
    ) -> None:
        # `own_addresses` are the person's, in lower case.
        self._calendar_id, self._key_hash, self._own = calendar_id, key_hash, own_addresses
        self._shared: dict[int, tuple[Words, _Shared]] = {}

    def served(self, event: Event) -> Served:
        """The served copy of one occurrence."""
        shared = self._shared_of(event)
        start, end, start_tzid, end_tzid = span = event.span
        start_s, end_s, all_day = epoch_s(start), epoch_s(end), span.all_day
        uid = event_uid(self._calendar_id, event.uid, event.recurrence_id)
        tail = plain_times(start_s, end_s, all_day=all_day) + shared.place
        changing = b"%b\x1f%b\x1f%b" % (tail, start_tzid.encode(), end_tzid.encode())
        return Served(
            self._calendar_id,
            uid,
            self._key_hash,
            event.recurrence_id or "",
            start_s,
            end_s,
            all_day,
            start_tzid,
            end_tzid,
            b'%b"%b"%b' % (shared.opening, uid.encode(), shared.rest),
            tail,
            shared.lat,
            shared.long,
            shared.location,
            shared.free_busy_status,
            event.recurring,
            shared.invited,
            shared.created_s,
            shared.updated_s,
            hashlib.sha256(shared.digest + changing).digest(),
        )

    def _shared_of(self, event: Event) -> _Shared:
        # By identity, which also tells series apart: comparing words would cost more than
        # rendering them. Words are kept beside their answer so that their id is not given away.
        held = self._shared.get(id(event.words))
        if held is None:
            held = self._shared[id(event.words)] = event.words, self._render(event)
        return held[1]

    def _render(self, event: Event) -> _Shared:
        words, own = event.words, self._own
        opening = b'{"calendar_id":%b,"event_uid":' % orjson.dumps(self._calendar_id)
        rest = b"," + orjson.dumps(_head(event, self._calendar_id, own))[1:-1]
        location = orjson.dumps(words.location.description) if words.location else None
        lat = words.location.lat if words.location else None
        long = words.location.long if words.location else None
        status = _free_busy_status(words, own)
        return _Shared(
            opening=opening,
            rest=rest,
            place=plain_location(location),
            lat=lat,
            long=long,
            location=location,
            free_busy_status=status,
            invited=_invited(words, own),
            created_s=epoch_s(words.created) if words.created else None,
            updated_s=epoch_s(words.updated) if words.updated else None,
            digest=hashlib.sha256(rest + repr((lat, long, status)).encode()).digest(),
        )


def plain_times(start_s: int, end_s: int, *, all_day: bool) -> bytes:
    """`,"start":"...","end":"..."`: UTC instants, or dates."""
    if all_day:
        start, end = wire_day(start_s // DAY_S), wire_day(end_s // DAY_S)
    else:
        start, end = wire_time_s(start_s), wire_time_s(end_s)
    return f',"start":"{start}","end":"{end}"'.encode()


def plain_location(description: bytes | None) -> bytes:
    """`,"location":{"description":...}`, or nothing."""
    return b"" if description is None else b',"location":{"description":%b}' % description


def _head(
    event: Event, calendar_id: CalendarId, own_addresses: frozenset[str]
) -> Mapping[str, Any]:
    """All that follows the identity of an event."""
    words = event.words
    head: dict[str, Any] = {
        "summary": words.summary[:_LONGEST_TEXT],
        "description": words.description[:_LONGEST_TEXT],
        "participation_status": _participation(words, own_addresses),
        "attendees": [
            {"email": each.email, "display_name": each.name, "status": each.status}
            for each in words.attendees
        ],
        "transparency": words.transparency,
        "status": words.status,
        "categories": list(words.categories),
        "recurring": event.recurring,
        "event_private": words.private,
    }
    if words.organizer is not None:
        head["organizer"] = _person(words.organizer)
    if event.recurring:
        head["series_identifier"] = series_identifier(calendar_id, event.uid)
    meeting_url = _meeting_url(words)
    if meeting_url is not None:
        head["meeting_url"] = meeting_url
    if words.url is not None:
        head["url"] = words.url
    return head


def _person(person: Person) -> Mapping[str, str | None]:
    return {"email": person.email, "display_name": person.name}


def _meeting_url(words: Words) -> str | None:
    texts = (words.url, words.location.description if words.location else None, words.description)
    for text in texts:
        found = _MEETING.search(text[:_LONGEST_TEXT]) if text else None
        if found:
            return found.group()
    return None


def _own_answer(words: Words, own_addresses: frozenset[str]) -> Participation | None:
    for attendee in words.attendees:
        if attendee.email.lower() in own_addresses:
            return attendee.status
    return None


def _organised_by(words: Words, own_addresses: frozenset[str]) -> bool:
    return bool(
        words.organizer and words.organizer.email and words.organizer.email.lower() in own_addresses
    )


def _invited(words: Words, own_addresses: frozenset[str]) -> bool:
    return _own_answer(words, own_addresses) is not None and not _organised_by(words, own_addresses)


def _participation(words: Words, own_addresses: frozenset[str]) -> Participation:
    own = _own_answer(words, own_addresses)
    if own is not None:
        return own
    if not words.attendees or _organised_by(words, own_addresses):
        return Participation.ACCEPTED
    return Participation.UNKNOWN


def _free_busy_status(words: Words, own_addresses: frozenset[str]) -> str:
    own = _own_answer(words, own_addresses)
    if (
        words.transparency is Transparency.TRANSPARENT
        or words.status is Status.CANCELLED
        or own is Participation.DECLINED
    ):
        return "free"
    if words.status is Status.TENTATIVE or own is Participation.TENTATIVE:
        return "tentative"
    return "busy" if words.transparency is Transparency.OPAQUE else "unknown"
