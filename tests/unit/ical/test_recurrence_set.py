from datetime import UTC, datetime, timedelta

from daygate.domain.moments import Window
from daygate.ical.meter import Caps, Meter
from daygate.ical.reader import read
from daygate.ical.recurrence_set import Found, expand_series
from daygate.ical.series import Series
from daygate.ical.vevent import Entry, entry
from daygate.ical.zones import resolver
from tests.unit.ical.calendars import YEAR_2026, calendar, event

ZONES = resolver(read(calendar(event())), None)
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
CAPS = Caps()


def understood(*lines: str) -> Entry:
    return entry(read(calendar(event(*lines))).events[0], ZONES)


MASTER = understood("DTSTART:20260105T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")


def found(
    master: Entry | None,
    overrides: dict[datetime, Entry] | None = None,
    *,
    window: Window = YEAR_2026,
    caps: Caps = CAPS,
    most: int = 100,
) -> Found:
    series = Series(master, overrides or {}, all_day=False, zones=ZONES)
    return expand_series(series, window, Meter.start(caps.steps, caps.cpu_ms), most)


def starts(one: Found) -> list[datetime]:
    return [start for start, _ in one.events]


def test_a_series_is_recurring_when_it_repeats_or_is_replaced_in_part():
    once = understood("DTSTART:20260105T090000Z")
    assert Series(MASTER, {}, all_day=False, zones=ZONES).recurring
    assert Series(None, {MONDAY: once}, all_day=False, zones=ZONES).recurring
    assert not Series(once, {}, all_day=False, zones=ZONES).recurring


def test_followers_come_latest_first():
    ever = understood("DTSTART:20260105T100000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105")
    alone = understood("DTSTART:20260105T100000Z", "RECURRENCE-ID:20260105")
    keys = {MONDAY: ever, MONDAY + 2 * WEEK: ever, MONDAY + WEEK: alone}
    series = Series(MASTER, keys, all_day=False, zones=ZONES)
    assert [key for key, _ in series.followers] == [MONDAY + 2 * WEEK, MONDAY]


def test_an_override_takes_the_place_of_its_occurrence():
    moved = understood("DTSTART:20260113T120000Z")
    times = starts(found(MASTER, {MONDAY + WEEK: moved}))
    assert times == [MONDAY, moved.start, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK]


def test_a_series_moved_far_away_reaches_the_window_from_there():
    later = understood(
        "DTSTART:20260705T090000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z"
    )
    july = Window(datetime(2026, 7, 10, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
    assert starts(found(MASTER, {MONDAY: later}, window=july)) == [
        later.start + number * WEEK for number in (1, 2, 3)
    ]


def test_the_number_of_events_is_capped():
    cut = found(MASTER, most=2)
    assert (len(cut.events), cut.capped) == (2, True)


def test_what_exclusions_cost_is_paid_from_a_purse_of_their_own():
    exceptions = ",".join(f"202602{day:02}T090000Z" for day in range(1, 29))
    master = understood("DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY", f"EXDATE:{exceptions}")
    february = Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    cut = found(master, window=february, caps=Caps(steps=28))
    assert (cut.events, cut.capped) == ([], True)
