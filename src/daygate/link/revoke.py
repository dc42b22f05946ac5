"""Letting a calendar account go: out of one grant, and out of the house when nobody needs it."""

from collections.abc import Sequence
from itertools import product

from daygate.domain.errors import NotFound
from daygate.domain.ids import AccountId, CalendarId, GrantId, ProfileId
from daygate.link.kinds import FORGET, LIST_CALENDARS, PULL, ROLL
from daygate.store import calendars, grants, objects, profiles, served
from daygate.store.engine import Tx
from daygate.work.queue import Lane, enqueue, withdraw


async def revoke_profile(
    tx: Tx, account_id: AccountId, grant_id: GrantId, profile_id: ProfileId
) -> None:
    """Take a profile out of a grant. Raises `NotFound` if the grant does not see it."""
    if not await profiles.detach(tx, account_id, profile_id, grant_id):
        raise NotFound
    await enqueue(tx, account_id, FORGET, profile_id, Lane.TIDY)


async def forget_if_unused(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> bool:
    """Erase credential, copy and profile unless a living grant sees it; True if erased."""
    tx.enter(account_id)
    # A consent under way must not share what is erased here.
    await grants.hold(tx, account_id)
    if await profiles.in_use(tx, account_id, profile_id):
        return False
    ids = await _stopped(tx, account_id, profile_id)
    await served.drop(tx, account_id, ids)
    await objects.drop(tx, account_id, ids)
    await calendars.drop(tx, account_id, profile_id)
    await profiles.drop(tx, account_id, profile_id)
    return True


async def _stopped(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Sequence[CalendarId]:
    """Take their work from runs under way, which would write on; the calendars there are then."""
    await withdraw(tx, account_id, LIST_CALENDARS, profile_id)
    states = await calendars.states(tx, account_id, profile_id)
    for kind, state in product((PULL, ROLL), states):
        await withdraw(tx, account_id, kind, state.calendar_id)
    return [state.calendar_id for state in states]


async def let_go(tx: Tx, account_id: AccountId, grant_id: GrantId) -> None:
    """A grant has ended: ask for each of its profiles whether anybody still needs it."""
    for profile in await profiles.of_grant(tx, account_id, grant_id):
        await enqueue(tx, account_id, FORGET, profile.profile_id, Lane.TIDY)
