from datetime import UTC, date, datetime

import pytest

from daygate.domain.event import Flag, Status
from daygate.domain.moments import Window
from daygate.ical.recurrence import Caps
from tests.unit.ical.calendars import event, events, expanded, starts

NINE = "DTSTART;TZID=Europe/Berlin:20260105T090000"
WEEKLY = (NINE, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")


def window(start: str, end: str) -> Window:
    return Window(*(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end)))


def ids(*parts: str) -> list[str | None]:
    return [one.recurrence_id for one in events(*parts)]


# --- one event


def test_a_single_event_has_no_recurrence_id_and_keeps_its_zones():
    found = events(event(NINE, "DTEND;TZID=America/New_York:20260105T050000"))[0]
    assert found.recurrence_id is None
    assert found.span.start == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert found.span.end == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (found.span.start_tzid, found.span.end_tzid) == ("Europe/Berlin", "America/New_York")


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (["DTSTART;VALUE=DATE:20260105"], date(2026, 1, 6)),
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260105"], date(2026, 1, 6)),
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260101"], date(2026, 1, 6)),
        (["DTSTART;VALUE=DATE:20260105", "DTEND:20260108T090000Z"], date(2026, 1, 8)),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:P1W"], date(2026, 1, 12)),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:PT48H"], date(2026, 1, 7)),
        (["DTSTART:20260105"], date(2026, 1, 6)),
        (["DTSTART:20260105T090000Z"], datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (["DTSTART:20260105T090000Z", "DTEND:20260105T08Z"], datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (["DTSTART:20260105T090000Z", "DTEND:nonsense"], datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (["DTSTART:20260105T090000Z", "DURATION:-PT1H"], datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (["DTSTART:20260105T090000Z", "DURATION:P1DT1H"], datetime(2026, 1, 6, 10, tzinfo=UTC)),
        ([NINE, "DTEND;VALUE=DATE:20260106"], datetime(2026, 1, 5, 23, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_end_is_found_whatever_is_written(lines: list[str], end: date):
    assert events(event(*lines))[0].span.end == end


def test_an_end_before_the_start_counts_as_none():
    found = events(event("DTSTART:20260105T090000Z", "DTEND:20260105T080000Z"))
    assert found[0].span.end == datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("2026-01-05T09:00", "2026-01-05T10:00", True),
        ("2026-01-05T09:59", "2026-01-05T12:00", True),
        ("2026-01-05T10:00", "2026-01-05T12:00", False),
        ("2026-01-05T08:00", "2026-01-05T09:00", False),
    ],
)
def test_the_window_is_half_open(start: str, end: str, inside: bool):
    found = events(event("DTSTART:20260105T090000Z", "DURATION:PT1H"), window=window(start, end))
    assert bool(found) is inside


def test_an_event_without_length_counts_at_its_start():
    text = event("DTSTART:20260105T090000Z")
    assert events(text, window=window("2026-01-05T09:00", "2026-01-05T09:01"))
    assert not events(text, window=window("2026-01-05T08:00", "2026-01-05T09:00"))


def test_floating_times_without_any_zone_are_utc_and_flagged():
    found = expanded(event("DTSTART:20260105T090000"))
    assert found.flags == {Flag.FLOATING}
    assert found.events[0].words.flags == {Flag.FLOATING}


def test_events_come_by_start():
    texts = [event(f"DTSTART:202601{day:02}T090000Z", uid=str(day)) for day in (7, 3, 5)]
    texts.append(event("DTSTART;VALUE=DATE:20260104", uid="4"))
    assert [one.uid for one in events(*texts)] == ["3", "4", "5", "7"]


# --- rules and dates


def test_occurrences_are_named_by_their_original_start_in_utc():
    assert ids(event(*WEEKLY)) == [f"202601{day:02}T080000Z" for day in (5, 12, 19, 26)]


def test_all_day_occurrences_are_named_by_their_date():
    text = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=MONTHLY;COUNT=2")
    assert ids(text) == ["20260105", "20260205"]


def test_wall_time_is_kept_across_daylight_saving():
    text = event(NINE.replace("0105", "0323"), "RRULE:FREQ=WEEKLY;COUNT=2")
    assert starts(text) == ["2026-03-23T08:00", "2026-03-30T07:00"]


def test_a_time_inside_the_gap_is_read_with_the_offset_before_it():
    text = event("DTSTART;TZID=Europe/Berlin:20260328T023000", "RRULE:FREQ=DAILY;COUNT=3")
    assert starts(text) == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"]


def test_a_series_that_starts_inside_the_gap_keeps_the_time_it_is_written_with():
    text = event("DTSTART;TZID=Europe/Berlin:20260329T023000", "RRULE:FREQ=DAILY;COUNT=2")
    assert starts(text) == ["2026-03-29T01:30", "2026-03-30T00:30"]


def test_a_time_inside_the_overlap_is_its_first_pass():
    text = event("DTSTART;TZID=Europe/Berlin:20261024T023000", "RRULE:FREQ=DAILY;COUNT=3")
    assert starts(text) == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]


def test_nominal_days_follow_the_wall_clock_and_exact_hours_do_not():
    for length, end in (("P1D", "2026-03-29T07:00"), ("PT24H", "2026-03-29T08:00")):
        found = events(event(NINE.replace("0105", "0328"), f"DURATION:{length}"))
        assert found[0].span.end.isoformat()[:16] == end


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20260112", 2),
        ("20260112T080000Z", 2),
        ("20260112T075959Z", 1),
        ("20260112T090000", 2),
        ("20260112T085959", 1),
    ],
)
def test_until_is_inclusive_as_date_as_utc_and_as_local_time(until: str, count: int):
    assert len(events(event(NINE, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))) == count


@pytest.mark.parametrize("until", ["20260107", "20260107T000000Z", "20260107T235959"])
def test_until_of_an_all_day_series_is_a_day(until: str):
    text = event("DTSTART;VALUE=DATE:20260105", f"RRULE:FREQ=DAILY;UNTIL={until}")
    assert len(events(text)) == 3


def test_several_rules_are_united():
    text = event(NINE, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert [one[8:10] for one in starts(text)] == ["05", "06", "12"]


def test_dates_are_added_as_time_as_date_and_as_period():
    text = event(
        NINE,
        "DURATION:PT1H",
        "RDATE;TZID=Europe/Berlin:20260106T100000,20260107T100000",
        "RDATE;VALUE=DATE:20260108",
        "RDATE;VALUE=PERIOD:20260109T090000Z/PT3H,20260110T090000Z/20260110T100000Z",
    )
    found = [(one.span.start.isoformat()[8:16], one.span.end) for one in events(text)]
    assert [start for start, _ in found] == [
        "05T08:00", "06T09:00", "07T09:00", "08T08:00", "09T09:00", "10T09:00",
    ]  # fmt: skip
    assert found[4][1] == datetime(2026, 1, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Berlin:20260112T090000",
        "EXDATE:20260112T080000Z",
        "EXDATE:20260112T090000",
        "EXDATE;TZID=America/New_York:20260112T030000",
        "EXDATE;VALUE=DATE:20260112",
        "EXDATE:19990101,nonsense,20260112T080000Z",
        "EXRULE:FREQ=MONTHLY;BYMONTHDAY=12",
    ],
)
def test_dates_are_taken_out_however_they_are_written(line: str):
    assert [one[8:10] for one in starts(event(*WEEKLY, line))] == ["05", "19", "26"]


def test_an_all_day_occurrence_is_taken_out_by_a_time_too():
    text = event(
        "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260106T000000Z"
    )
    assert ids(text) == ["20260105"]


def test_the_start_counts_even_where_the_rule_does_not_match_it():
    assert starts(event(NINE, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1"))[0] == "2026-01-05T08:00"


def test_a_single_event_that_excludes_itself_is_gone():
    assert starts(event(NINE, "EXDATE:20260105T080000Z")) == []


def test_an_endless_series_is_cut_by_the_window_and_old_ones_reach_it():
    text = event("DTSTART:19700101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    assert len(events(text)) == 365


def test_an_occurrence_that_began_before_the_window_is_in_it():
    text = event("DTSTART;VALUE=DATE:20251220", "DURATION:P30D", "RRULE:FREQ=YEARLY")
    assert ids(text) == ["20251220", "20261220"]


# --- replacements


def override(original: str, *lines: str) -> str:
    return event(f"RECURRENCE-ID{original}", *lines)


@pytest.mark.parametrize(
    "original",
    [
        ";TZID=Europe/Berlin:20260112T090000",
        ":20260112T080000Z",
        ";TZID=America/New_York:20260112T030000",
        ":20260112T090000",
        ";VALUE=DATE:20260112",
    ],
)
def test_a_replacement_finds_its_occurrence_however_it_is_named(original: str):
    found = events(event(*WEEKLY), override(original, "DTSTART:20260113T120000Z", "SUMMARY:Moved"))
    assert [one.recurrence_id for one in found] == [
        f"202601{day:02}T080000Z" for day in (5, 12, 19, 26)
    ]
    assert found[1].words.summary == "Moved"
    assert found[1].span.start == datetime(2026, 1, 13, 12, tzinfo=UTC)


def test_occurrences_move_into_and_out_of_the_window():
    parts = (
        event(*WEEKLY),
        override(":20260112T080000Z", "DTSTART:20260301T120000Z"),
        override(":20260126T080000Z", "DTSTART:20260107T120000Z"),
    )
    found = events(*parts, window=window("2026-01-05T00:00", "2026-01-19T00:00"))
    assert [one.recurrence_id for one in found] == ["20260105T080000Z", "20260126T080000Z"]


def test_a_cancelled_occurrence_is_gone_and_a_cancelled_series_says_so():
    gone = override(":20260112T080000Z", "DTSTART:20260112T080000Z", "STATUS:CANCELLED")
    assert len(events(event(*WEEKLY), gone)) == 3
    cancelled = events(event(*WEEKLY, "STATUS:CANCELLED"))
    assert {one.words.status for one in cancelled} == {Status.CANCELLED}
    assert len(cancelled) == 4


def test_the_highest_sequence_wins_whatever_the_order():
    parts = [
        override(":20260112T080000Z", "DTSTART:20260112T080000Z", f"SUMMARY:{n}", f"SEQUENCE:{n}")
        for n in (2, 3, 1)
    ]
    assert events(event(*WEEKLY), *parts)[1].words.summary == "3"
    masters = [event(*WEEKLY, f"SUMMARY:{n}", f"SEQUENCE:{n}") for n in (2, 3, 1)]
    assert {one.words.summary for one in events(*masters)} == {"3"}


def test_replacements_without_a_series_stand_for_themselves():
    found = events(
        override(";TZID=Europe/Berlin:20260112T090000", "DTSTART:20260113T120000Z"),
        event("RECURRENCE-ID;VALUE=DATE:20260202", "DTSTART;VALUE=DATE:20260203", uid="two"),
    )
    assert [one.recurrence_id for one in found] == ["20260112T080000Z", "20260202"]


def test_an_older_replacement_of_an_occurrence_that_is_gone_is_gone_too():
    moved = override(":20260112T080000Z", "DTSTART:20260113T080000Z", "SEQUENCE:1")
    taken_out = event(*WEEKLY, "EXDATE:20260112T080000Z", "SEQUENCE:2")
    assert "20260112T080000Z" not in ids(taken_out, moved)
    same_age = event(*WEEKLY, "EXDATE:20260112T080000Z", "SEQUENCE:1")
    assert "20260112T080000Z" in ids(same_age, moved)


def test_this_and_future_moves_renames_and_shortens_what_follows():
    found = events(
        event(*WEEKLY),
        override(
            ";TZID=Europe/Berlin;RANGE=THISANDFUTURE:20260112T090000",
            "DTSTART;TZID=Europe/Berlin:20260113T100000",
            "DURATION:PT30M",
            "SUMMARY:New",
        ),
        override(":20260119T080000Z", "DTSTART:20260119T080000Z", "SUMMARY:Alone"),
    )
    assert [one.span.start.isoformat()[8:16] for one in found] == [
        "05T08:00", "13T09:00", "19T08:00", "27T09:00",
    ]  # fmt: skip
    assert [one.words.summary for one in found] == ["", "New", "Alone", "New"]
    assert found[3].recurrence_id == "20260126T080000Z"
    assert found[3].span.end == datetime(2026, 1, 27, 9, 30, tzinfo=UTC)


def test_this_and_future_cancelled_ends_the_series():
    gone = override(
        ";RANGE=THISANDFUTURE:20260119T080000Z", "DTSTART:20260119T080000Z", "STATUS:CANCELLED"
    )
    assert len(events(event(*WEEKLY), gone)) == 2


# --- budgets and broken parts


def test_a_bad_event_does_not_cost_the_others():
    found = expanded(
        event("SUMMARY:no start", uid="a"),
        event("DTSTART:00000101T000000", uid="b"),
        event("DTSTART;TZID=Asia/Tokyo:00010101T000000", uid="c"),
        event(NINE, uid="x" * 2000),
        event(NINE, uid="good"),
    )
    assert [one.uid for one in found.events] == ["good"]
    assert len(found.broken) == 4


def test_an_unreadable_rule_leaves_the_start_with_a_flag():
    found = expanded(event(NINE, "RRULE:FREQ=SOMETIMES"))
    assert len(found.events) == 1
    assert found.events[0].words.flags == {Flag.CAPPED}
    assert found.broken
    assert "FREQ=SOMETIMES" in found.broken[0]


def test_too_many_occurrences_are_cut_and_flagged():
    found = expanded(event(NINE, "RRULE:FREQ=SECONDLY"))
    assert len(found.events) == Caps().occurrences
    assert found.flags == {Flag.CAPPED}
    assert {one.words.flags for one in found.events} == {frozenset({Flag.CAPPED})}


def test_too_many_steps_are_cut_and_flagged():
    found = expanded(event(NINE, "RRULE:FREQ=DAILY"), caps=Caps(steps=10))
    assert 0 < len(found.events) <= 10
    assert found.flags == {Flag.CAPPED}


def test_a_whole_object_has_a_budget_too():
    texts = [event(NINE, "RRULE:FREQ=DAILY", uid=str(n)) for n in range(5)]
    found = expanded(*texts, caps=Caps(object_occurrences=1000))
    assert len(found.events) == 1000
    assert Flag.CAPPED in found.flags


def test_events_without_uid_are_told_apart_by_content():
    texts = [event(NINE, f"SUMMARY:{n}").replace("UID:one@example.com\r\n", "") for n in "aab"]
    found = events(*texts)
    assert sorted(one.words.summary for one in found) == ["a", "b"]
    assert events(*texts) == found


def test_a_series_has_no_more_than_its_cpu_time():
    found = expanded(event(NINE, "RRULE:FREQ=DAILY"), caps=Caps(cpu_ms=-1))
    assert found.flags == {Flag.CAPPED}
    assert len(found.events) < 365


def test_an_object_has_no_more_than_its_cpu_time():
    texts = [event(NINE, "RRULE:FREQ=DAILY;COUNT=5", uid=str(n)) for n in range(5)]
    found = expanded(*texts, caps=Caps(object_cpu_ms=0))
    assert found.events == ()
    assert found.flags == {Flag.CAPPED}
