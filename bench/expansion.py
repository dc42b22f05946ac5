"""Calendar objects to occurrences, beside what recurring_ical_events makes of the same bytes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from daygate.domain.ids import CalendarId
from daygate.domain.moments import MS_PER_S, Window, epoch_s
from daygate.occurrences.expand import Source, expand_object
from daygate.occurrences.window import Reach

SERIES = 1_000
ROUNDS = 3
ZONES = ("Europe/Berlin", "America/New_York", "Europe/London", "Asia/Tokyo")
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_SOURCE = Source(CalendarId("cal_bench_0"), "Europe/Berlin", frozenset({"me@example.org"}))


@dataclass(slots=True)
class Tally:
    """Occurrences found in so much CPU time."""

    found: int = 0
    cpu_s: float = 0.0

    def measure(self, expand: Callable[[], int]) -> int:
        """Run it once more."""
        begun_s = time.process_time()
        found = expand()
        self.cpu_s += time.process_time() - begun_s
        self.found += found
        return found

    @property
    def per_cpu_s(self) -> float:
        """Occurrences per second of CPU time."""
        return self.found / self.cpu_s


def row(now: datetime) -> str:
    """Measure both in turns: bytes of 1,000 weekly series in, occurrences of the window out."""
    objects = [weekly(number) for number in range(SERIES)]
    window = Reach(past_days=42, ahead_days=201).materialised(epoch_s(now) * MS_PER_S)
    ours, theirs = Tally(), Tally()
    for _ in range(ROUNDS):
        found = ours.measure(lambda: _daygate(objects, window))
        assert found == theirs.measure(lambda: _oracle(objects, window))
    ratio = ours.per_cpu_s / theirs.per_cpu_s
    return (
        f"occurrences of {SERIES:,} weekly series: {ours.per_cpu_s:,.0f} per CPU-second, "
        f"recurring_ical_events {theirs.per_cpu_s:,.0f}, ratio {ratio:.1f}"
    )


def weekly(number: int) -> bytes:
    """One hour every week for ever, with what a meeting usually says."""
    day, hour = _FIRST + timedelta(days=number % 300), 8 + number % 9
    at = f";TZID={ZONES[number % len(ZONES)]}:{day:%Y%m%d}T"
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench", "BEGIN:VEVENT",
        f"UID:{number}@bench.example.org", "DTSTAMP:20240101T000000Z",
        f"DTSTART{at}{hour:02}0000", f"DTEND{at}{hour + 1:02}0000", "RRULE:FREQ=WEEKLY",
        f"SUMMARY:Meeting {number}", "DESCRIPTION:What there is to talk about",
        "LOCATION:Room 1", "ORGANIZER;CN=Boss:mailto:boss@example.org",
        "ATTENDEE;CN=Me;PARTSTAT=ACCEPTED:mailto:me@example.org", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def _daygate(objects: list[bytes], window: Window) -> int:
    return sum(
        len(expand_object(f"/{number}.ics", "1", raw, _SOURCE, window).inside)
        for number, raw in enumerate(objects)
    )


def _oracle(objects: list[bytes], window: Window) -> int:
    return sum(
        len(
            recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(
                window.start, window.end
            )
        )
        for raw in objects
    )


if __name__ == "__main__":
    print(row(datetime.now(UTC)))
