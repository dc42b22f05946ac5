"""The accounts connected through one application, as its developer may see them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.connection import ConnectedProfile, Connection
from daygate.domain.ids import AccountId, ApplicationId, ProfileId
from daygate.store.engine import Tx
from daygate.store.row_security import Errand
from daygate.store.schema import (
    accounts,
    calendars,
    grant_profiles,
    grants,
    profiles,
    work,
)

_OF_GRANT = sa.and_(
    grant_profiles.c.account_id == grants.c.account_id,
    grant_profiles.c.grant_id == grants.c.grant_id,
)
_OF_MEMBER = sa.and_(
    profiles.c.account_id == grant_profiles.c.account_id,
    profiles.c.profile_id == grant_profiles.c.profile_id,
)
_NEWEST_FIRST = (
    grants.c.created_ms.desc(),
    grants.c.grant_id,
    profiles.c.created_ms,
    profiles.c.profile_id,
)


async def of_application(
    tx: Tx, application_id: ApplicationId, *, search: str, limit: int, look: str
) -> Sequence[Connection]:
    """Live grants of an application, the newest first.

    `search` is an id, or part of a name or e-mail address; `look` is the kind of work that looks at
    a profile.
    """
    live = sa.and_(grants.c.application_id == application_id, grants.c.revoked_ms.is_(None))
    page = sa.select(grants.c.account_id, grants.c.grant_id).where(live)
    if search:
        page = page.where(_matches(search))
    newest = page.order_by(grants.c.created_ms.desc(), grants.c.grant_id).limit(limit).subquery()
    chosen = sa.and_(
        newest.c.account_id == grants.c.account_id, newest.c.grant_id == grants.c.grant_id
    )
    with tx.house(Errand.APPLICATION):
        rows = await tx.all(_joined(look).join(newest, chosen).order_by(*_NEWEST_FIRST))
    return _grouped(rows)


def _joined(look: str) -> sa.Select[Any]:
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
            profiles.c.listed_ms,
            _of_calendars(sa.func.count()).label("calendars"),
            _of_calendars(sa.func.count(calendars.c.cursor)).label("cursors"),
            _of_calendars(sa.func.max(calendars.c.pulled_ms)).label("pulled_ms"),
            _of_calendars(sa.func.max(calendars.c.changed_ms)).label("changed_ms"),
            _next_ms(look).label("next_ms"),
        )
        .select_from(grants)
        .outerjoin(grant_profiles, _OF_GRANT)
        .outerjoin(profiles, _OF_MEMBER)
    )


def _of_calendars(counted: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    c = calendars.c
    of_profile = sa.select(counted).select_from(calendars)
    return of_profile.where(
        c.account_id == profiles.c.account_id,
        c.profile_id == profiles.c.profile_id,
        c.deleted.is_(False),
    ).scalar_subquery()


def _next_ms(look: str) -> sa.ScalarSelect[int]:
    w = work.c
    planned = sa.select(w.due_ms).where(
        w.account_id == profiles.c.account_id,
        w.kind == look,
        w.key == profiles.c.profile_id,
        w.parked.is_(False),
    )
    return planned.scalar_subquery()


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
    reached = sa.exists().where(
        accounts.c.account_id == grants.c.account_id,
        accounts.c.email.icontains(search, autoescape=True),
    )
    return sa.or_(grants.c.account_id == search, sa.exists(named), reached.correlate(grants))


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
            calendars=row.calendars,
            cursors=row.cursors,
            looked_ms=max(filter(None, (row.listed_ms, row.pulled_ms)), default=None),
            changed_ms=row.changed_ms,
            next_ms=row.next_ms,
        ),
    )
