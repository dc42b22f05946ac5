"""Writing iCalendar text and skimming what a client sent (RFC 5545): no more than a store needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from daygate.sandbox.zones import vtimezone

CRLF = "\r\n"
LINE_OCTETS = 75  # RFC 5545 section 3.1, the line break not counted
PRODID = "-//Daygate//Sandbox//EN"

Moment = datetime | date


class NotCalendarData(Exception):
    """No calendar object a CalDAV server may store; `precondition` is RFC 4791's name."""

    def __init__(self, precondition: str) -> None:
        super().__init__(precondition)
        self.precondition = precondition


@dataclass(frozen=True, slots=True)
class Skimmed:
    """What a server must know of an object: its UID, the kind of component, its top-level lines."""

    uid: str
    component: str
    lines: tuple[str, ...]


def escape(text: str) -> str:
    """TEXT of RFC 5545 section 3.3.11."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def fold(line: str) -> str:
    """Break a content line at 75 octets, never inside a character."""
    octets, pieces, room = line.encode(), [], LINE_OCTETS
    while len(octets) > room:
        cut = room
        while octets[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(octets[:cut])
        octets, room = octets[cut:], LINE_OCTETS - 1
    return (CRLF + " ").join(piece.decode() for piece in [*pieces, octets])


def unfold(text: str) -> list[str]:
    """The content lines of a text, whatever line breaks it came with."""
    plain = text.replace(CRLF, "\n").replace("\r", "\n")
    return [line for line in plain.replace("\n ", "").replace("\n\t", "").split("\n") if line]


def moment_line(name: str, moment: Moment) -> str:
    """DTSTART and its kin: a date, UTC, local time with TZID, or floating (section 3.3.5)."""
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if moment.tzinfo is None:
        return f"{name}:{moment:%Y%m%dT%H%M%S}"
    if moment.tzinfo is UTC:
        return f"{name}:{moment:%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={moment.tzinfo}:{moment:%Y%m%dT%H%M%S}"


def component(name: str, lines: Iterable[str]) -> list[str]:
    """The lines of one component."""
    return [f"BEGIN:{name}", *lines, f"END:{name}"]


def vcalendar(components: Iterable[list[str]]) -> str:
    """One object: the components, before them a VTIMEZONE for every TZID they name."""
    body = [line for lines in components for line in lines]
    years = sorted(_years(body)) or [1970]
    zones = (vtimezone(tzid, years[0], years[-1]) for tzid in sorted(_tzids(body)))
    head = ["VERSION:2.0", f"PRODID:{PRODID}"]
    lines = component("VCALENDAR", [*head, *(line for zone in zones for line in zone), *body])
    return CRLF.join(fold(line) for line in lines) + CRLF


def _tzids(lines: Iterable[str]) -> set[str]:
    return {line.split(";TZID=")[1].split(":")[0] for line in lines if ";TZID=" in line}


def _years(lines: Iterable[str]) -> Iterator[int]:
    for line in lines:
        if ";TZID=" in line:
            yield int(line.rsplit(":", 1)[1][:4])


@lru_cache(maxsize=256)
def skim(text: str) -> Skimmed:
    """Judge by RFC 4791 section 4.1: one VCALENDAR, no METHOD, one UID, one kind of component."""
    if any(ord(char) < 32 and char not in "\r\n\t" for char in text):
        raise NotCalendarData("valid-calendar-data")
    top, components = outline(unfold(text))
    kinds = {name for name, _ in components if name != "VTIMEZONE"}
    bodies = [lines for name, lines in components if name != "VTIMEZONE"]
    uids = {value(lines, "UID") for lines in bodies}
    if value(top, "METHOD") is not None or len(kinds) != 1 or len(uids) != 1:
        raise NotCalendarData("valid-calendar-object-resource")
    (uid,), (kind,) = uids, kinds
    if not uid:
        raise NotCalendarData("valid-calendar-object-resource")
    return Skimmed(uid, kind, tuple(line for lines in bodies for line in lines))


def value(lines: Iterable[str], name: str) -> str | None:
    """The raw value of the first line of that name."""
    return next((v for n, v in map(_split, lines) if n == name), None)


def values(lines: Iterable[str], name: str) -> list[str]:
    """The raw values of every line of that name."""
    return [v for n, v in map(_split, lines) if n == name]


def _split(line: str) -> tuple[str, str]:
    """Name and value; a colon inside a quoted parameter does not count (section 3.1)."""
    quoted = False
    for place, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:place].split(";")[0].upper(), line[place + 1 :]
    raise NotCalendarData("valid-calendar-data")


def outline(lines: list[str]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The calendar's own lines, and (name, own lines) of each component right below it."""
    open_: list[str] = []
    top: list[str] = []
    components: list[tuple[str, list[str]]] = []
    for line in lines:
        name, what = _split(line)
        if name == "BEGIN":
            open_.append(what.upper())
            if len(open_) == 2:
                components.append((open_[1], []))
        elif name == "END":
            if not open_ or open_.pop() != what.upper():
                raise NotCalendarData("valid-calendar-data")
        else:
            _keep(line, len(open_), top, components)
    if open_ or not lines or lines[0].upper() != "BEGIN:VCALENDAR":
        raise NotCalendarData("valid-calendar-data")
    return top, components


def _keep(line: str, depth: int, top: list[str], components: list[tuple[str, list[str]]]) -> None:
    """Put a property where it belongs; those of alarms and of zone rules do not matter here."""
    if depth == 0:
        raise NotCalendarData("valid-calendar-data")
    if depth == 1:
        top.append(line)
    elif depth == 2:
        components[-1][1].append(line)
