"""The accounts connected through one application, as its developer may see them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.connection import ConnectedProfile, Connection
from daygate.domain.ids import AccountId, ApplicationId, ProfileId
from daygate.store.engine import Tx
from daygate.store.row_security import Errand
from daygate.store.schema import grant_profiles, grants, profiles

_OF_GRANT = sa.and_(
    grant_profiles.c.account_id == grants.c.account_id,
    grant_profiles.c.grant_id == grants.c.grant_id,
)
_OF_MEMBER = sa.and_(
    profiles.c.account_id == grant_profiles.c.account_id,
    profiles.c.profile_id == grant_profiles.c.profile_id,
)
_NEWEST_FIRST = (grants.c.created_ms.desc(), grants.c.grant_id, profiles.c.created_ms)


async def of_application(
    tx: Tx, application_id: ApplicationId, *, search: str, limit: int
) -> Sequence[Connection]:
    """Live grants of an application, the newest first; `search` is an id or part of a name."""
    live = sa.and_(grants.c.application_id == application_id, grants.c.revoked_ms.is_(None))
    page = sa.select(grants.c.account_id, grants.c.grant_id).where(live)
    if search:
        page = page.where(_matches(search))
    newest = page.order_by(grants.c.created_ms.desc(), grants.c.grant_id).limit(limit).subquery()
    chosen = sa.and_(
        newest.c.account_id == grants.c.account_id, newest.c.grant_id == grants.c.grant_id
    )
    with tx.house(Errand.APPLICATION):
        rows = await tx.all(_joined().join(newest, chosen).order_by(*_NEWEST_FIRST))
    return _grouped(rows)


def _joined() -> sa.Select[Any]:
    return (
        sa.select(
            grants.c.account_id,
            grants.c.grant_id,
            grants.c.scope,
            grants.c.created_ms,
            profiles.c.profile_id,
            profiles.c.profile_name,
            profiles.c.provider_service,
            profiles.c.connected,
            profiles.c.initial_sync_done,
            profiles.c.last_fault,
        )
        .select_from(grants)
        .outerjoin(grant_profiles, _OF_GRANT)
        .outerjoin(profiles, _OF_MEMBER)
    )


def _matches(search: str) -> sa.ColumnElement[bool]:
    named = (
        sa.select(sa.literal(1))
        .select_from(grant_profiles)
        .join(profiles, _OF_MEMBER)
        .where(
            _OF_GRANT,
            sa.or_(
                profiles.c.profile_id == search,
                profiles.c.profile_name.icontains(search, autoescape=True),
            ),
        )
        .correlate(grants)
    )
    return sa.or_(grants.c.account_id == search, sa.exists(named))


def _grouped(rows: Sequence[sa.Row[Any]]) -> list[Connection]:
    found: dict[str, Connection] = {}
    for row in rows:
        before = found.get(row.grant_id)
        had = before.profiles if before else ()
        found[row.grant_id] = Connection(
            AccountId(row.account_id), row.scope, row.created_ms, (*had, *_profile(row))
        )
    return list(found.values())


def _profile(row: sa.Row[Any]) -> tuple[ConnectedProfile, ...]:
    if row.profile_id is None:
        return ()
    return (
        ConnectedProfile(
            profile_id=ProfileId(row.profile_id),
            name=row.profile_name,
            service=row.provider_service,
            connected=row.connected,
            synced=row.initial_sync_done,
            last_fault=row.last_fault,
        ),
    )
