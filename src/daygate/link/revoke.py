"""Letting a calendar account go: out of one grant, and out of the house when nobody needs it."""

from daygate.domain.errors import NotFound
from daygate.domain.ids import AccountId, GrantId, ProfileId
from daygate.link.kinds import FORGET
from daygate.store import calendars, grants, objects, profiles, served
from daygate.store.engine import Tx
from daygate.work.queue import Lane, enqueue


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
    states = await calendars.states(tx, account_id, profile_id)
    ids = [state.calendar_id for state in states]
    await served.drop(tx, account_id, ids)
    await objects.drop(tx, account_id, ids)
    await calendars.drop(tx, account_id, profile_id)
    await profiles.drop(tx, account_id, profile_id)
    return True


async def let_go(tx: Tx, account_id: AccountId, grant_id: GrantId) -> None:
    """A grant has ended: ask for each of its profiles whether anybody still needs it."""
    for profile in await profiles.of_grant(tx, account_id, grant_id):
        await enqueue(tx, account_id, FORGET, profile.profile_id, Lane.TIDY)
