"""The quiet work on the copy: rolling its window, and forgetting what nobody may see."""

import random

from daygate.domain.ids import CalendarId, ProfileId
from daygate.domain.moments import DAY_S, epoch_s
from daygate.link.revoke import forget_if_unused
from daygate.occurrences import roll as rolling
from daygate.store import authorizations, calendars, grants
from daygate.store.engine import Tx
from daygate.sync.engine import Engine, profile_at, source_of
from daygate.work.queue import Claimed
from daygate.work.runner import Lease


async def roll(engine: Engine, claimed: Claimed, lease: Lease) -> float | None:
    """Move one calendar's window on; due again tomorrow, at about this time."""
    calendar_id = CalendarId(claimed.key)
    async with engine.store.read() as tx:
        state = await calendars.state(tx, claimed.account_id, calendar_id)
    if state is None:
        return None
    profile = await profile_at(engine, claimed, state.profile_id)
    if profile is None:
        return None

    async def move(tx: Tx) -> None:
        await lease.hold(tx)
        window = engine.reach.materialised(await tx.now_ms())
        source = await source_of(tx, profile, state)
        rolled_to_s = state.rolled_to_s or epoch_s(window.start)
        await rolling.roll(tx, claimed.account_id, source, window, rolled_to_s)

    await engine.store.transact(move)
    return DAY_S * random.uniform(0.95, 1.0)  # noqa: S311 - spreads load, no secret


async def forget(engine: Engine, claimed: Claimed, lease: Lease) -> float | None:
    """Erase a profile that no living grant sees, unless somebody is about to decide on it.

    The end of such a request asks again.
    """
    profile_id = ProfileId(claimed.key)

    async def erase(tx: Tx) -> None:
        await lease.hold(tx)
        await grants.hold(tx, claimed.account_id)
        if not await authorizations.undecided(tx, claimed.account_id, profile_id):
            await forget_if_unused(tx, claimed.account_id, profile_id)

    await engine.store.transact(erase)
    return None
