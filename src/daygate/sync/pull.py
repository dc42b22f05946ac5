"""Reading a calendar's changes from its service into the store; one pull per calendar at a time.

Every page is one transaction: its objects, their occurrences, the change log. The cursor is
committed with the last page only, so that a pull that dies is simply read again from where the last
complete one ended. A cursor the service has lost means a full listing, whose last page sweeps what
it did not name and so emits the deletions.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daygate.domain.ids import AccountId, CalendarId
from daygate.domain.moments import DAY_S, Window, epoch_s
from daygate.domain.profile import Profile, SyncState
from daygate.link import health
from daygate.link.kinds import LIST_CALENDARS, ROLL
from daygate.link.session import open_session
from daygate.occurrences.expand import Expanded, Source, expand_object
from daygate.occurrences.save import remove, save
from daygate.providers.base import Connector, Cursor, Page, RemoteObject
from daygate.providers.faults import CursorLost, Fault, Missing, NeedsRelink
from daygate.store import accounts, calendars, objects, profiles
from daygate.store.engine import Tx
from daygate.sync.engine import Engine, postponed, profile_at, source_of
from daygate.work.queue import Claimed, Lane, enqueue
from daygate.work.runner import Lease

_UTC = "Etc/UTC"


async def pull(engine: Engine, claimed: Claimed, lease: Lease) -> float | None:
    """Bring the copy of one calendar up to date."""
    async with engine.store.read() as tx:
        state = await calendars.state(tx, claimed.account_id, CalendarId(claimed.key))
    if state is None or state.deleted:
        return None
    profile = await profile_at(engine, claimed, state.profile_id)
    if profile is None or not profile.connected:
        return None
    try:
        async with open_session(engine.store, engine.ring, engine.catalog, profile) as connector:
            await _follow(engine, lease, profile, state, connector)
    except (Missing, NeedsRelink) as fault:
        await _look_again(engine, lease, profile, state, fault)
    except Fault as fault:
        raise await postponed(engine, lease, profile, fault, state) from fault
    return None


async def _follow(
    engine: Engine, lease: Lease, profile: Profile, state: SyncState, connector: Connector
) -> None:
    cursor = Cursor(state.cursor) if state.cursor is not None else None
    if cursor is not None:
        try:
            await (await _begin(engine, lease, profile, state, full=False)).read(connector, cursor)
        except CursorLost:
            cursor = None
    if cursor is None:
        await (await _begin(engine, lease, profile, state, full=True)).read(connector, None)


async def _begin(
    engine: Engine, lease: Lease, profile: Profile, state: SyncState, *, full: bool
) -> "_Pull":
    async def begin(tx: Tx) -> _Pull:
        await lease.hold(tx)
        sweep = await calendars.begin_sweep(
            tx, profile.account_id, state.calendar_id, forget_cursor=full
        )
        source = await source_of(tx, profile, state)
        window = engine.reach.materialised(await tx.now_ms())
        return _Pull(engine, lease, profile, state, source, window, sweep)

    return await engine.store.transact(begin)


async def _look_again(
    engine: Engine, lease: Lease, profile: Profile, state: SyncState, fault: Fault
) -> None:
    """Let the list of calendars judge: whether this one is gone, or the password is dead.

    At once the first time. A calendar that stays listed and stays refused waits for the cadence.
    """

    async def ask(tx: Tx) -> None:
        await lease.hold(tx)
        await calendars.note_fault(tx, profile.account_id, state.calendar_id, fault.reason)
        if not state.failures:
            await enqueue(tx, profile.account_id, LIST_CALENDARS, profile.profile_id, Lane.PULL)

    await engine.store.transact(ask)


@dataclass(slots=True)
class _Pull:
    """One run over the pages of one calendar."""

    engine: Engine
    lease: Lease
    profile: Profile
    state: SyncState
    source: Source
    window: Window
    sweep: int
    changed: int = 0
    zones: Counter[str] = field(default_factory=Counter)

    @property
    def _account_id(self) -> AccountId:
        return self.profile.account_id

    async def read(self, connector: Connector, cursor: Cursor | None) -> None:
        """Save page after page. Raises `Fault`; what was saved before it stays."""
        first = self.window if cursor is None else None
        async for page in connector.changes(self.state.remote_id, cursor, first, self._known):
            await self._save(page)

    async def _known(self) -> Mapping[str, str]:
        async with self.engine.store.read() as tx:
            return await objects.revisions(tx, self._account_id, self.state.calendar_id)

    async def _save(self, page: Page) -> None:
        # Reading iCalendar is the costly part: outside the transaction, and off the loop.
        expanded = await asyncio.to_thread(self._expand, page.objects)
        self.changed += await self.engine.store.transact(lambda tx: self._write(tx, page, expanded))

    def _expand(self, remote: Sequence[RemoteObject]) -> Sequence[Expanded]:
        found = [
            expand_object(each.key, each.revision, each.raw, self.source, self.window)
            for each in remote
        ]
        self.zones.update(one.start_tzid for each in found for one in each.inside.values())
        return found

    async def _write(self, tx: Tx, page: Page, expanded: Sequence[Expanded]) -> int:
        await self.lease.hold(tx)
        calendar_id = self.state.calendar_id
        changed = await save(tx, self._account_id, self.source, self.window, self.sweep, expanded)
        await objects.mark_seen(tx, self._account_id, calendar_id, self.sweep, page.unchanged)
        gone = list(page.removed)
        if page.complete:
            gone += await objects.unseen(tx, self._account_id, calendar_id, self.sweep)
        changed += await remove(tx, self._account_id, calendar_id, gone)
        if not self.state.initial_sync_done:
            await calendars.note_progress(
                tx, self._account_id, calendar_id, done=page.done, expected=page.expected
            )
        if page.cursor is not None:
            await self._finish(tx, page.cursor, changed)
        return changed

    async def _finish(self, tx: Tx, cursor: Cursor, changed: int) -> None:
        calendar_id = self.state.calendar_id
        await calendars.commit_cursor(
            tx, self._account_id, calendar_id, cursor=cursor, changed=self.changed + changed > 0
        )
        if self.state.rolled_to_s is None:
            await calendars.note_rolled(tx, self._account_id, calendar_id, epoch_s(self.window.end))
            await enqueue(tx, self._account_id, ROLL, calendar_id, Lane.TIDY, delay_s=DAY_S)
        await profiles.finish_initial_sync(tx, self._account_id, self.profile.profile_id)
        await health.note_success(tx, self.profile)
        await self._learn_zone(tx)

    async def _learn_zone(self, tx: Tx) -> None:
        """The zone most of a person's events are written in is where they live."""
        account = await accounts.get(tx, self._account_id)
        common = [zone for zone, _ in self.zones.most_common() if zone != _UTC]
        if account is not None and account.default_tzid == _UTC and common:
            await accounts.set_default_tzid(tx, self._account_id, common[0])
