"""Events of the API become the days of a page."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from daygate.demo.sample.agenda import days, zone_named

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 3, 28)
WORK = {"calendar_id": "cal_1", "calendar_name": "Work", "profile_name": "ada"}


def _event(start: str, end: str, summary: str = "Tea", **more: Any) -> dict[str, Any]:
    return {"calendar_id": "cal_1", "start": start, "end": end, "summary": summary, **more}


def _lines(*events: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (day.on.isoformat(), entry.when, entry.summary)
        for day in days(events, [WORK], LONDON, TODAY)
        for entry in day.entries
    ]


def test_times_are_those_of_the_persons_zone_across_a_change_of_clocks():
    before = _event("2026-03-28T09:00:00Z", "2026-03-28T10:00:00Z", "Winter")
    after = _event("2026-03-29T09:00:00Z", "2026-03-29T10:00:00Z", "Summer")
    assert _lines(after, before) == [
        ("2026-03-28", "09:00 to 10:00", "Winter"),
        ("2026-03-29", "10:00 to 11:00", "Summer"),
    ]


def test_the_end_of_whole_days_is_the_day_before_the_apis():
    one = _event("2026-03-30", "2026-03-31", "Birthday")
    more = _event("2026-03-30", "2026-04-02", "Fair")
    assert _lines(one, more) == [
        ("2026-03-30", "All day", "Birthday"),
        ("2026-03-30", "Until Wed 1 Apr", "Fair"),
    ]


def test_what_began_before_today_stands_under_today():
    assert _lines(_event("2026-03-20", "2026-03-30"))[0][:2] == ("2026-03-28", "Until Sun 29 Mar")


def test_the_end_on_another_day_is_named():
    overnight = _event("2026-03-30T22:00:00Z", "2026-03-31T01:30:00Z")
    assert _lines(overnight)[0][1] == "23:00 to Tue 31 Mar 02:30"


def test_an_event_without_title_place_or_known_calendar_has_a_line_all_the_same():
    bare = _event("2026-03-30", "2026-03-31", "", calendar_id="cal_unknown", location=None)
    [day] = days([bare], [WORK], LONDON, TODAY)
    assert (day.entries[0].summary, day.entries[0].calendar) == ("(no title)", "")


def test_a_zone_that_nobody_knows_is_utc():
    assert [zone_named(name).key for name in ("Mars/Olympus", "", "../x")] == ["Etc/UTC"] * 3
