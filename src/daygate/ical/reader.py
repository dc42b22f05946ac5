"""Bytes to a calendar object: tolerant of what is out there, strict about size."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from dataclasses import dataclass, field

from daygate.ical.component import NO_PARAMS, CalendarObject, Component, Property
from daygate.ical.faults import Reason, Unreadable

__all__ = ["CalendarObject", "Component", "Property", "Reason", "Unreadable", "read"]

# The size at which feeds are cut off before they get here; nothing bigger is a person's calendar.
MAX_BYTES = 10 * 1024 * 1024
MAX_LINES = 500_000
# RFC 5545 nests three deep (VCALENDAR, VEVENT, VALARM); deeper components are dropped.
MAX_DEPTH = 8

# RFC 5545 section 3.1: a line break followed by one blank continues the line. Done on bytes,
# since a fold may part the bytes of one UTF-8 character.
_FOLD = re.compile(rb"(?:\r*\n|\r)[ \t]")
_BREAK = re.compile(r"[\r\n]+")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PARAM = re.compile(r';([A-Za-z0-9_-]+)=((?:"[^"]*"|[^";:])*)')
# RFC 6868 section 3: escapes inside parameter values.
_CARET = re.compile(r"\^([n^'])")
_CARET_VALUES = {"n": "\n", "^": "^", "'": '"'}


def read(raw: bytes) -> CalendarObject:
    """Parse one stream; raise `Unreadable` only when nothing of it can be used."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    tree = _Tree()
    for line in _lines(raw):
        tree.take(line)
    components = tree.finish()
    if not components:
        raise Unreadable(Reason.NOT_A_CALENDAR)
    return CalendarObject(components)


def _lines(raw: bytes) -> list[str]:
    unfolded = _FOLD.sub(b"", _as_utf8(raw))
    if unfolded.count(b"\n") + unfolded.count(b"\r") > 2 * MAX_LINES:
        raise Unreadable(Reason.TOO_MANY_LINES)
    try:
        lines = _BREAK.split(unfolded.decode())
    except UnicodeDecodeError:
        lines = [_decoded(line) for line in re.split(rb"[\r\n]+", unfolded)]
    if len(lines) > MAX_LINES:
        raise Unreadable(Reason.TOO_MANY_LINES)
    return lines


def _as_utf8(raw: bytes) -> bytes:
    """Turn UTF-16 into UTF-8; strip byte order mark and NUL; leave other bytes alone."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace").encode().replace(b"\0", b"")
    if raw[1:4:2] == b"\0\0" and raw[:1] != b"\0":
        return raw.decode("utf-16-le", "replace").encode().replace(b"\0", b"")
    if raw[0:3:2] == b"\0\0" and raw[1:2] != b"\0":
        return raw.decode("utf-16-be", "replace").encode().replace(b"\0", b"")
    return raw.removeprefix(BOM_UTF8).replace(b"\0", b"")


def _decoded(line: bytes) -> str:
    """UTF-8 line by line, so that one Latin-1 line does not spoil the others."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _parse(line: str) -> Property | None:
    """One content line (RFC 5545 section 3.1); None when it is none."""
    head, colon, value = line.partition(":")
    if not colon:
        return None
    if ";" not in head:
        name = head.strip()
        return Property(name.upper(), NO_PARAMS, value) if _NAME.fullmatch(name) else None
    name = head[: head.index(";")].strip()
    if not _NAME.fullmatch(name):
        return None
    params, value = _params(line, head, value)
    return Property(name.upper(), params, value)


def _params(line: str, head: str, value: str) -> tuple[Mapping[str, str], str]:
    """Read the parameters; a colon inside quotes does not end them."""
    if '"' not in head:
        pairs = (part.partition("=") for part in head.split(";")[1:])
        return {key.strip().upper(): _uncaret(text) for key, _, text in pairs}, value
    params: dict[str, str] = {}
    position = line.index(";")
    while found := _PARAM.match(line, position):
        params[found[1].upper()] = _uncaret(found[2].replace('"', ""))
        position = found.end()
    if line[position : position + 1] == ":":
        return params, line[position + 1 :]
    return params, value


def _uncaret(text: str) -> str:
    if "^" not in text:
        return text
    return _CARET.sub(lambda found: _CARET_VALUES[found[1]], text)


@dataclass(slots=True)
class _Open:
    """A component whose END has not been seen."""

    name: str
    properties: list[Property] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)

    def closed(self) -> Component:
        return Component(self.name, tuple(self.properties), tuple(self.children))


class _Tree:
    """Builds components from lines without recursion, closing what was left open."""

    def __init__(self) -> None:
        self._done: list[Component] = []
        self._stack: list[_Open] = []
        self._names: dict[str, int] = {}

    def take(self, line: str) -> None:
        """Add one content line."""
        found = _parse(line)
        if found is None:
            return
        if found.name == "BEGIN":
            self._begin(found.value.strip().upper())
        elif found.name == "END":
            self._end(found.value.strip().upper())
        elif self._stack:
            self._stack[-1].properties.append(found)

    def finish(self) -> tuple[Component, ...]:
        """Close everything and hand over the top components."""
        while self._stack:
            self._close()
        return tuple(self._done)

    def _begin(self, name: str) -> None:
        # RFC 5545 section 3.6: an event stands in the calendar alone, so a second BEGIN
        # means that the first END got lost.
        if name in ("VEVENT", "VCALENDAR"):
            self._end(name)
        self._stack.append(_Open(name))
        self._names[name] = self._names.get(name, 0) + 1

    def _end(self, name: str) -> None:
        open_before = self._names.get(name, 0)
        while open_before and self._names[name] == open_before:
            self._close()

    def _close(self) -> None:
        top = self._stack.pop()
        self._names[top.name] -= 1
        if len(self._stack) >= MAX_DEPTH:
            return
        siblings = self._stack[-1].children if self._stack else self._done
        siblings.append(top.closed())
