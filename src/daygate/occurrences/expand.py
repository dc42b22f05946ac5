"""Raw calendar objects -> the object row and the occurrences to serve."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from daygate.domain.event import Status
from daygate.domain.ids import CalendarId, EventUid
from daygate.domain.moments import Window, epoch_s
from daygate.domain.served import Served
from daygate.ical.recurrence import Expansion
from daygate.occurrences.reading import Asked, reading
from daygate.occurrences.render import Renderer
from daygate.store.objects import Stored, key_hash

EVER = Window(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
_NEIGHBOURHOOD = timedelta(days=1100)
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Source:
    """What all objects of one calendar have in common when they are read."""

    calendar_id: CalendarId
    fallback_tzid: str | None
    own_addresses: frozenset[str]

    @classmethod
    def of(
        cls,
        calendar_id: CalendarId,
        tzid: str | None,
        profile_name: str,
        facts: Mapping[str, str],
    ) -> Self:
        """A calendar's zone, and who "I" am in it: the login and what the server listed."""
        own = {address.lower() for address in json.loads(facts.get("addresses", "[]"))}
        if "@" in profile_name:
            own.add(profile_name.lower())
        return cls(calendar_id, tzid, frozenset(own))


@dataclass(frozen=True, slots=True)
class Expanded:
    """One object read: its row, and its occurrences by event_uid.

    `inside` overlap the window. `elsewhere` are the others of an object that does not recur: where
    an event that left the window went.
    """

    stored: Stored
    inside: Mapping[EventUid, Served]
    elsewhere: Mapping[EventUid, Served] = field(default_factory=dict)


def expand_object(key: str, revision: str, raw: bytes, source: Source, window: Window) -> Expanded:
    """Read an object and materialise the window; one that cannot be read is kept, marked broken."""
    found = reading(raw, Asked(window, EVER, source.fallback_tzid))
    served = _served(found.expansion, key, source)
    starts_s, ends_s = (None, None) if found.recurring else _hull(served)
    stored = Stored(
        key=key,
        revision=revision,
        uid=found.uid,
        raw=raw,
        recurring=found.recurring,
        starts_s=starts_s,
        ends_s=ends_s,
        flags=",".join(sorted(found.expansion.flags)),
        broken="; ".join(found.expansion.broken)[:_LONGEST_REASON] if not served else "",
    )
    if found.recurring:
        return Expanded(stored, served)
    elsewhere = {uid: one for uid, one in served.items() if not overlaps(one, window)}
    inside = {uid: one for uid, one in served.items() if uid not in elsewhere}
    return Expanded(stored, inside, elsewhere)


def moved_away(
    key: str, raw: bytes, source: Source, window: Window, missing: Sequence[EventUid]
) -> Mapping[EventUid, Served]:
    """Occurrences of a series that left the window but are still held, within three years."""
    wide = Window(window.start - _NEIGHBOURHOOD, window.end + _NEIGHBOURHOOD)
    wanted = frozenset(missing)
    found = occurrences_between(key, raw, source, wide)
    return {one.event_uid: one for one in found if one.event_uid in wanted}


def occurrences_between(key: str, raw: bytes, source: Source, window: Window) -> Sequence[Served]:
    """Occurrences of a stored object in any window, for reads outside the materialised one."""
    found = reading(raw, Asked(window, window, source.fallback_tzid))
    return list(_served(found.expansion, key, source).values())


def overlaps(served: Served, window: Window) -> bool:
    """Whether it has a moment in the window; one without length counts at its start."""
    return served.start_s < epoch_s(window.end) and max(served.end_s, served.start_s + 1) > epoch_s(
        window.start
    )


def _hull(served: Mapping[EventUid, Served]) -> tuple[int | None, int | None]:
    starts_s = min((one.start_s for one in served.values()), default=None)
    return starts_s, max((one.end_s for one in served.values()), default=None)


def _served(expansion: Expansion, key: str, source: Source) -> Mapping[EventUid, Served]:
    """Everything that takes place."""
    renderer = Renderer(source.calendar_id, key_hash(key), source.own_addresses)
    served = (
        renderer.served(event)
        for event in expansion.events
        if event.words.status is not Status.CANCELLED
    )
    return {one.event_uid: one for one in served}
