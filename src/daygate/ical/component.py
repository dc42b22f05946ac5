"""The generic tree of RFC 5545: properties with parameters inside components inside a stream."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NO_PARAMS: Mapping[str, str] = MappingProxyType({})

# RFC 5545 section 3.3.11: the escapes of TEXT.
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# RFC 5545 section 3.3.11: an unescaped comma parts two values of a list.
_LIST_ITEM = re.compile(r"(?:[^\\,]|\\.)+", re.DOTALL)


def unescape(text: str) -> str:
    """Undo the escapes of a TEXT value."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: upper-case name, upper-case parameter names, the value as written."""

    name: str
    params: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT."""
        return unescape(self.value)

    @property
    def texts(self) -> tuple[str, ...]:
        """The value as a comma-separated list of TEXT, empty items left out."""
        items = (unescape(item).strip() for item in _LIST_ITEM.findall(self.value))
        return tuple(item for item in items if item)


@dataclass(frozen=True, slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: tuple[Property, ...]
    children: tuple["Component", ...]

    def all(self, name: str) -> tuple[Property, ...]:
        """Every property of this name, in order."""
        return tuple(one for one in self.properties if one.name == name)

    def first(self, name: str) -> Property | None:
        """The first property of this name."""
        for one in self.properties:
            if one.name == name:
                return one
        return None

    def by_name(self) -> dict[str, list[Property]]:
        """The properties grouped by name: one pass for whoever needs many of them."""
        groups: dict[str, list[Property]] = {}
        for one in self.properties:
            groups.setdefault(one.name, []).append(one)
        return groups


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One iCalendar stream: usually a single VCALENDAR; a bare VEVENT is tolerated."""

    components: tuple[Component, ...]

    def _named(self, name: str) -> tuple[Component, ...]:
        found: list[Component] = []
        for top in self.components:
            if top.name == name:
                found.append(top)
            else:
                found.extend(child for child in top.children if child.name == name)
        return tuple(found)

    @property
    def events(self) -> tuple[Component, ...]:
        """Every VEVENT of the stream."""
        return self._named("VEVENT")

    @property
    def timezones(self) -> tuple[Component, ...]:
        """Every VTIMEZONE of the stream."""
        return self._named("VTIMEZONE")

    @property
    def uid(self) -> str | None:
        """The UID of the first event that has one."""
        for event in self.events:
            uid = event.first("UID")
            if uid is not None and uid.text:
                return uid.text
        return None

    def calendar_property(self, name: str) -> str | None:
        """The text of a property of the calendar itself, such as `X-WR-TIMEZONE`."""
        for top in self.components:
            found = top.first(name) if top.name == "VCALENDAR" else None
            if found is not None:
                return found.text.strip()
        return None
