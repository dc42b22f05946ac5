"""Every calendar file that the icalendar and recurring_ical_events packages ship, three times.

recurring_ical_events is the oracle. Where this project means to differ, the file stands in the
table below, and in `docs/ical-differences.md` beside the paragraph that decides it.
"""

import warnings
from collections import Counter
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]

from daygate.domain.event import Event
from daygate.domain.moments import Window
from daygate.ical.reader import Unreadable, read
from daygate.ical.recurrence import expand

DOCS = Path(__file__).parents[2] / "docs/ical-differences.md"
PACKAGES = Path(icalendar.__file__).parents[1]
FILES = sorted(
    path
    for folder in ("icalendar/tests", "recurring_ical_events/test")
    for path in (PACKAGES / folder).rglob("*.ics")
)
WINDOWS = [
    Window(datetime(year, 1, 1, tzinfo=UTC), datetime(year, 9, 1, tzinfo=UTC))
    for year in (2019, 2022, 2024)
]
DIFFERENCES = {
    "example.ics": "A date that ends where it starts lasts one day",
    "Germany_Holidays.ics": "A date that ends where it starts lasts one day",
    "end_before_start_event.ics": "An end before the start counts as none",
}

Row = tuple[str, str, str, str]


def written(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def ours(event: Event, *, has_uid: bool) -> Row:
    uid = event.uid if has_uid else ""
    return uid, event.words.summary, written(event.span.start), written(event.span.end)


def by_oracle(raw: bytes, window: Window) -> Counter[Row] | None:
    """What the oracle finds; None where it gives up."""
    found: Counter[Row] = Counter()
    try:
        for calendar in icalendar.Calendar.from_ical(raw, multiple=True):
            for one in recurring_ical_events.of(calendar).between(window.start, window.end):
                words = str(one.get("UID", "")), str(one.get("SUMMARY", ""))
                found[(*words, written(one.start), written(one.end))] += 1
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_calendars_expand_as_the_oracle_says(path: Path):
    raw = path.read_bytes()
    try:
        obj = read(raw)
    except Unreadable:
        assert b"BEGIN:" not in raw
        return
    has_uid = obj.uid is not None
    for window in WINDOWS:
        found = Counter(ours(one, has_uid=has_uid) for one in expand(obj, window).events)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = by_oracle(raw, window) if b"BEGIN:VCALENDAR" in raw else None
        if expected is not None and path.name not in DIFFERENCES:
            assert found == expected, window


@pytest.mark.parametrize("name", DIFFERENCES)
def test_files_of_the_table_still_differ(name: str):
    different = False
    for path, window in product((path for path in FILES if path.name == name), WINDOWS):
        obj, expected = read(path.read_bytes()), by_oracle(path.read_bytes(), window)
        found = Counter(ours(one, has_uid=True) for one in expand(obj, window).events)
        different |= found != expected
    assert different


def test_every_difference_is_explained():
    text = DOCS.read_text(encoding="utf-8")
    for reason in DIFFERENCES.values():
        assert f"| {reason}" in text


def test_the_corpus_is_there():
    assert len(FILES) > 200
