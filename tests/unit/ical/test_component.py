import pytest

from daygate.ical.component import NO_PARAMS, CalendarObject, Component, Property, unescape


def line(name: str, value: str) -> Property:
    return Property(name, NO_PARAMS, value)


EVENT = Component("VEVENT", (line("UID", ""), line("UID", "a"), line("SUMMARY", "A")), ())
OTHER = Component("VEVENT", (line("UID", r"b\,c"),), ())
ZONE = Component("VTIMEZONE", (line("TZID", "Z"),), ())


@pytest.mark.parametrize(
    ("written", "text"),
    [(r"a\,b\;c\\d", "a,b;c\\d"), (r"one\ntwo\Nthree", "one\ntwo\nthree"), ("a\\", "a\\")],
)
def test_escapes_of_text_are_undone(written: str, text: str):
    assert unescape(written) == text


def test_a_list_is_parted_at_commas_that_are_not_escaped():
    assert line("CATEGORIES", r"a, b\,c,,d ").texts == ("a", "b,c", "d")


def test_properties_are_found_by_name_and_kept_in_order():
    assert [one.value for one in EVENT.all("UID")] == ["", "a"]
    assert EVENT.first("UID") == line("UID", "")
    assert EVENT.first("LOCATION") is None
    assert list(EVENT.by_name()) == ["UID", "SUMMARY"]
    assert len(EVENT.by_name()["UID"]) == 2


def test_events_and_zones_are_found_inside_a_calendar_and_beside_it():
    found = CalendarObject((Component("VCALENDAR", (), (ZONE, EVENT)), OTHER))
    assert found.events == (EVENT, OTHER)
    assert found.timezones == (ZONE,)


def test_the_uid_is_the_first_that_says_something():
    nameless = Component("VEVENT", (), ())
    assert CalendarObject((nameless, OTHER)).uid == "b,c"
    assert CalendarObject((nameless,)).uid is None


def test_properties_of_the_calendar_are_not_those_of_its_events():
    calendar = Component("VCALENDAR", (line("X-WR-TIMEZONE", " Europe/Berlin "),), (EVENT,))
    found = CalendarObject((OTHER, calendar))
    assert found.calendar_property("X-WR-TIMEZONE") == "Europe/Berlin"
    assert found.calendar_property("SUMMARY") is None
