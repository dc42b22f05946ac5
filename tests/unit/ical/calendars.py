"""Small calendars for the tests of this room."""

from datetime import UTC, datetime

from daygate.domain.event import Event
from daygate.domain.moments import Window
from daygate.ical.reader import read
from daygate.ical.recurrence import Caps, Expansion, expand

YEAR_2026 = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def event(*lines: str, uid: str = "one@example.com") -> str:
    """The text of a VEVENT."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    """The bytes of a VCALENDAR."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def expanded(*parts: str, window: Window = YEAR_2026, caps: Caps | None = None) -> Expansion:
    """What comes out of a VCALENDAR."""
    return expand(read(calendar(*parts)), window, caps or Caps())


def events(*parts: str, window: Window = YEAR_2026) -> tuple[Event, ...]:
    """The events of a VCALENDAR of which nothing is broken."""
    found = expanded(*parts, window=window)
    assert found.broken == ()
    return found.events


def starts(*parts: str, window: Window = YEAR_2026) -> list[str]:
    """The starts of its events."""
    return [one.span.start.isoformat()[:16] for one in events(*parts, window=window)]


def fixed_zone(tzid: str, offset: str) -> str:
    """A VTIMEZONE that never changes."""
    return "\r\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{tzid}",
            "BEGIN:STANDARD",
            "DTSTART:16010101T000000",
            f"TZOFFSETFROM:{offset}",
            f"TZOFFSETTO:{offset}",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]
    )


def changing_zone(tzid: str, winter: str, summer: str, *, month: int = 3) -> str:
    """A VTIMEZONE the way Outlook writes it, on summer time from that month to October."""
    rule = "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH="
    return "\r\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{tzid}",
            "BEGIN:STANDARD",
            "DTSTART:16011028T030000",
            f"{rule}10",
            f"TZOFFSETFROM:{summer}",
            f"TZOFFSETTO:{winter}",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            f"DTSTART:1601{month:02}25T020000",
            f"{rule}{month}",
            f"TZOFFSETFROM:{winter}",
            f"TZOFFSETTO:{summer}",
            "END:DAYLIGHT",
            "END:VTIMEZONE",
        ]
    )
