"""Whose a profile is, when nothing but its id is known."""

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.profile import Profile
from daygate.store import profiles
from daygate.store.engine import Tx
from daygate.store.schema import identities


async def find(tx: Tx, profile_id: ProfileId) -> Profile | None:
    """The profile, found through the directory of identities; for public pages that name it."""
    row = await tx.first(
        sa.select(identities.c.account_id).where(identities.c.profile_id == profile_id).limit(1)
    )
    if row is None:
        return None
    tx.enter(AccountId(row.account_id))
    return await profiles.get(tx, AccountId(row.account_id), profile_id)
