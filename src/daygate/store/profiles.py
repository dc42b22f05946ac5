"""Profiles: connected calendar accounts, and the directory of who they are."""

import hashlib
from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa

from daygate.domain.ids import AccountId, GrantId, ProfileId
from daygate.domain.profile import Profile, ProfileBrief
from daygate.store import schema
from daygate.store.engine import Tx
from daygate.store.row_security import Errand

_p = schema.profiles.c
_i = schema.identities.c
_gp = schema.grant_profiles.c

_COLUMNS = (
    _p.account_id, _p.profile_id, _p.provider_key, _p.provider_name, _p.provider_service,
    _p.profile_name, _p.connected, _p.initial_sync_done, _p.last_fault, _p.failures,
)  # fmt: skip


def identity_hash(provider_name: str, identity: str) -> bytes:
    """SHA-256 of who the account is at its service."""
    return hashlib.sha256(f"{provider_name}\x1f{identity}".encode()).digest()


async def holders(tx: Tx, identity: bytes) -> Sequence[tuple[AccountId, ProfileId]]:
    """Every account that holds this identity, oldest first."""
    held = (
        sa.select(_i.account_id, _i.profile_id)
        .select_from(
            schema.identities.join(
                schema.profiles,
                (_p.account_id == _i.account_id) & (_p.profile_id == _i.profile_id),
            )
        )
        .where(_i.identity_hash == identity)
        .order_by(_p.created_ms, _p.profile_id)
    )
    with tx.house(Errand.HOLDERS):
        rows = await tx.all(held)
    return [(AccountId(row.account_id), ProfileId(row.profile_id)) for row in rows]


async def create(tx: Tx, profile: Profile, *, identity: bytes, facts: Mapping[str, str]) -> None:
    """Add a profile and its line in the directory of identities."""
    await tx.execute(
        sa.insert(schema.profiles).values(created_ms=tx.now),
        {
            "account_id": profile.account_id,
            "profile_id": profile.profile_id,
            "provider_key": profile.provider_key,
            "provider_name": profile.provider_name,
            "provider_service": profile.provider_service,
            "profile_name": profile.profile_name,
            "identity_hash": identity,
            "facts": orjson.dumps(dict(facts)).decode(),
        },
    )
    await tx.execute(
        sa.insert(schema.identities),
        {
            "identity_hash": identity,
            "account_id": profile.account_id,
            "profile_id": profile.profile_id,
        },
    )


async def relink(
    tx: Tx, account_id: AccountId, profile_id: ProfileId, facts: Mapping[str, str]
) -> None:
    """The person has shown working credentials: the profile lives again."""
    await tx.execute(
        sa.update(schema.profiles)
        .where(_p.account_id == account_id, _p.profile_id == profile_id)
        .values(connected=True, failures=0, last_fault="", facts=orjson.dumps(dict(facts)).decode())
    )


async def get(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Profile | None:
    """One profile of an account."""
    row = await tx.first(
        sa.select(*_COLUMNS).where(_p.account_id == account_id, _p.profile_id == profile_id)
    )
    return _profile(row) if row else None


async def brief(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> ProfileBrief | None:
    """What a token answer says of a profile."""
    row = await tx.first(
        sa.select(_p.profile_id, _p.profile_name, _p.provider_name, _p.provider_service).where(
            _p.account_id == account_id, _p.profile_id == profile_id
        )
    )
    return ProfileBrief(**row._mapping) if row else None


async def of_account(tx: Tx, account_id: AccountId) -> Sequence[Profile]:
    """Every profile of an account, oldest first."""
    rows = await tx.all(
        sa.select(*_COLUMNS)
        .where(_p.account_id == account_id)
        .order_by(_p.created_ms, _p.profile_id)
    )
    return [_profile(row) for row in rows]


async def of_grant(tx: Tx, account_id: AccountId, grant_id: GrantId) -> Sequence[Profile]:
    """The profiles a grant may see, oldest first."""
    rows = await tx.all(
        sa.select(*_COLUMNS)
        .join(
            schema.grant_profiles,
            (_gp.account_id == _p.account_id) & (_gp.profile_id == _p.profile_id),
        )
        .where(_p.account_id == account_id, _gp.grant_id == grant_id)
        .order_by(_p.created_ms, _p.profile_id)
    )
    return [_profile(row) for row in rows]


async def facts_of(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> Mapping[str, str]:
    """What the probe at connect found out."""
    row = await tx.first(
        sa.select(_p.facts).where(_p.account_id == account_id, _p.profile_id == profile_id)
    )
    found: Mapping[str, str] = orjson.loads(row.facts) if row else {}
    return found


async def note_health(
    tx: Tx,
    account_id: AccountId,
    profile_id: ProfileId,
    *,
    connected: bool,
    failures: int,
    last_fault: str,
) -> None:
    """Record how the last conversation with the service went."""
    await tx.execute(
        sa.update(schema.profiles)
        .where(_p.account_id == account_id, _p.profile_id == profile_id)
        .values(connected=connected, failures=failures, last_fault=last_fault)
    )


async def note_listed(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> None:
    """The list of calendars has just been read."""
    await tx.execute(
        sa.update(schema.profiles)
        .where(_p.account_id == account_id, _p.profile_id == profile_id)
        .values(listed_ms=tx.now)
    )


async def finish_initial_sync(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> bool:
    """Mark the first sync finished once every calendar's is; True when it happened just now.

    The last two calendars may finish at once, each unseen by the other: one waits here.
    """
    c = schema.calendars.c
    waiting = sa.select(_p.profile_id).where(
        _p.account_id == account_id, _p.profile_id == profile_id, _p.initial_sync_done.is_(False)
    )
    if await tx.first(waiting.with_for_update()) is None:
        return False
    unfinished = sa.exists().where(
        c.account_id == account_id,
        c.profile_id == profile_id,
        c.deleted.is_(False),
        c.initial_sync_done.is_(False),
    )
    return bool(
        await tx.count(
            sa.update(schema.profiles)
            .where(
                _p.account_id == account_id,
                _p.profile_id == profile_id,
                _p.initial_sync_done.is_(False),
                ~unfinished,
            )
            .values(initial_sync_done=True)
        )
    )


async def detach(tx: Tx, account_id: AccountId, profile_id: ProfileId, grant_id: GrantId) -> bool:
    """Take the profile out of a grant; True if it was in it."""
    return bool(
        await tx.count(
            sa.delete(schema.grant_profiles).where(
                _gp.account_id == account_id,
                _gp.profile_id == profile_id,
                _gp.grant_id == grant_id,
            )
        )
    )


async def in_use(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> bool:
    """Whether any living grant still sees the profile."""
    g = schema.grants.c
    row = await tx.first(
        sa.select(sa.literal(1))
        .select_from(
            schema.grant_profiles.join(
                schema.grants, (g.account_id == _gp.account_id) & (g.grant_id == _gp.grant_id)
            )
        )
        .where(
            _gp.account_id == account_id,
            _gp.profile_id == profile_id,
            g.revoked_ms.is_(None),
        )
        .limit(1)
    )
    return row is not None


async def drop(tx: Tx, account_id: AccountId, profile_id: ProfileId) -> None:
    """Erase a profile with its credential, and its line in the directory."""
    for table in (
        schema.grant_profiles,
        schema.credentials,
        schema.identities,
        schema.profiles,
    ):
        await tx.execute(
            sa.delete(table).where(
                table.c.account_id == account_id, table.c.profile_id == profile_id
            )
        )


def _profile(row: sa.Row[tuple[object, ...]]) -> Profile:
    return Profile(**row._mapping)
