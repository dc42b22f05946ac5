"""Tokens count while their grant and application do, and die by the family or the grant."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from daygate.kit.crypto import fingerprint
from daygate.store import application_changes, grants, refresh_tokens, schema, tokens
from daygate.store.engine import Store, Tx
from daygate.store.tokens import Holder
from tests.conftest import SettableClock
from tests.unit.oauth.rows import Scene, scene

LIFE_S = 60
FAMILY, OTHER_FAMILY = fingerprint("family"), fingerprint("another family")
CAP = 20


@dataclass(frozen=True)
class Purse:
    """Tokens of one grant, written straight into the store."""

    scene: Scene

    @property
    def store(self) -> Store:
        return self.scene.store

    @property
    def holder(self) -> Holder:
        grant = self.scene.grant
        return Holder(grant.account_id, grant.grant_id, grant.application_id, grant.scope)

    async def access(self, text: str, family: bytes = FAMILY, life_s: int = LIFE_S) -> None:
        await self.store.transact(
            lambda tx: tokens.insert_access(tx, fingerprint(text), self.holder, family, life_s)
        )

    async def refresh(self, text: str, family: bytes = FAMILY) -> None:
        await self.store.transact(
            lambda tx: refresh_tokens.insert(tx, fingerprint(text), self.holder, family)
        )

    async def living(self, *texts: str) -> set[str]:
        """Those of the access tokens that open something."""
        async with self.store.read() as tx:
            return {text for text in texts if await tokens.bearer(tx, fingerprint(text))}

    async def renews(self, text: str, narrowed: str | None = None) -> Holder | None:
        """What presenting a refresh token gives."""
        app = self.scene.app.application_id
        issued = fingerprint(f"from {text} {narrowed}")
        return await self.store.transact(
            lambda tx: tokens.refresh(tx, fingerprint(text), app, issued, LIFE_S, narrowed)
        )


@pytest.fixture
async def purse(store: Store) -> Purse:
    return Purse(await scene(store))


async def test_a_bearer_is_told_with_what_the_grant_allows_now(purse: Purse):
    await purse.access("a")
    grant = purse.scene.grant
    await purse.store.transact(
        lambda tx: grants.set_scope(tx, grant.account_id, grant.grant_id, "read_events")
    )
    async with purse.store.read() as tx:
        found = await tokens.bearer(tx, fingerprint("a"))
        assert await tokens.bearer(tx, fingerprint("b")) is None
    assert found is not None
    assert (found.account_id, found.grant_id) == (grant.account_id, grant.grant_id)
    assert (found.scope, found.grant_scope) == (grant.scope, "read_events")


@pytest.mark.parametrize(("after_s", "lives"), [(LIFE_S - 0.001, {"a"}), (LIFE_S, set())])
async def test_an_access_token_lives_until_its_time_is_over(
    timed_store: Store, clock: SettableClock, after_s: float, lives: set[str]
):
    purse = Purse(await scene(timed_store))
    await purse.access("a")
    clock.advance(s=after_s)
    assert await purse.living("a") == lives


def _revoke(purse: Purse) -> Callable[[Tx], Awaitable[object]]:
    grant = purse.scene.grant
    return lambda tx: grants.revoke(tx, grant.account_id, grant.grant_id)


def _close(purse: Purse) -> Callable[[Tx], Awaitable[object]]:
    return lambda tx: application_changes.close(tx, purse.scene.app.application_id)


@pytest.mark.parametrize("end", [_revoke, _close], ids=["grant revoked", "application closed"])
async def test_nothing_opens_after_the_grant_or_the_application_has_ended(purse: Purse, end):
    await purse.access("a")
    await purse.refresh("r")
    await purse.store.transact(end(purse))
    assert await purse.living("a") == set()
    assert await purse.renews("r") is None


async def test_a_refresh_issues_under_the_grants_scope_or_a_narrower_one(purse: Purse):
    await purse.refresh("r")
    assert await purse.renews("r") == purse.holder
    assert await purse.renews("r", "read_events") == replace(purse.holder, scope="read_events")
    assert await purse.living("from r None", "from r read_events") == {
        "from r None", "from r read_events",
    }  # fmt: skip
    assert await purse.renews("unknown") is None


async def test_another_application_renews_nothing(purse: Purse, store: Store):
    await purse.refresh("r")
    stranger = await scene(store)
    other = Purse(replace(purse.scene, app=stranger.app))
    assert await other.renews("r") is None
    async with store.read() as tx:
        for app, found in ((purse.scene.app, True), (stranger.app, False)):
            held = await tokens.grant_of(tx, fingerprint("r"), app.application_id)
            assert (held is not None) is found


async def test_a_family_ends_without_its_siblings(purse: Purse):
    for family, name in ((FAMILY, "1"), (OTHER_FAMILY, "2")):
        await purse.access(f"a{name}", family)
        await purse.refresh(f"r{name}", family)
    await purse.store.transact(lambda tx: tokens.end_family(tx, FAMILY))
    assert await purse.living("a1", "a2") == {"a2"}
    assert await purse.renews("r1") is None
    assert await purse.renews("r2") is not None


async def test_the_end_of_a_grant_takes_every_family_and_no_other_grants(
    purse: Purse, store: Store
):
    other = Purse(await scene(store))
    await purse.access("a1")
    await purse.access("a2", OTHER_FAMILY)
    await purse.refresh("r")
    await other.access("b", fingerprint("of another grant"))
    await store.transact(lambda tx: tokens.end_grant(tx, purse.scene.grant.grant_id))
    assert await purse.living("a1", "a2", "b") == {"b"}
    assert await purse.renews("r") is None


async def test_t70_the_oldest_go_beyond_the_cap_and_the_newest_stays(
    timed_store: Store, clock: SettableClock
):
    purse = Purse(await scene(timed_store))
    names = [f"a{number}" for number in range(CAP + 30)]
    for name in names:
        clock.advance(s=0.1)
        await purse.access(name)
        assert name in await purse.living(name)
    living = await purse.living(*names)
    assert 0 < len(living) <= CAP
    assert living == set(names[-len(living) :])
    async with timed_store.read() as tx:
        assert len(await tx.all(sa.select(schema.access_tokens))) == len(living)
