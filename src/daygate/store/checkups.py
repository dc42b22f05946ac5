"""What is known of one profile besides its calendars: who may see it, and when it was looked at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.store.engine import Tx
from daygate.store.row_security import Errand
from daygate.store.schema import applications, credentials, grant_profiles, grants, profiles


@dataclass(frozen=True, slots=True)
class Shared:
    """An application that may see a profile, and what it may do."""

    client_id: str
    application: str
    scope: str


@dataclass(frozen=True, slots=True)
class Kept:
    """When the list of calendars was last read, and whether there is something to read it with."""

    listed_ms: int | None
    credential: bool


@dataclass(frozen=True, slots=True)
class Unwell:
    """A profile whose last look failed, or that is disconnected."""

    profile_id: ProfileId
    connected: bool
    last_fault: str


async def shared(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Sequence[Shared]:
    """Every living grant that sees the profile, the oldest first."""
    g, gp, a = grants.c, grant_profiles.c, applications.c
    rows = await tx.all(
        sa.select(a.client_id, a.name.label("application"), g.scope)
        .select_from(
            grant_profiles.join(
                grants, sa.and_(g.account_id == gp.account_id, g.grant_id == gp.grant_id)
            ).join(applications, a.application_id == g.application_id)
        )
        .where(gp.account_id == account_id, gp.profile_id == profile_id, g.revoked_ms.is_(None))
        .order_by(g.created_ms, g.grant_id)
    )
    return [Shared(**row._mapping) for row in rows]


async def of_services(
    tx: Tx, provider_keys: Collection[str], *, limit: int
) -> tuple[int, Sequence[Unwell]]:
    """How many profiles some services have, and those that are not well, the oldest first."""
    p = profiles.c
    theirs = p.provider_key.in_(sorted(provider_keys))
    unwell = sa.or_(p.connected.is_(False), p.last_fault != "")
    with tx.house(Errand.DOCTOR):
        counted = await tx.first(sa.select(sa.func.count().label("all")).where(theirs))
        rows = await tx.all(
            sa.select(p.profile_id, p.connected, p.last_fault)
            .where(theirs, unwell)
            .order_by(p.created_ms, p.profile_id)
            .limit(limit)
        )
    return int(counted.all) if counted else 0, [Unwell(**row._mapping) for row in rows]


async def kept(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Kept:
    """What is kept of a profile that is there."""
    p, c = profiles.c, credentials.c
    has = sa.exists().where(c.account_id == p.account_id, c.profile_id == p.profile_id)
    row = await tx.first(
        sa.select(p.listed_ms, has.label("credential")).where(
            p.account_id == account_id, p.profile_id == profile_id
        )
    )
    return Kept(row.listed_ms, bool(row.credential)) if row else Kept(None, credential=False)
