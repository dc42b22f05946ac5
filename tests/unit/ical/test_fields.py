from datetime import UTC, datetime

import pytest

from daygate.domain.event import (
    Attendee,
    Location,
    Participation,
    Person,
    Status,
    Transparency,
    Words,
)
from tests.unit.ical.calendars import event, events


def one(*lines: str) -> Words:
    return events(event("DTSTART:20260105T090000Z", *lines))[0].words


def test_words_are_unescaped_and_not_stripped():
    found = one(r"SUMMARY: Tea\, please", r"DESCRIPTION: line\nnext ", "CATEGORIES:A,B\\,C")
    assert (found.summary, found.description) == (" Tea, please", " line\nnext ")
    assert found.categories == ("A", "B,C")


def test_an_event_without_words_has_empty_ones():
    found = one()
    assert (found.summary, found.description, found.location, found.url) == ("", "", None, None)
    assert (found.status, found.transparency) == (Status.CONFIRMED, Transparency.OPAQUE)
    assert (found.organizer, found.attendees, found.private) == (None, (), False)
    assert (found.created, found.updated) == (None, None)


@pytest.mark.parametrize(
    ("lines", "location"),
    [
        (["LOCATION:Here", "GEO:37.386013;-122.08"], Location("Here", "37.386013", "-122.08")),
        (["GEO:1.50,2.25"], Location("", "1.50", "2.25")),
        (["LOCATION:Here", "GEO:north;south"], Location("Here")),
    ],
)
def test_positions_are_kept_as_written(lines: list[str], location: Location):
    assert one(*lines).location == location


def test_people_have_an_address_a_name_and_an_answer():
    found = one(
        "ORGANIZER;CN=Boss:MAILTO:boss@example.com",
        "ATTENDEE;CN=A;PARTSTAT=ACCEPTED:mailto:a@example.com",
        "ATTENDEE;PARTSTAT=X-LATER:mailto:b@example.com",
        "ATTENDEE;EMAIL=c@example.com:urn:uuid:1234",
        "ATTENDEE:invalid:nomail",
        "ATTENDEE:mailto:d@example.com",
    )
    assert found.organizer == Person("boss@example.com", "Boss")
    assert found.attendees == (
        Attendee("a@example.com", "A", Participation.ACCEPTED),
        Attendee("b@example.com", None, Participation.UNKNOWN),
        Attendee("c@example.com", None, Participation.NEEDS_ACTION),
        Attendee("d@example.com", None, Participation.NEEDS_ACTION),
    )


def test_an_organizer_without_address_keeps_the_name():
    assert one("ORGANIZER;CN=Boss:invalid:nomail").organizer == Person(None, "Boss")
    assert one("ORGANIZER:invalid:nomail").organizer is None


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("STATUS:tentative", Status.TENTATIVE),
        ("STATUS:CANCELLED", Status.CANCELLED),
        ("STATUS:DRAFT", Status.UNKNOWN),
    ],
)
def test_status_is_in_the_words_of_the_api(line: str, status: Status):
    assert one(line).status is status


@pytest.mark.parametrize(
    ("lines", "transparency"),
    [
        (["TRANSP:TRANSPARENT"], Transparency.TRANSPARENT),
        (["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"], Transparency.OPAQUE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE"], Transparency.TRANSPARENT),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF"], Transparency.OPAQUE),
        (["TRANSP:SOMEWHAT"], Transparency.UNKNOWN),
    ],
)
def test_transparency_falls_back_to_outlooks_word(lines: list[str], transparency: Transparency):
    assert one(*lines).transparency is transparency


@pytest.mark.parametrize("name", ["private", "CONFIDENTIAL"])
def test_private_and_confidential_are_private(name: str):
    assert one(f"CLASS:{name}").private
    assert not one("CLASS:PUBLIC").private


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/a", True),
        ("HTTP://example.com", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("\\\\host\\share", False),
        ("https://a b", False),
    ],
)
def test_only_web_addresses_are_kept(url: str, kept: bool):
    assert one(f"URL:{url}").url == (url if kept else None)


def test_the_last_change_is_last_modified_or_else_the_stamp():
    both = one("DTSTAMP:20250101T000000Z", "LAST-MODIFIED:20250202T000000Z", "CREATED:nonsense")
    assert both.updated == datetime(2025, 2, 2, tzinfo=UTC)
    assert both.created is None
    assert one("DTSTAMP:20250101T000000Z").updated == datetime(2025, 1, 1, tzinfo=UTC)
