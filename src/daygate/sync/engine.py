"""What every job of the sync engine works with, and how it meets faults."""

from dataclasses import dataclass

from daygate.domain.ids import ProfileId
from daygate.domain.profile import Profile, SyncState
from daygate.domain.retry import RetryPolicy
from daygate.kit.crypto import KeyRing
from daygate.link import health
from daygate.occurrences.expand import Source
from daygate.occurrences.window import Reach
from daygate.providers.catalog import Catalog
from daygate.providers.faults import Fault
from daygate.store import calendars, profiles
from daygate.store.engine import Store, Tx
from daygate.sync.cadence import Pace
from daygate.work.queue import Claimed
from daygate.work.runner import Lease


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts of the house that sync needs."""

    store: Store
    ring: KeyRing
    catalog: Catalog
    reach: Reach
    pace: Pace


class Postponed(Exception):
    """A conversation with a service failed, and that is recorded; `retry` says what comes next."""

    def __init__(self, retry: RetryPolicy, reason: str) -> None:
        super().__init__(reason)
        self.retry = retry
        self.reason = reason


async def profile_at(engine: Engine, claimed: Claimed, profile_id: str) -> Profile | None:
    """The profile of a piece of work, if it is still there."""
    async with engine.store.read() as tx:
        return await profiles.get(tx, claimed.account_id, ProfileId(profile_id))


async def source_of(tx: Tx, profile: Profile, state: SyncState) -> Source:
    """What the objects of a calendar have in common: its zone, and who "I" am in it."""
    facts = await profiles.facts_of(tx, profile.account_id, profile.profile_id)
    return Source.of(state.calendar_id, state.tzid, profile.profile_name, facts)


async def postponed(
    engine: Engine, lease: Lease, profile: Profile, fault: Fault, state: SyncState | None = None
) -> Postponed:
    """Record a fault with its profile (and calendar), and make the exception that reschedules."""

    async def note(tx: Tx) -> RetryPolicy:
        await lease.hold(tx)
        if state is not None:
            await calendars.note_fault(tx, profile.account_id, state.calendar_id, fault.reason)
        current = await profiles.get(tx, profile.account_id, profile.profile_id)
        return await health.note_fault(tx, current or profile, fault)

    return Postponed(await engine.store.transact(note), fault.reason)
