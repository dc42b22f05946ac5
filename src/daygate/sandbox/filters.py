"""The filters of calendar-query known here (RFC 4791 section 9.7): component, window, UID."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from daygate.domain.moments import Window
from daygate.sandbox.bodies import BadBody
from daygate.sandbox.collections import Member
from daygate.sandbox.multistatus import caldav
from daygate.sandbox.spans import happens_in

# RFC 4791 section 9.9: both ends are "date with UTC time".
UTC_TIME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)


class UnsupportedFilter(Exception):
    """A condition beyond those three."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; None asks nothing."""

    component: str | None = None
    window: Window | None = None
    uid: str | None = None

    def accepts(self, member: Member) -> bool:
        """Whether an object matches."""
        return (
            self.component in (None, member.component)
            and self.uid in (None, member.uid)
            and (self.window is None or happens_in(member, self.window))
        )


def read_filter(body: etree._Element) -> Filter:
    """The filter of a calendar-query body."""
    outer = body.find(f"{caldav('filter')}/{caldav('comp-filter')}")
    if outer is None or outer.get("name") != "VCALENDAR":
        raise BadBody("a filter for VCALENDAR is needed")
    inner = _elements(outer)
    if not inner:
        return Filter()
    if len(inner) > 1 or inner[0].tag != caldav("comp-filter"):
        raise UnsupportedFilter
    window, uid = None, None
    for condition in _elements(inner[0]):
        if condition.tag == caldav("time-range"):
            window = window_of(condition)
        elif condition.tag == caldav("prop-filter"):
            uid = _uid(condition)
        else:
            raise UnsupportedFilter
    return Filter(inner[0].get("name"), window, uid)


def _elements(parent: etree._Element) -> list[etree._Element]:
    return list(parent.iterchildren("*"))


def window_of(condition: etree._Element) -> Window:
    """The window that an element's `start` and `end` give; one of them may be open."""
    start, end = (_moment(condition.get(name)) for name in ("start", "end"))
    if start is None and end is None:
        raise BadBody("a time-range has a start or an end")
    return Window(start or EARLIEST, end or LATEST)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment_of(text)


def moment_of(text: str) -> datetime:
    """A UTC date-time of RFC 5545 section 3.3.5."""
    if not UTC_TIME.fullmatch(text):
        raise BadBody("a time-range is in UTC")
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadBody("no such moment") from error


def _uid(condition: etree._Element) -> str:
    matches = condition.findall(caldav("text-match"))
    if condition.get("name") != "UID" or len(matches) != 1 or matches[0].get("negate-condition"):
        raise UnsupportedFilter
    return (matches[0].text or "").strip()
