"""When somebody is busy: VFREEBUSY for a calendar (RFC 4791 section 7.10) or a whole person."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from daygate.domain.event import Status, Transparency
from daygate.domain.moments import Window
from daygate.sandbox.collections import Collection
from daygate.sandbox.ics_text import CRLF, PRODID, component, fold
from daygate.sandbox.spans import Happening, happenings

Period = tuple[datetime, datetime]
_FORM = "%Y%m%dT%H%M%SZ"


def vfreebusy(
    collections: Iterable[Collection], window: Window, zone: ZoneInfo, *more: str
) -> list[str]:
    """The component; whole days and floating times count in the person's zone."""
    found = [one for each in collections for one in happenings(each.members.values(), window, zone)]
    lines = [
        f"DTSTAMP:{datetime.now(UTC):{_FORM}}",
        f"DTSTART:{window.start:{_FORM}}",
        f"DTEND:{window.end:{_FORM}}",
        *more,
        *_lines("BUSY", _merged(_periods(found, Status.CONFIRMED, window, zone))),
        *_lines("BUSY-TENTATIVE", _merged(_periods(found, Status.TENTATIVE, window, zone))),
    ]
    return component("VFREEBUSY", lines)


def calendar(lines: Sequence[str], *head: str) -> str:
    """One component as a text of its own; `head` may hold a METHOD."""
    whole = component("VCALENDAR", ["VERSION:2.0", f"PRODID:{PRODID}", *head, *lines])
    return CRLF.join(map(fold, whole)) + CRLF


def _periods(
    found: Iterable[Happening], status: Status, window: Window, zone: ZoneInfo
) -> Iterator[Period]:
    for one in found:
        words = one.event.words
        tentative = words.status is Status.TENTATIVE
        if words.transparency is Transparency.TRANSPARENT or tentative != (
            status is Status.TENTATIVE
        ):
            continue
        start, end = max(window.start, one.starts(zone)), min(window.end, one.ends(zone))
        if start < end:
            yield start.astimezone(UTC), end.astimezone(UTC)


def _merged(periods: Iterable[Period]) -> list[Period]:
    merged: list[Period] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _lines(kind: str, periods: Iterable[Period]) -> Iterator[str]:
    for start, end in periods:
        yield f"FREEBUSY;FBTYPE={kind}:{start:{_FORM}}/{end:{_FORM}}"
