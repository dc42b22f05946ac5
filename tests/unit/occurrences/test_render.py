"""What occurrences share is rendered once, and what readers notice changes the hash."""

import json

from daygate.domain.served import Served
from daygate.ical.reader import read
from daygate.ical.recurrence import expand
from daygate.occurrences.render import Renderer

from .calendar_text import CALENDAR, WINDOW, expanded, vcalendar

START = "DTSTART:20270104T120000Z"
WEEKLY = (START, "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:Tea")


def head(served: Served) -> dict[str, object]:
    found: dict[str, object] = json.loads(served.head + b"}")
    return found


def first(*lines: str) -> Served:
    return next(iter(expanded(*lines).inside.values()))


def test_occurrences_differ_in_name_and_time_only() -> None:
    one, other = expanded(*WEEKLY).inside.values()
    assert head(one) | {"event_uid": ""} == head(other) | {"event_uid": ""}
    assert [head(each)["event_uid"] for each in (one, other)] == [one.event_uid, other.event_uid]
    assert other.start_s - one.start_s == 7 * 86_400
    assert one.body_hash != other.body_hash


def test_an_override_has_words_of_its_own() -> None:
    text = vcalendar(
        *WEEKLY, "END:VEVENT", "BEGIN:VEVENT", "UID:u1", "RECURRENCE-ID:20270111T120000Z",
        "DTSTART:20270111T120000Z", "SUMMARY:Coffee",
    )  # fmt: skip
    renderer = Renderer(CALENDAR, b"k", frozenset())
    events = expand(read(text), WINDOW).events
    assert [head(renderer.served(event))["summary"] for event in events] == ["Tea", "Coffee"]


def test_the_hash_changes_with_what_a_reader_sees_and_with_nothing_else() -> None:
    plain = first(START).body_hash
    for line in ("SUMMARY:B", "DURATION:PT1H", "GEO:1.0;2.0", "TRANSP:TRANSPARENT", "LOCATION:C"):
        assert first(START, line).body_hash != plain
    assert first("DTSTART;TZID=Europe/London:20270104T120000").body_hash != plain
    assert first(START, "SEQUENCE:5", "X-OTHER:1").body_hash == plain


def test_an_answer_of_mine_decides_whether_i_am_free() -> None:
    me = "ATTENDEE;PARTSTAT={}:mailto:ME@example.org"
    states = {
        answer: first(START, me.format(answer)).free_busy_status
        for answer in ("ACCEPTED", "TENTATIVE", "DECLINED")
    }
    assert states == {"ACCEPTED": "busy", "TENTATIVE": "tentative", "DECLINED": "free"}
    assert first(START, "TRANSP:TRANSPARENT").free_busy_status == "free"
    assert first(START, me.format("ACCEPTED")).invited
    mine = (me.format("ACCEPTED"), "ORGANIZER:mailto:me@example.org")
    assert not first(START, *mine).invited
