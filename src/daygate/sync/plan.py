"""What a fresh list of calendars asks for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daygate.domain.ids import CalendarId, ProfileId, calendar_id
from daygate.domain.profile import ListedCalendar, SyncState
from daygate.providers.base import RemoteCalendar


@dataclass(frozen=True, slots=True)
class Plan:
    """New calendars, ones still listed, ones listed no more, and which of them to pull."""

    added: Sequence[ListedCalendar]
    kept: Sequence[ListedCalendar]
    gone: Sequence[CalendarId]
    pulls: Mapping[CalendarId, str | None]


def plan(
    profile_id: ProfileId, listed: Sequence[RemoteCalendar], states: Sequence[SyncState]
) -> Plan:
    """Compare the service's list with what is kept. `pulls` maps to the fingerprint seen."""
    before = {state.calendar_id: state for state in states}
    named = [(_named(profile_id, remote), remote) for remote in listed]
    now = {each.calendar_id for each, _ in named}
    return Plan(
        added=[each for each, _ in named if each.calendar_id not in before],
        kept=[each for each, _ in named if each.calendar_id in before],
        gone=[
            state.calendar_id
            for state in states
            if state.calendar_id not in now and not state.deleted
        ],
        pulls={
            each.calendar_id: remote.fingerprint
            for each, remote in named
            if _needs_pull(before.get(each.calendar_id), remote)
        },
    )


def _needs_pull(state: SyncState | None, remote: RemoteCalendar) -> bool:
    if state is None or state.cursor is None or state.last_fault:
        return True
    return remote.fingerprint is None or remote.fingerprint != state.fingerprint


def _named(profile_id: ProfileId, remote: RemoteCalendar) -> ListedCalendar:
    return ListedCalendar(
        calendar_id=calendar_id(profile_id, remote.remote_id),
        remote_id=remote.remote_id,
        name=remote.name,
        color=remote.color,
        position=remote.order,
        tzid=remote.tzid,
        readonly=remote.readonly,
        primary=remote.primary,
        transparent=remote.transparent,
    )
