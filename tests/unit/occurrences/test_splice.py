"""The spliced answer equals a full rendering, whatever is asked."""

import itertools
import json
from datetime import date, datetime
from typing import Any

import pytest

from daygate.domain.served import Served
from daygate.occurrences.splice import Shape, busy, event, local_time

from .calendar_text import expanded

TIMED = (
    "DTSTAMP:20270101T000000Z",
    "CREATED:20261001T080000Z",
    "LAST-MODIFIED:20261002T090000Z",
    "DTSTART;TZID=Europe/Paris:20270305T090000",
    "DTEND;TZID=Europe/Paris:20270305T100000",
    'SUMMARY:<b>"Plan"\\, part 2</b> \U0001f680',
    "DESCRIPTION:Join https://meet.google.com/abc-defg-hij now",
    "LOCATION:Room 1\\; upstairs",
    "GEO:48.85;2.35",
    "ORGANIZER;CN=Boss:mailto:boss@example.org",
    "ATTENDEE;CN=Me;PARTSTAT=TENTATIVE:mailto:me@example.org",
)
ALL_DAY = ("DTSTART;VALUE=DATE:20270306", "DTEND;VALUE=DATE:20270308", "SUMMARY:Retreat")
SERIES = ("DTSTART:20270101T120000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY", "SUMMARY:Stand-up")


def first(*lines: str) -> Served:
    return next(iter(expanded(*lines).inside.values()))


def rendered(served: Served, shape: Shape) -> dict[str, Any]:
    """The same answer, built the long way."""
    answer: dict[str, Any] = json.loads(event(served, shape))
    return answer


@pytest.mark.parametrize("lines", [TIMED, ALL_DAY, SERIES])
@pytest.mark.parametrize(("localized", "geo"), list(itertools.product([False, True], repeat=2)))
def test_flags_change_times_and_places_and_nothing_else(
    lines: tuple[str, ...], localized: bool, geo: bool
) -> None:
    served = first(*lines)
    plain = rendered(served, Shape())
    asked = rendered(served, Shape(localized, geo, "Europe/London"))
    for name in plain.keys() - {"start", "end", "location"}:
        assert asked[name] == plain[name]
    assert asked.keys() == plain.keys()
    for edge in ("start", "end"):
        time = asked[edge]["time"] if localized else asked[edge]
        assert _same_moment(time, plain[edge])


def _same_moment(one: str, other: str) -> bool:
    if len(one) == 10:
        return date.fromisoformat(one) == date.fromisoformat(other)
    return datetime.fromisoformat(one) == datetime.fromisoformat(other)


def test_a_timed_event_says_everything() -> None:
    answer = rendered(first(*TIMED), Shape(include_geo=True, localized_times=True))
    assert answer["start"] == {"time": "2027-03-05T09:00:00+01:00", "tzid": "Europe/Paris"}
    assert answer["location"] == {
        "description": "Room 1; upstairs",
        "lat": "48.85",
        "long": "2.35",
    }
    assert answer["summary"] == '<b>"Plan", part 2</b> \U0001f680'
    assert answer["meeting_url"] == "https://meet.google.com/abc-defg-hij"
    assert answer["participation_status"] == "tentative"
    assert answer["options"] == {
        "delete": False,
        "update": False,
        "change_participation_status": True,
    }
    assert answer["created"] == "2026-10-01T08:00:00Z"
    assert answer["updated"] == "2026-10-02T09:00:00Z"
    assert answer["recurring"] is False
    assert "series_identifier" not in answer


def test_without_positions_asked_for_none_are_given() -> None:
    assert rendered(first(*TIMED), Shape())["location"] == {"description": "Room 1; upstairs"}


def test_an_all_day_event_has_dates_and_an_exclusive_end() -> None:
    answer = rendered(first(*ALL_DAY), Shape())
    assert (answer["start"], answer["end"]) == ("2027-03-06", "2027-03-08")
    assert "location" not in answer


def test_occurrences_of_a_series_share_its_identifier() -> None:
    answers = [rendered(one, Shape()) for one in expanded(*SERIES).inside.values()]
    assert len(answers) == 26
    assert {answer["series_identifier"] for answer in answers} == {answers[0]["series_identifier"]}
    assert len({answer["event_uid"] for answer in answers}) == 26
    assert all(answer["recurring"] for answer in answers)


def test_free_busy_tells_when_and_nothing_of_what() -> None:
    entry = json.loads(busy(first(*TIMED), Shape(), include_ids=False, include_deleted=False))
    assert entry == {
        "calendar_id": "cal_abc_0123",
        "start": "2027-03-05T08:00:00Z",
        "end": "2027-03-05T09:00:00Z",
        "free_busy_status": "tentative",
    }


def test_a_zone_that_does_not_exist_here_falls_back_to_utc() -> None:
    moment = datetime.fromisoformat("2027-01-01T10:00:00+00:00")
    assert local_time(moment, "Not/AZone") == "2027-01-01T10:00:00Z"
