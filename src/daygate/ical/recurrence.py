"""From a calendar object to the events that overlap a window, within a budget."""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from daygate.domain.event import Event, Flag
from daygate.domain.moments import Window
from daygate.ical.component import CalendarObject
from daygate.ical.faults import BadValue
from daygate.ical.meter import Caps, Meter, cpu_ns
from daygate.ical.recurrence_set import Found, expand_series
from daygate.ical.series import Series
from daygate.ical.values import Moment
from daygate.ical.vevent import Entry, day_of, entry, instant_of, zone_of
from daygate.ical.zones import Zones, resolver

__all__ = ["Caps", "Expansion", "expand"]

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Expansion:
    """Events by start, the flags any of them carries, and what could not be read."""

    events: tuple[Event, ...]
    flags: frozenset[Flag]
    broken: tuple[str, ...]


def expand(
    obj: CalendarObject,
    window: Window,
    caps: Caps = Caps(),  # noqa: B008 - frozen
    *,
    fallback_tzid: str | None = None,
) -> Expansion:
    """Every event of the object that overlaps the window; a bad one never costs the others."""
    zones = resolver(obj, fallback_tzid)
    broken: list[str] = []
    families = _families(obj, zones, broken)
    events: list[tuple[datetime, Event]] = []
    flags: set[Flag] = set()
    begun_ns = cpu_ns() if len(families) > 1 else None
    for family in families:
        most = min(caps.occurrences, caps.object_occurrences - len(events))
        left_ms = caps.object_cpu_ms
        if begun_ns is not None:
            left_ms -= (cpu_ns() - begun_ns) // _NS_PER_MS
        if left_ms <= 0:
            flags.add(Flag.CAPPED)
            break
        meter = Meter.start(caps.steps, min(caps.cpu_ms, left_ms))
        found = _expand_family(family, zones, window, meter, most)
        events += found.events
        broken += found.broken
        if found.capped:
            flags.add(Flag.CAPPED)
    events.sort(key=itemgetter(0))
    for _, event in events:
        if event.words.flags:
            flags |= event.words.flags
    return Expansion(tuple(event for _, event in events), frozenset(flags), tuple(broken))


def _families(obj: CalendarObject, zones: Zones, broken: list[str]) -> list[list[Entry]]:
    """The readable events by UID."""
    families: dict[str, list[Entry]] = {}
    for component in obj.events:
        try:
            one = entry(component, zones)
        except BadValue as error:
            uid = component.first("UID")
            broken.append(f"{uid.text[:80] if uid else ''}: {error}")
            continue
        families.setdefault(one.uid, []).append(one)
    return list(families.values())


def _expand_family(
    family: list[Entry], zones: Zones, window: Window, meter: Meter, most: int
) -> Found:
    try:
        return expand_series(_series(family, zones), window, meter, most)
    except OverflowError as error:
        return Found(broken=[f"{family[0].uid}: {error}"])


def _series(family: list[Entry], zones: Zones) -> Series:
    """Of several versions the one with the highest SEQUENCE counts, then the newest, then last."""
    ranked = sorted(family, key=lambda one: one.rank)
    masters = [one for one in ranked if one.replaces is None]
    master = masters[-1] if masters else None
    replaced = [(one.replaces, one) for one in ranked if one.replaces is not None]
    all_day = master.all_day if master else any(one.is_date for one, _ in replaced)
    overrides = {
        _original(one, override, master or override, zones, all_day=all_day): override
        for one, override in replaced
    }
    return Series(master, overrides, all_day, zones)


def _original(
    one: Moment, override: Entry, model: Entry, zones: Zones, *, all_day: bool
) -> datetime:
    """The original start a RECURRENCE-ID names, whichever way it is written."""
    if all_day:
        return day_of(one, zones)
    if one.is_date:
        wall = datetime.combine(one.wall.date(), model.wall_start.time())
        return instant_of(Moment(wall), model.zone)
    floating = not one.is_utc and one.tzid is None
    return instant_of(one, model.zone if floating else zone_of(one, zones))
