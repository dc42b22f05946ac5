"""Calendar objects as text, for tests."""

from datetime import UTC, datetime

from daygate.domain.ids import CalendarId
from daygate.domain.moments import Window
from daygate.occurrences.expand import Expanded, Source, expand_object

CALENDAR = CalendarId("cal_abc_0123")
WINDOW = Window(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
ME = frozenset({"me@example.org"})
SOURCE = Source(CALENDAR, "Europe/London", ME)


def vcalendar(*lines: str) -> bytes:
    """One VEVENT of these lines."""
    whole = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:u1", *lines, "END:VEVENT", "END:VCALENDAR")
    return "\r\n".join(whole).encode() + b"\r\n"


def expanded(*lines: str, key: str = "/k.ics", window: Window = WINDOW) -> Expanded:
    """That event, read."""
    return expand_object(key, "r1", vcalendar(*lines), SOURCE, window)
