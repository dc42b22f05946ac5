"""The background process: one table, kind of work -> function."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from daygate.applications import sign_in
from daygate.applications.register import CLOSED
from daygate.domain.ids import ApplicationId, GrantId
from daygate.domain.moments import MS_PER_S
from daygate.link.kinds import FORGET, LIST_CALENDARS, PULL, ROLL
from daygate.link.revoke import let_go
from daygate.oauth import expiry, grants
from daygate.oauth.grants import ENDED, LEFT
from daygate.occurrences.window import Reach
from daygate.store import limits, recent_calls, sessions
from daygate.store.engine import Store, Tx
from daygate.sync.cadence import Pace
from daygate.sync.engine import Engine
from daygate.sync.listing import list_calendars
from daygate.sync.pull import pull
from daygate.sync.upkeep import forget, roll
from daygate.wiring import Parts
from daygate.work.queue import INSTALLATION, Claimed, Lane, enqueue
from daygate.work.runner import Job, Lease, Runner

TIDY = "tidy"
DIRECTORY = "directory"
"""Key of the one row of that kind, which every worker keeps going."""
SLOTS: Mapping[Lane, int] = {Lane.PULL: 8, Lane.TIDY: 2}
WORKERS_PER_PROCESS = sum(SLOTS.values())
_TIDY_EVERY_S = 60.0
_COUNTERS_KEPT_S = 86_400
_GRANTS_AT_ONCE = 100


def jobs(parts: Parts) -> Mapping[str, Job]:
    """Everything this process knows to do."""
    settings = parts.settings
    engine = Engine(
        parts.store,
        parts.ring,
        parts.catalog,
        Reach(settings.window_past_days, settings.window_ahead_days),
        Pace(settings.poll_s, max(settings.poll_s, settings.poll_quiet_s)),
    )
    return {
        LIST_CALENDARS: Job(partial(_for_account, list_calendars, engine)),
        PULL: Job(partial(_for_account, pull, engine)),
        ROLL: Job(partial(_for_account, roll, engine)),
        FORGET: Job(partial(_for_account, forget, engine)),
        LEFT: Job(partial(_for_account, forget, engine)),
        ENDED: Job(partial(_ended, parts.store)),
        CLOSED: Job(partial(_closed, parts.store)),
        TIDY: Job(partial(_tidy, parts.store)),
    }


def build_runner(parts: Parts) -> Runner:
    """A runner over the whole table."""
    return Runner(parts.store, jobs(parts), SLOTS)


async def run(parts: Parts, stop: asyncio.Event) -> None:
    """Work until told to stop."""
    await parts.store.transact(lambda tx: enqueue(tx, INSTALLATION, TIDY, DIRECTORY, Lane.TIDY))
    await build_runner(parts).run(stop)


async def _for_account(
    work: Callable[[Engine, Claimed, Lease], Awaitable[float | None]],
    engine: Engine,
    claimed: Claimed,
    lease: Lease,
) -> float | None:
    """Do a piece of work with a store that shows its account's rows alone."""
    own = replace(engine, store=engine.store.of(claimed.account_id))
    return await work(own, claimed, lease)


async def _ended(store: Store, claimed: Claimed, lease: Lease) -> float | None:
    """A grant was revoked: profiles that only it could see are let go."""

    async def settle(tx: Tx) -> None:
        await lease.hold(tx)
        await let_go(tx, claimed.account_id, GrantId(claimed.key))

    await store.transact(settle)
    return None


async def _closed(store: Store, claimed: Claimed, lease: Lease) -> float | None:
    """An application was closed: its grants end, some at a time."""

    async def settle(tx: Tx) -> bool:
        await lease.hold(tx)
        return await grants.revoke_some(tx, ApplicationId(claimed.key), _GRANTS_AT_ONCE)

    return 0.0 if await store.transact(settle) else None


async def _tidy(store: Store, _claimed: Claimed, _lease: Lease) -> float | None:
    """Remove a batch of what is over; at once again while there is more."""
    more = await store.transact(expiry.tidy)
    await store.transact(lambda tx: limits.sweep(tx, older_than_s=_COUNTERS_KEPT_S))
    await store.transact(recent_calls.sweep)
    await store.transact(lambda tx: sessions.sweep(tx, sign_in.IDLE_S * MS_PER_S))
    return 0.0 if more else _TIDY_EVERY_S
