"""Grants: one active grant per account and application; the last consent has the last word."""

from collections.abc import Set
from dataclasses import replace

from daygate.domain.application import Application
from daygate.domain.ids import AccountId, ApplicationId, GrantId, ProfileId, new_grant_id
from daygate.store import codes, grants, tokens
from daygate.store.engine import Tx
from daygate.store.grants import Grant
from daygate.work.queue import Lane, enqueue

ENDED = "ended"
"""Work of a grant that was revoked: whatever else hangs on it is closed by a worker."""

LEFT = "left"
"""Work of a profile that left a grant, or never came into one: is it held by any at all?"""


async def consent(
    tx: Tx,
    account_id: AccountId,
    application_id: ApplicationId,
    scope: str,
    profiles: tuple[Set[ProfileId], Set[ProfileId]],
) -> Grant:
    """Create the grant, or give it the scope and the profiles of a newer consent.

    `profiles` are those shown and those left ticked: a shown one that is not ticked leaves the
    grant, one that was not shown is left as it is.
    """
    shown, ticked = profiles
    tx.enter(account_id)
    await grants.hold(tx, account_id)
    grant = await grants.active(tx, account_id, application_id)
    if grant is None:
        grant_id = new_grant_id()
        await grants.create(tx, account_id, grant_id, application_id, scope)
        grant = Grant(account_id, grant_id, application_id, scope, await tx.now_ms())
    else:
        await grants.set_scope(tx, account_id, grant.grant_id, scope)
        await grants.remove_profiles(tx, account_id, grant.grant_id, shown - ticked)
    for profile_id in sorted(shown - ticked):
        await enqueue(tx, account_id, LEFT, profile_id, Lane.TIDY)
    await grants.add_profiles(tx, account_id, grant.grant_id, ticked)
    return replace(grant, scope=scope)


async def has_room(tx: Tx, application: Application, account_id: AccountId, most: int) -> bool:
    """Whether the application may connect this account: before it is verified, `most` at once."""
    if application.verified or await grants.active(tx, account_id, application.application_id):
        return True
    return await grants.connected_accounts(tx, application.application_id) < most


async def revoke(tx: Tx, account_id: AccountId, grant_id: GrantId) -> bool:
    """End a grant with every token and code of it; False if it had ended before."""
    tx.enter(account_id)
    if not await grants.revoke(tx, account_id, grant_id):
        return False
    await tokens.end_grant(tx, grant_id)
    await codes.burn_grant(tx, grant_id)
    await enqueue(tx, account_id, ENDED, grant_id, Lane.TIDY)
    return True


async def revoke_some(tx: Tx, application_id: ApplicationId, most: int) -> bool:
    """End grants of an application that is closed, `most` at a time; True if there may be more."""
    ended = await grants.of_application(tx, application_id, limit=most)
    for grant in ended:
        await revoke(tx, grant.account_id, grant.grant_id)
    return len(ended) == most
