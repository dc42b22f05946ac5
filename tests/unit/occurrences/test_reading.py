"""An object is read here while it is cheap, and apart from then on."""

from datetime import UTC, datetime, timedelta

from daygate.domain.event import Flag
from daygate.domain.moments import Window
from daygate.ical.meter import Caps
from daygate.occurrences.reading import Asked, Patience, Reading, reading, understood
from tests.unit.ical.calendars import calendar, event

SERIES = 60
SHORT = Patience(here_ms=5)
NONE = Patience(here_ms=5, apart_s=0.0)
YEAR = Window(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
ASKED = Asked(YEAR, YEAR, None)
CHEAP = calendar(event("DTSTART:20270105T090000Z", "RRULE:FREQ=WEEKLY"))
# Nothing of it is wrong: it is only more than a thread may work on at once.
COSTLY = calendar(
    *(event("DTSTART:20270101T090000Z", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(SERIES))
)
LARGE = calendar(event("DTSTART:20270105T090000Z", f"DESCRIPTION:{'x' * 1024 * 1024}"))


def test_a_cheap_object_needs_no_process() -> None:
    found = reading(CHEAP, ASKED, Patience(apart_s=0.0))
    assert (found.uid, found.recurring) == ("one@example.com", True)
    assert len(found.expansion.events) == 52
    assert not found.expansion.flags


def test_a_costly_object_is_read_to_its_end_apart() -> None:
    found = reading(COSTLY, ASKED, SHORT)
    assert len(found.expansion.events) == SERIES * 365
    assert not found.expansion.flags


def test_what_was_read_before_the_time_was_up_is_kept_and_flagged() -> None:
    found = reading(COSTLY, ASKED, NONE)
    assert found.recurring
    assert 0 < len(found.expansion.events) < SERIES * 365
    assert found.expansion.flags == {Flag.CAPPED}


def test_a_large_object_is_parsed_apart() -> None:
    assert len(reading(LARGE, ASKED).expansion.events) == 1


def test_a_large_object_that_is_not_done_in_time_is_broken() -> None:
    assert reading(LARGE, ASKED, NONE).expansion.broken == ("took_too_long",)


def test_an_unreadable_object_says_why() -> None:
    found = reading(b"not a calendar", ASKED)
    assert found == Reading("", False, found.expansion)
    assert found.expansion.broken == ("not_a_calendar",)


def test_what_does_not_recur_is_looked_for_in_a_window_of_its_own() -> None:
    later = Window(YEAR.start + timedelta(days=365), YEAR.end + timedelta(days=365))
    once = calendar(event("DTSTART:20280105T090000Z"))
    assert len(understood(once, Asked(YEAR, later, None), Caps()).expansion.events) == 1
    assert understood(CHEAP, Asked(later, YEAR, None), Caps()).expansion.events[0].recurring
