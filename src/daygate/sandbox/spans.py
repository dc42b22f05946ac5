"""When objects happen: the window test of calendar-query, and a person's week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from daygate.domain.event import Event, Status
from daygate.domain.moments import Window
from daygate.ical.faults import Unreadable
from daygate.ical.reader import read
from daygate.ical.recurrence import Caps, Expansion, expand
from daygate.sandbox.collections import Member

# One occurrence answers the question whether there is any.
ANY = Caps(occurrences=1)
NOTHING = Expansion((), frozenset(), ())


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence, and the object it comes from."""

    member: Member
    event: Event

    def starts(self, zone: ZoneInfo) -> datetime:
        """When it starts on a person's wall; a whole day at its midnight."""
        return _on_the_wall(self.event.span.start, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """When it ends on a person's wall."""
        return _on_the_wall(self.event.span.end, zone)


def happens_in(member: Member, window: Window) -> bool:
    """RFC 4791 section 9.9: whether any part of an object overlaps a half-open window.

    Tasks are not dated here, and match every window as that section says of a VTODO without dates.
    """
    if member.component != "VEVENT":
        return True
    found = _expansion(member, window, ANY, None)
    return bool(found.events or found.flags)


def happenings(members: Iterable[Member], window: Window, zone: ZoneInfo) -> list[Happening]:
    """What is on in a window, in order; a floating time counts in the person's zone."""
    found = [
        Happening(member, event)
        for member in members
        for event in _expansion(member, window, Caps(), str(zone)).events
        if event.words.status is not Status.CANCELLED
    ]
    return sorted(found, key=lambda one: one.starts(zone))


def _on_the_wall(moment: datetime | date, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(zone)
    return datetime(moment.year, moment.month, moment.day, tzinfo=zone)


def _expansion(member: Member, window: Window, caps: Caps, zone: str | None) -> Expansion:
    try:
        return expand(read(member.text.encode()), window, caps, fallback_tzid=zone)
    except Unreadable:
        return NOTHING
