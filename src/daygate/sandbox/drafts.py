"""Events to be written into the sandbox: one VEVENT each, on days counted from a given week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daygate.sandbox.ics_text import Moment, component, escape, moment_line, vcalendar
from daygate.sandbox.people import Person

PAST_DAYS = 30
FUTURE_DAYS = 180
DAYS_A_WEEK = 7
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """One VEVENT; `more` are further content lines as they stand."""

    uid: str
    summary: str
    start: Moment
    end: Moment
    more: tuple[str, ...] = ()

    def lines(self, stamp: datetime) -> list[str]:
        """The component."""
        head = [f"UID:{self.uid}", f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"]
        times = [moment_line("DTSTART", self.start), moment_line("DTEND", self.end)]
        return component("VEVENT", [*head, *times, f"SUMMARY:{escape(self.summary)}", *self.more])


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted from the Monday of the week the world is built around."""

    today: date

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def stamp(self) -> datetime:
        """When everything was written."""
        return datetime.combine(self.today - timedelta(days=PAST_DAYS), time(8), UTC)

    def at(self, day: int, clock: str, zone: str | None) -> datetime:
        """Wall time on a day: of a zone, of UTC (`UTC`), or floating (None)."""
        tzinfo = UTC if zone == "UTC" else ZoneInfo(zone) if zone else None
        return datetime.combine(
            self.monday + timedelta(days=day), time.fromisoformat(clock), tzinfo
        )

    def whole(self, uid: str, summary: str, day: int, days: int, *more: str) -> Draft:
        """An event of whole days."""
        first = self.monday + timedelta(days=day)
        return Draft(uid, summary, first, first + timedelta(days=days), more)

    def last_friday(self) -> int:
        """The day, before this week began, that was the last Friday of its month."""
        fridays = (self.monday + timedelta(days=day) for day in range(-3, -40, -7))
        last = next(friday for friday in fridays if (friday + timedelta(days=7)).day <= DAYS_A_WEEK)
        return (last - self.monday).days

    def until(self, day: int) -> str:
        """UNTIL of a rule whose DTSTART has a zone: UTC (RFC 5545 section 3.3.10)."""
        return f"UNTIL={self.at(day, '23:59', 'UTC'):%Y%m%dT%H%M%SZ}"


def timed(uid: str, summary: str, start: datetime, *more: str) -> Draft:
    """An event of one hour by the clock on the wall."""
    return Draft(uid, summary, start, start + HOUR, more)


def instance(series: Draft, original: datetime, start: datetime, *more: str) -> Draft:
    """An override: the occurrence that began at `original` now begins at `start`."""
    lines = (moment_line("RECURRENCE-ID", original), *more)
    return Draft(series.uid, series.summary, start, start + HOUR, lines)


def objects(drafts: Iterable[Draft], stamp: datetime) -> dict[str, str]:
    """Texts by UID: a series and its overrides share one object (RFC 4791 section 4.1)."""
    components: dict[str, list[list[str]]] = {}
    for draft in drafts:
        components.setdefault(draft.uid, []).append(draft.lines(stamp))
    return {uid: vcalendar(parts) for uid, parts in components.items()}


def organizer(person: Person) -> str:
    """The ORGANIZER line of a person."""
    return f'ORGANIZER;CN="{person.name}":mailto:{person.email}'


def attendee(person: Person, answer: str) -> str:
    """The ATTENDEE line of a person with their PARTSTAT."""
    rsvp = ";RSVP=TRUE" if answer == "NEEDS-ACTION" else ""
    return f'ATTENDEE;CN="{person.name}";PARTSTAT={answer}{rsvp}:mailto:{person.email}'
