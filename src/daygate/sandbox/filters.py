"""The filters of calendar-query (RFC 4791 section 9.7): component, window, properties."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from daygate.domain.moments import Window
from daygate.sandbox.bodies import BadBody
from daygate.sandbox.collections import Member
from daygate.sandbox.ics_text import skim, values
from daygate.sandbox.multistatus import caldav
from daygate.sandbox.spans import happens_in

# RFC 4791 section 9.9: both ends are "date with UTC time".
UTC_TIME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)


class UnsupportedFilter(Exception):
    """A condition beyond those three, such as one on a parameter."""


@dataclass(frozen=True, slots=True)
class PropertyTest:
    """A property that must be there, must not, or must hold a text (section 9.7.2).

    A property that is not there matches no text, not even negated.
    """

    name: str
    text: str | None = None
    negated: bool = False
    absent: bool = False
    exact_case: bool = False

    def accepts(self, member: Member) -> bool:
        """Whether any of the properties of that name in an object does."""
        found = values(skim(member.text).lines, self.name)
        if self.absent or not found:
            return self.absent and not found
        return self.text is None or any(self._holds(value) != self.negated for value in found)

    def _holds(self, value: str) -> bool:
        text = self.text or ""
        return text in value if self.exact_case else text.lower() in value.lower()


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; None asks nothing."""

    component: str | None = None
    window: Window | None = None
    properties: tuple[PropertyTest, ...] = ()

    def accepts(self, member: Member) -> bool:
        """Whether an object matches."""
        return (
            self.component in (None, member.component)
            and (self.window is None or happens_in(member, self.window))
            and all(test.accepts(member) for test in self.properties)
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
    window, properties = None, []
    for condition in _elements(inner[0]):
        if condition.tag == caldav("time-range"):
            window = window_of(condition)
        elif condition.tag == caldav("prop-filter"):
            properties.append(_property_test(condition))
        else:
            raise UnsupportedFilter
    return Filter(inner[0].get("name"), window, tuple(properties))


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


def _property_test(condition: etree._Element) -> PropertyTest:
    name, inner = condition.get("name", "").upper(), _elements(condition)
    if not inner:
        return PropertyTest(name)
    (one, *more) = inner
    if more or one.tag not in (caldav("is-not-defined"), caldav("text-match")):
        raise UnsupportedFilter
    if one.tag == caldav("is-not-defined"):
        return PropertyTest(name, absent=True)
    # Section 7.5.1: ASCII case does not count unless the client asks for octets.
    exact_case = one.get("collation") == "i;octet"
    negated = one.get("negate-condition") == "yes"
    return PropertyTest(name, (one.text or "").strip(), negated, exact_case=exact_case)
