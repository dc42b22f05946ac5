"""Which objects a window holds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from daygate.domain.moments import Window
from daygate.sandbox.collections import Collection, Look, Member
from daygate.sandbox.spans import happenings, happens_in
from tests.unit.sandbox.conftest import event

MORNING = datetime(2026, 11, 26, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def stored(text: str) -> Member:
    return Collection("c1", "ada", Look("Work")).put("a.ics", text)


def test_a_window_is_half_open() -> None:
    tea = stored(event("tea"))
    assert happens_in(tea, Window(MORNING, MORNING + HOUR))
    assert not happens_in(tea, Window(MORNING - HOUR, MORNING))
    assert not happens_in(tea, Window(MORNING + HOUR, MORNING + 2 * HOUR))


def test_an_object_nobody_can_date_is_never_on() -> None:
    odd = stored(event("tea").replace("20261126T100000Z", "soon"))
    assert not happens_in(odd, Window(MORNING, MORNING + HOUR))


def test_a_floating_time_counts_in_the_persons_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    floating = stored(event("tea").replace("T100000Z", "T100000").replace("T110000Z", "T110000"))
    window = Window(MORNING - timedelta(days=1), MORNING + timedelta(days=1))
    (one,) = happenings([floating], window, tokyo)
    assert one.starts(tokyo) == datetime(2026, 11, 26, 10, tzinfo=tokyo)


def test_what_was_called_off_is_not_on() -> None:
    off = stored(event("tea", "STATUS:CANCELLED", "DURATION:PT1H"))
    assert not happenings([off], Window(MORNING, MORNING + HOUR), ZoneInfo("Europe/London"))
