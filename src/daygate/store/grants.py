"""Grants: what one account lets one application do, and with which of its profiles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.domain.ids import AccountId, ApplicationId, GrantId, ProfileId
from daygate.store.engine import Tx
from daygate.store.row_security import Errand
from daygate.store.schema import accounts, grant_profiles, grants, profiles

_g = grants.c
_gp = grant_profiles.c


@dataclass(frozen=True, slots=True)
class Grant:
    """An active grant."""

    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    scope: str
    created_ms: int


async def hold(tx: Tx, account_id: AccountId) -> None:
    """Let no other transaction change this account's grants until this one ends."""
    await tx.execute(
        sa.select(accounts.c.account_id)
        .where(accounts.c.account_id == account_id)
        .with_for_update()
    )


async def active(tx: Tx, account_id: AccountId, application_id: ApplicationId) -> Grant | None:
    """The one active grant of an account to an application."""
    row = await tx.first(
        sa.select(_g.account_id, _g.grant_id, _g.application_id, _g.scope, _g.created_ms)
        .where(
            _g.account_id == account_id,
            _g.application_id == application_id,
            _g.revoked_ms.is_(None),
        )
        .order_by(_g.created_ms)
        .limit(1)
    )
    return Grant(**row._mapping) if row else None


async def of_account(tx: Tx, account_id: AccountId) -> Sequence[Grant]:
    """Every active grant of an account, oldest first."""
    rows = await tx.all(
        sa.select(_g.account_id, _g.grant_id, _g.application_id, _g.scope, _g.created_ms)
        .where(_g.account_id == account_id, _g.revoked_ms.is_(None))
        .order_by(_g.created_ms, _g.grant_id)
    )
    return [Grant(**row._mapping) for row in rows]


async def of_application(tx: Tx, application_id: ApplicationId, *, limit: int) -> Sequence[Grant]:
    """Some of the active grants to an application."""
    some = (
        sa.select(_g.account_id, _g.grant_id, _g.application_id, _g.scope, _g.created_ms)
        .where(_g.application_id == application_id, _g.revoked_ms.is_(None))
        .order_by(_g.account_id, _g.grant_id)
        .limit(limit)
    )
    with tx.house(Errand.APPLICATION):
        rows = await tx.all(some)
    return [Grant(**row._mapping) for row in rows]


async def get(tx: Tx, account_id: AccountId, grant_id: GrantId) -> Grant | None:
    """An active grant by its id."""
    row = await tx.first(
        sa.select(_g.account_id, _g.grant_id, _g.application_id, _g.scope, _g.created_ms).where(
            _g.account_id == account_id, _g.grant_id == grant_id, _g.revoked_ms.is_(None)
        )
    )
    return Grant(**row._mapping) if row else None


async def connected_accounts(tx: Tx, application_id: ApplicationId) -> int:
    """How many accounts an application is connected to."""
    counted = sa.select(sa.func.count(sa.distinct(_g.account_id)).label("connected")).where(
        _g.application_id == application_id, _g.revoked_ms.is_(None)
    )
    with tx.house(Errand.APPLICATION):
        row = await tx.first(counted)
    return int(row.connected) if row else 0


async def create(
    tx: Tx, account_id: AccountId, grant_id: GrantId, application_id: ApplicationId, scope: str
) -> None:
    """Add a grant without profiles."""
    await tx.execute(
        sa.insert(grants).values(
            account_id=account_id,
            grant_id=grant_id,
            application_id=application_id,
            scope=scope,
            created_ms=tx.now,
        )
    )


async def set_scope(tx: Tx, account_id: AccountId, grant_id: GrantId, scope: str) -> None:
    """Replace what the grant allows."""
    await tx.execute(
        sa.update(grants)
        .where(_g.account_id == account_id, _g.grant_id == grant_id)
        .values(scope=scope)
    )


async def add_profiles(
    tx: Tx, account_id: AccountId, grant_id: GrantId, added: Collection[ProfileId]
) -> None:
    """Let the grant see these profiles too."""
    if not added:
        return
    insert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(grant_profiles)
    rows = [
        {"account_id": account_id, "grant_id": grant_id, "profile_id": profile_id}
        for profile_id in sorted(added)
    ]
    await tx.execute(insert.on_conflict_do_nothing(), rows)


async def remove_profiles(
    tx: Tx, account_id: AccountId, grant_id: GrantId, removed: Collection[ProfileId]
) -> None:
    """Take these profiles out of the grant's sight."""
    if not removed:
        return
    await tx.execute(
        sa.delete(grant_profiles).where(
            _gp.account_id == account_id,
            _gp.grant_id == grant_id,
            _gp.profile_id.in_(sorted(removed)),
        )
    )


async def profile_ids(tx: Tx, account_id: AccountId, grant_id: GrantId) -> frozenset[ProfileId]:
    """The profiles a grant may see."""
    rows = await tx.all(
        sa.select(_gp.profile_id).where(_gp.account_id == account_id, _gp.grant_id == grant_id)
    )
    return frozenset(ProfileId(row.profile_id) for row in rows)


async def own_profiles(
    tx: Tx, account_id: AccountId, asked: Collection[ProfileId]
) -> frozenset[ProfileId]:
    """Those of the asked profiles that are the account's."""
    rows = await tx.all(
        sa.select(profiles.c.profile_id).where(
            profiles.c.account_id == account_id, profiles.c.profile_id.in_(sorted(asked))
        )
    )
    return frozenset(ProfileId(row.profile_id) for row in rows)


async def unshared(
    tx: Tx, asked: Collection[tuple[AccountId, ProfileId]]
) -> Sequence[tuple[AccountId, ProfileId]]:
    """Those of the asked profiles that are kept although no living grant sees them."""
    p = profiles.c
    seen = sa.exists().where(
        _gp.account_id == p.account_id,
        _gp.profile_id == p.profile_id,
        _g.account_id == _gp.account_id,
        _g.grant_id == _gp.grant_id,
        _g.revoked_ms.is_(None),
    )
    kept = (
        sa.select(p.account_id, p.profile_id)
        .where(sa.tuple_(p.account_id, p.profile_id).in_(sorted(asked)), ~seen)
        .order_by(p.account_id, p.profile_id)
    )
    with tx.house(Errand.UNSHARED):
        rows = await tx.all(kept)
    return [(AccountId(row.account_id), ProfileId(row.profile_id)) for row in rows]


async def revoke(tx: Tx, account_id: AccountId, grant_id: GrantId) -> bool:
    """End a grant; True if it was active until now."""
    ended = await tx.count(
        sa.update(grants)
        .where(_g.account_id == account_id, _g.grant_id == grant_id, _g.revoked_ms.is_(None))
        .values(revoked_ms=tx.now)
    )
    return bool(ended)
