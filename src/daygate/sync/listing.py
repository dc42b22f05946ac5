"""Looking at a calendar account: one listing tells which calendars are worth a pull."""

from collections.abc import Sequence

from daygate.domain.ids import AccountId, CalendarId, ProfileId
from daygate.domain.moments import MS_PER_S
from daygate.domain.profile import Profile, SyncState
from daygate.domain.retry import backoff_s
from daygate.link import health
from daygate.link.kinds import PULL
from daygate.link.session import open_session
from daygate.providers.base import RemoteCalendar
from daygate.providers.faults import Fault
from daygate.store import calendars, profiles, served
from daygate.store import changes as change_log
from daygate.store.engine import Tx
from daygate.sync.cadence import next_look_s
from daygate.sync.engine import Engine, postponed, profile_at
from daygate.sync.plan import Plan, plan
from daygate.work.queue import Claimed, Lane, enqueue
from daygate.work.runner import Lease


async def list_calendars(engine: Engine, claimed: Claimed, lease: Lease) -> float | None:
    """Read the list, ask for pulls, and say when to look again."""
    profile = await profile_at(engine, claimed, claimed.key)
    if profile is None:
        return None
    try:
        async with open_session(engine.store, engine.ring, engine.catalog, profile) as connector:
            listed = await connector.calendars()
    except Fault as fault:
        raise await postponed(engine, lease, profile, fault) from fault

    async def settle(tx: Tx) -> float:
        await lease.hold(tx)
        await _keep(tx, profile, listed)
        return await _next_look_s(tx, engine, profile)

    return await engine.store.transact(settle)


async def _keep(tx: Tx, profile: Profile, listed: Sequence[RemoteCalendar]) -> None:
    account_id, profile_id = profile.account_id, profile.profile_id
    states = await calendars.states(tx, account_id, profile_id)
    found = plan(profile_id, listed, states)
    for each in found.added:
        await calendars.add(tx, account_id, profile_id, each)
    for each in found.kept:
        await calendars.describe(tx, account_id, each)
    await _let_go(tx, account_id, found)
    for calendar_id, fingerprint in found.pulls.items():
        await calendars.note_fingerprint(tx, account_id, calendar_id, fingerprint)
        delay_s = _hold_off_s(states, calendar_id)
        await enqueue(tx, account_id, PULL, calendar_id, Lane.PULL, delay_s=delay_s)
    current = await profiles.get(tx, account_id, profile_id)
    if current is not None:
        await health.note_success(tx, current)
    await profiles.note_listed(tx, account_id, profile_id)
    await profiles.finish_initial_sync(tx, account_id, profile_id)


def _hold_off_s(states: Sequence[SyncState], calendar_id: CalendarId) -> float:
    """A calendar that failed before is not pulled at every look, but ever less often."""
    failures = next((one.failures for one in states if one.calendar_id == calendar_id), 0)
    return backoff_s(failures) if failures else 0.0


async def _let_go(tx: Tx, account_id: AccountId, found: Plan) -> None:
    """A calendar that is gone takes its events along, and readers hear of each."""
    for calendar_id in found.gone:
        await calendars.mark_deleted(tx, account_id, calendar_id)
        uids = await served.living(tx, account_id, calendar_id)
        await served.mark_deleted(tx, account_id, calendar_id, uids, await tx.now_ms())
        await change_log.append(tx, account_id, calendar_id, [(uid, "deleted") for uid in uids])


async def _next_look_s(tx: Tx, engine: Engine, profile: Profile) -> float:
    states = await calendars.states(tx, profile.account_id, ProfileId(profile.profile_id))
    return next_look_s(
        engine.pace, watched=False, since_change_s=_since_change_s(states, await tx.now_ms())
    )


def _since_change_s(states: Sequence[SyncState], now_ms: int) -> float | None:
    living = [state for state in states if not state.deleted and not state.failures]
    if any(state.pulled_ms is None for state in living):
        return 0.0
    changed = [state.changed_ms for state in states if state.changed_ms is not None]
    return (now_ms - max(changed)) / MS_PER_S if changed else None
