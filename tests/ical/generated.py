"""Calendar objects made up by rule: series, dates in and out, replacements, in every zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from dateutil import rrule

from daygate.domain.moments import Window
from tests.unit.ical.calendars import calendar, changing_zone, event

FIRST, LAST = datetime(2024, 1, 1), datetime(2027, 1, 1)  # noqa: DTZ001
LONGEST = timedelta(days=3)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Style:
    """How the times of an object are written: parameters, suffix, and the zone they mean."""

    params: str
    tz: tzinfo
    suffix: str = ""
    header: tuple[str, ...] = ()

    @property
    def all_day(self) -> bool:
        return "DATE" in self.params

    def line(self, name: str, *walls: datetime) -> str:
        return f"{name}{self.params}:" + ",".join(self.text(wall) for wall in walls)

    def text(self, wall: datetime) -> str:
        return f"{wall:%Y%m%d}" if self.all_day else f"{wall:%Y%m%dT%H%M%S}{self.suffix}"

    def instant(self, wall: datetime) -> str:
        """The same time in UTC, which RFC 5545 section 3.3.10 asks of UNTIL beside a zone."""
        if self.tz is UTC:
            return self.text(wall)
        return f"{wall.replace(tzinfo=self.tz).astimezone(UTC):%Y%m%dT%H%M%SZ}"


BERLIN = ZoneInfo("Europe/Berlin")
OUTLOOK = changing_zone("Customized Time Zone", "+0100", "+0200")
STYLES = (
    Style("", UTC, "Z"),
    Style("", UTC),
    Style("", BERLIN, header=("X-WR-TIMEZONE:Europe/Berlin",)),
    Style(";VALUE=DATE", UTC),
    Style(";TZID=W. Europe Standard Time", BERLIN),
    Style(";TZID=Customized Time Zone", BERLIN, header=(OUTLOOK,)),
    *(
        Style(f";TZID={name}", ZoneInfo(name))
        for name in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo",
                     "America/St_Johns", "Africa/Casablanca", "America/Santiago")
    ),
)  # fmt: skip

# The days on which the zones above change their clocks in these years.
CHANGES = tuple(
    datetime(*day)  # noqa: DTZ001
    for day in (
        (2025, 3, 30), (2025, 10, 26), (2026, 3, 29), (2026, 10, 25),  # Europe
        (2025, 3, 9), (2025, 11, 2), (2026, 3, 8), (2026, 11, 1),  # North America
        (2025, 10, 5), (2026, 4, 5), (2026, 10, 4), (2026, 4, 4), (2026, 9, 5),  # the south
        (2026, 2, 15), (2026, 3, 22),  # Ramadan
    )
)  # fmt: skip

SKIPPED_HOURS = {0, 1, 2, 3}

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Series that say nothing special: nearly all there are.
COMMON = (
    "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=2TU,4TU", "FREQ=YEARLY",
    "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=TU,TH;WKST=SU;INTERVAL=2", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
)  # fmt: skip
LENGTHS = ("", "DURATION:PT0S", "DURATION:PT30M", "DURATION:PT5H", "DURATION:P1D", "DURATION:P2D")
WHOLE_DAYS = tuple(text for text in LENGTHS if "T" not in text.removeprefix("DURATION"))


@dataclass(frozen=True, slots=True)
class Generated:
    """An object, the window it is asked for, and how its times are written."""

    raw: bytes
    window: Window
    style: Style


def generated(seed: str) -> Generated:
    """One object, its parts in any order; the same one for the same seed."""
    return _Maker(seed).calendar()


class _Maker(Random):
    """Makes every choice that an object needs."""

    def calendar(self) -> Generated:
        style = self.choice(STYLES)
        start = self._wall(style)
        rule = self.choice(COMMON) if self._chance(0.6) else self._rule(style)
        known = _occurrences(rule, start)
        rule += self._limit(style, known)
        taken_out, replaced = self._some(known), self._some(known)
        # Seven minutes: the oracle takes a local time for the one in UTC of the same digits.
        added = [self._wall(style) + (not style.all_day) * timedelta(minutes=7) for _ in "ab"]
        added = self._some([*added, self.choice(known)])
        lines = [f"RRULE:{rule}"] if self._chance(0.9) else []
        lines += [style.line("RDATE", *added)] if added else []
        lines += [self._exclusion(style, taken_out)] if taken_out else []
        parts = [event(style.line("DTSTART", start), *lines, *self._words(style, sequence=1))]
        if self._chance(0.2):
            older = self._words(style, sequence=0)
            parts.append(event(style.line("DTSTART", start), "RRULE:FREQ=DAILY", *older))
        # Differences of their own: an occurrence that is taken out and replaced; an override that
        # is older than the series; moving all that follows of a series inside a skipped hour.
        steady = style.all_day or not {one.hour for one in (*known, *added)} & SKIPPED_HOURS
        for one in replaced:
            if one not in taken_out:
                parts += self._overrides(style, one, steady=steady)
        self.shuffle(parts)
        raw = calendar(*style.header, *parts).replace(b"\r\n\r\n", b"\r\n")
        return Generated(raw, self._window(known), style)

    def _chance(self, of: float) -> bool:
        return self.random() < of

    def _some(self, walls: list[datetime]) -> list[datetime]:
        count = self.choice((0, 0, 1, 2, 3))
        return self.sample(walls, min(count, len(walls)))

    def _wall(self, style: Style) -> datetime:
        """Anywhere, or so many weeks before a change of the clocks."""
        if self._chance(0.5):
            wall = FIRST + self.randrange((LAST - FIRST) // QUARTER) * QUARTER
        else:
            wall = self.choice(CHANGES) - timedelta(weeks=self.randrange(30))
            wall += self.randrange(-8, 20) * QUARTER
        return wall.replace(hour=0, minute=0) if style.all_day else wall

    def _window(self, known: list[datetime]) -> Window:
        first = self.choice(known).replace(tzinfo=UTC) - timedelta(hours=self.randrange(60))
        return Window(first, first + timedelta(days=self.choice((1, 7, 40, 250))))

    def _rule(self, style: Style) -> str:
        """Never one without occurrences: dateutil looks for them until the year 9999."""
        freq = self.choice(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
        days = self._days(freq)
        parts = [f"FREQ={freq}", *([days] if days else [])]
        if self._chance(0.3) and not days.startswith(("BYYEARDAY", "BYWEEKNO")):
            parts.append(f"BYMONTH={self._numbers(1, 12)}")
        elif self._chance(0.4):
            parts.append(f"INTERVAL={self.randint(2, 4)}")
        parts += [f"WKST={self.choice(DAYS)}"] if self._chance(0.3) else []
        # Elsewhere one of them might have the digits of another in UTC: see `added` above.
        if style.suffix and self._chance(0.3):
            parts.append(f"BYHOUR={self._numbers(0, 23)}")
        if days.startswith("BYDAY") and self._chance(0.2):
            parts.append(f"BYSETPOS={self.choice((1, -1))}")
        return ";".join(parts)

    def _days(self, freq: str) -> str:
        plain = "BYDAY=" + ",".join(self.sample(DAYS, self.randint(1, 3)))
        ordinal = "BYDAY=" + ",".join(
            f"{self.choice((-1, 1, 2, 4))}{day}" for day in self.sample(DAYS, self.randint(1, 2))
        )
        options = {
            "DAILY": ("", plain, f"BYMONTHDAY={self._numbers(1, 28)}"),
            "WEEKLY": ("", plain),
            "MONTHLY": ("", plain, ordinal, f"BYMONTHDAY={self._numbers(-5, -1)}"),
            "YEARLY": ("", plain, ordinal, f"BYYEARDAY={self._numbers(1, 365)}",
                       f"BYWEEKNO={self._numbers(1, 52)};{plain}"),
        }  # fmt: skip
        return self.choice(options[freq])

    def _numbers(self, low: int, high: int) -> str:
        return ",".join(map(str, self.sample(range(low, high + 1), self.randint(1, 3))))

    def _limit(self, style: Style, known: list[datetime]) -> str:
        kind = self.randrange(3)
        if kind == 0:
            return f";COUNT={self.randint(1, 60)}"
        return f";UNTIL={style.instant(self.choice(known))}" if kind == 1 else ""

    def _exclusion(self, style: Style, walls: list[datetime]) -> str:
        if style.all_day or self._chance(0.5):
            return style.line("EXDATE", *walls)
        return "EXDATE:" + ",".join(style.instant(wall) for wall in walls)

    def _words(self, style: Style, *, sequence: int) -> tuple[str, ...]:
        length = self.choice(WHOLE_DAYS if style.all_day else LENGTHS)
        return length, f"SUMMARY:{self.randrange(100)}", f"SEQUENCE:{sequence}"

    def _overrides(self, style: Style, original: datetime, *, steady: bool) -> list[str]:
        """What replaces an occurrence, or it and all after it; perhaps in two versions."""
        if steady and self._chance(0.4):
            return [self._override(style, original, ";RANGE=THISANDFUTURE", self.randint(1, 3))]
        versions = self.sample((1, 2, 3), self.choice((1, 1, 2)))
        return [self._override(style, original, "", sequence) for sequence in versions]

    def _override(self, style: Style, original: datetime, reach: str, sequence: int) -> str:
        moved = original + timedelta(hours=self.choice((0, 0, 1, -1, 36, -50)))
        return event(
            style.line(f"RECURRENCE-ID{reach}", original),
            style.line("DTSTART", moved.replace(hour=0) if style.all_day else moved),
            *self._words(style, sequence=sequence),
            *(["STATUS:CANCELLED"] if self._chance(0.2) else []),
        )


def _occurrences(rule: str, start: datetime) -> list[datetime]:
    """The first of them, by dateutil; DTSTART is always one."""
    found = rrule.rrulestr(f"{rule};UNTIL={LAST + LONGEST:%Y%m%dT%H%M%S}", dtstart=start)
    return list(dict.fromkeys([start, *islice(found, 60)]))
