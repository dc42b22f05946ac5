"""Reading one object: here while that is cheap, else in a process that can be killed."""

from dataclasses import dataclass

from daygate.domain.event import Flag
from daygate.domain.moments import Window
from daygate.ical.component import CalendarObject
from daygate.ical.faults import Unreadable
from daygate.ical.meter import Caps, cpu_ns
from daygate.ical.reader import read
from daygate.ical.recurrence import Expansion, expand
from daygate.occurrences.apart import Stopped, apart

_NS_PER_MS = 1_000_000
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an object says inside a window."""

    uid: str
    recurring: bool
    expansion: Expansion


@dataclass(frozen=True, slots=True)
class Asked:
    """A window for what recurs, another for what does not, and the zone of floating times."""

    window: Window
    window_once: Window
    fallback_tzid: str | None


@dataclass(frozen=True, slots=True)
class Patience:
    """How much of an object is read here, and how long to wait for what is read apart.

    A thread may keep the interpreter busy for so long; parsing alone takes that long for objects of
    that size. Apart, an object has its whole budget of CPU time, three times over for a busy
    machine.
    """

    here_ms: int = 250
    here_bytes: int = 1024 * 1024
    apart_s: float = 30.0


def reading(raw: bytes, asked: Asked, patience: Patience = Patience()) -> Reading:
    """An object that is not done in time stands as far as it was read, flagged."""
    begun_ns, found = cpu_ns(), None
    if len(raw) <= patience.here_bytes:
        found = understood(raw, asked, Caps(object_cpu_ms=patience.here_ms))
        cut = Flag.CAPPED in found.expansion.flags
        if not cut or cpu_ns() - begun_ns < patience.here_ms * _NS_PER_MS:
            return found
    try:
        return apart(patience.apart_s, understood, raw, asked, Caps())
    except Stopped:
        return found or _unread("took_too_long")


def understood(raw: bytes, asked: Asked, caps: Caps) -> Reading:
    """Parse and expand; nothing of an unreadable object is lost but its events."""
    try:
        found = read(raw)
    except Unreadable as error:
        return _unread(str(error))
    recurring = _recurs(found)
    window = asked.window if recurring else asked.window_once
    expansion = expand(found, window, caps, fallback_tzid=asked.fallback_tzid)
    return Reading(found.uid or "", recurring, expansion)


def _unread(reason: str) -> Reading:
    return Reading("", False, Expansion((), frozenset(), (reason,)))


def _recurs(found: CalendarObject) -> bool:
    return any(component.first(name) for component in found.events for name in _REPEATS)
