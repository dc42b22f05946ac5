"""What the sync tests look up in the store, and how they make time pass."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.link import finish
from daygate.store import profiles, schema
from tests.servers.inside import Inside


async def every(house: Inside, table: sa.Table) -> Sequence[Any]:
    """All rows of a table."""
    async with house.parts.store.read() as tx:
        return await tx.all(sa.select(table))


async def living(house: Inside) -> Sequence[Any]:
    """Occurrences that are served."""
    rows = await every(house, schema.occurrences)
    return [row for row in rows if not row.deleted]


async def the_profile(house: Inside) -> Any:
    """The only profile."""
    (profile,) = await every(house, schema.profiles)
    return profile


async def the_calendar(house: Inside, slug: str = "work") -> Any:
    """One of Ada's calendars."""
    rows = await every(house, schema.calendars)
    return next(row for row in rows if row.remote_id == f"/dav/calendars/ada/{slug}/")


async def the_work(house: Inside, kind: str, key: str = "") -> Any:
    """The row of a piece of work, if there is one."""
    rows = await every(house, schema.work)
    return next((row for row in rows if row.kind == kind and key in ("", row.key)), None)


async def wait_s(house: Inside, kind: str) -> float:
    """In how many seconds a piece of work is due."""
    async with house.parts.store.read() as tx:
        now_ms = await tx.now_ms()
    row = await the_work(house, kind)
    return float(row.due_ms - now_ms) / 1000


async def later(house: Inside) -> None:
    """Everything that waits is due now, as if hours had passed; then do it."""

    async def due(tx: Any) -> None:
        w = schema.work.c
        await tx.execute(
            sa.update(schema.work).where(w.kind.in_(["list", "pull"])).values(due_ms=0)
        )

    await house.parts.store.transact(due)
    await house.drain()


def asked(house: Inside, method: str, path: str, depth: str) -> int:
    """How often the service was asked something."""
    seen = house.world.requests
    return sum((one.method, one.path, one.depth) == (method, path, depth) for one in seen)


async def relink(house: Inside) -> None:
    """Ada shows a new password for the profile she has."""
    spec = house.parts.catalog.by_key("sandbox")
    assert spec is not None
    answer = {"user": "ada", "password": house.world.reissue("ada")}
    credential = await finish.admit(spec, answer)
    row = await the_profile(house)
    account_id, profile_id = AccountId(row.account_id), ProfileId(row.profile_id)

    async def keep(tx: Any) -> None:
        profile = await profiles.get(tx, account_id, profile_id)
        assert profile is not None
        await finish.relink(tx, house.parts.ring, spec, credential, profile)

    await house.parts.store.transact(keep)
