"""Refreshing in both modes, and revoking: what lives, what dies, and what a race may leave."""

import asyncio

import pytest
import sqlalchemy as sa

from daygate.domain.application import Application, RefreshMode
from daygate.kit.crypto import fingerprint, random_text
from daygate.oauth import bearer, clients, tokens
from daygate.oauth.clients import PresentedClient
from daygate.oauth.refusals import InvalidGrant, InvalidScope, RefreshReplayed
from daygate.store.engine import Store
from daygate.store.schema import (
    access_tokens,
    application_secrets,
    applications,
    refresh_tokens,
    work,
)
from tests.conftest import SettableClock
from tests.unit.oauth.rows import acts, add_secret, lives, scene

ROTATING = RefreshMode.ROTATING


async def test_t70_a_refresh_answers_with_the_same_refresh_token(store):
    set_up = await scene(store)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    assert second.refresh_token == first.refresh_token
    assert second.access_token != first.access_token
    assert second.scope == first.scope
    assert second.expires_in_s == 3600
    assert await lives(store, first.access_token)
    assert await lives(store, second.access_token)


async def test_t70_at_most_twenty_access_tokens_of_a_grant_live_and_the_newest_are_among_them(
    timed_store: Store, clock: SettableClock
):
    set_up = await scene(timed_store)
    first = await set_up.tokens()
    issued = [first.access_token]
    for _ in range(45):
        clock.advance(s=1)
        issued.append((await set_up.refresh(first.refresh_token)).access_token)
        alive = [await lives(timed_store, token) for token in issued]
        assert sum(alive) <= 20
        assert all(alive[-16:])


@pytest.mark.parametrize("mode", list(RefreshMode))
async def test_t67_a_refresh_token_is_bound_to_its_application(store, mode):
    set_up, stranger = await scene(store, refresh_mode=mode), await scene(store, refresh_mode=mode)
    issued = await set_up.tokens()
    with pytest.raises(InvalidGrant):
        await set_up.refresh(issued.refresh_token, client=stranger.client)
    assert await set_up.refresh(issued.refresh_token)


@pytest.mark.parametrize("mode", list(RefreshMode))
async def test_t68_a_narrower_scope_does_not_shrink_the_refresh_token(store, mode):
    set_up = await scene(store, refresh_mode=mode)
    issued = await set_up.tokens()
    narrow = await set_up.refresh(issued.refresh_token, "read_free_busy")
    assert narrow.scope == "read_free_busy"
    async with store.read() as tx:
        assert (await bearer.subject_of(tx, narrow.access_token)).scope == "read_free_busy"
    assert (await set_up.refresh(narrow.refresh_token)).scope == "read_events create_event"


@pytest.mark.parametrize("mode", list(RefreshMode))
@pytest.mark.parametrize("scope", ["delete_event", "read_events delete_event", "nonsense"])
async def test_t68_a_wider_scope_is_refused_and_costs_nothing(store, mode, scope):
    set_up = await scene(store, refresh_mode=mode)
    issued = await set_up.tokens()
    with pytest.raises(InvalidScope):
        await set_up.refresh(issued.refresh_token, scope)
    assert await set_up.refresh(issued.refresh_token)


@pytest.mark.parametrize("mode", list(RefreshMode))
async def test_an_unknown_refresh_token_is_refused_without_an_alarm(store, mode):
    set_up = await scene(store, refresh_mode=mode)
    for scope in ("", "read_events"):
        with pytest.raises(InvalidGrant):
            await set_up.refresh(random_text(32), scope)
    assert await acts(store) == []


async def test_t71_a_rotated_token_gets_the_same_successor_within_its_grace(
    timed_store: Store, clock: SettableClock
):
    set_up = await scene(timed_store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    clock.advance(s=tokens.GRACE_S - 0.1)
    again = await set_up.refresh(first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert again.access_token != second.access_token
    assert (await set_up.refresh(second.refresh_token)).refresh_token not in (
        first.refresh_token,
        second.refresh_token,
    )


async def test_t71_reuse_after_the_grace_ends_the_whole_family(
    timed_store: Store, clock: SettableClock
):
    set_up = await scene(timed_store, refresh_mode=ROTATING)
    first, other = await set_up.tokens(), await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    clock.advance(s=tokens.GRACE_S)
    with pytest.raises(RefreshReplayed):
        await set_up.refresh(first.refresh_token)
    with pytest.raises(InvalidGrant):
        await set_up.refresh(second.refresh_token)
    for dead in (first, second):
        assert not await lives(timed_store, dead.access_token)
    assert await lives(timed_store, other.access_token)
    assert await acts(timed_store) == ["refresh_token.replayed"]


async def test_t71_an_older_generation_has_no_grace(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    third = await set_up.refresh(second.refresh_token)
    with pytest.raises(RefreshReplayed):
        await set_up.refresh(first.refresh_token)
    with pytest.raises(InvalidGrant):
        await set_up.refresh(third.refresh_token)


async def test_t71_a_fourth_retry_within_the_grace_is_refused_and_ends_nothing(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    for _ in range(tokens.GRACE_USES):
        assert (await set_up.refresh(first.refresh_token)).refresh_token == second.refresh_token
    with pytest.raises(InvalidGrant) as refused:
        await set_up.refresh(first.refresh_token)
    assert not isinstance(refused.value, RefreshReplayed)
    assert await set_up.refresh(second.refresh_token)


async def test_t72_fifty_rotations_at_once_give_one_successor_and_no_false_alarm(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    answers = await asyncio.gather(
        *(set_up.refresh(first.refresh_token) for _ in range(50)), return_exceptions=True
    )
    issued = [answer for answer in answers if isinstance(answer, tokens.Issued)]
    assert len(issued) == 1 + tokens.GRACE_USES
    assert len({answer.refresh_token for answer in issued}) == 1
    assert {type(answer) for answer in answers} == {tokens.Issued, InvalidGrant}
    assert await acts(store) == []
    assert await set_up.refresh(issued[0].refresh_token)


async def test_t73_a_failure_in_mid_rotation_leaves_the_old_token_whole(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()

    class Lost(Exception):
        pass

    async def lose(tx):
        await tokens.refresh(tx, set_up.client, first.refresh_token)
        raise Lost

    with pytest.raises(Lost):
        await store.transact(lose)
    async with store.read() as tx:
        row = await tx.first(sa.select(refresh_tokens))
    assert row is not None
    assert (row.superseded_ms, row.successor_sealed, row.grace_uses) == (None, None, 0)
    assert await set_up.refresh(first.refresh_token)


async def test_a_successor_is_kept_sealed_and_erased_once_it_has_been_used(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    by_hash = sa.select(refresh_tokens.c.successor_sealed).where(
        refresh_tokens.c.token_hash == fingerprint(first.refresh_token)
    )
    async with store.read() as tx:
        row = await tx.first(by_hash)
        assert row is not None
        assert second.refresh_token.encode() not in row.successor_sealed
    await set_up.refresh(second.refresh_token)
    async with store.read() as tx:
        row = await tx.first(by_hash)
        assert row is not None
        assert row.successor_sealed is None


async def test_a_rotated_token_stays_dead_when_its_application_turns_rotation_off(store):
    set_up = await scene(store, refresh_mode=ROTATING)
    first = await set_up.tokens()
    second = await set_up.refresh(first.refresh_token)
    same = (await scene(store)).client
    still = type(same)(
        set_up.client.application_id, set_up.client.client_id, same.token_shape, same.refresh_mode,
        same.access_token_life_s,
    )  # fmt: skip
    with pytest.raises(InvalidGrant):
        await set_up.refresh(first.refresh_token, client=still)
    assert await set_up.refresh(second.refresh_token, client=still)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_t77_revoking_either_token_ends_the_grant_and_leaves_work(store, kind):
    set_up = await scene(store)
    first, second = await set_up.tokens(), await set_up.tokens()
    token = getattr(first, kind)
    application_id = set_up.app.application_id
    assert await store.transact(lambda tx: tokens.revoke(tx, application_id, token))
    assert not await store.transact(lambda tx: tokens.revoke(tx, application_id, token))
    for dead in (first, second):
        assert not await lives(store, dead.access_token)
        with pytest.raises(InvalidGrant):
            await set_up.refresh(dead.refresh_token)
    async with store.read() as tx:
        rows = await tx.all(sa.select(work.c.kind, work.c.key, work.c.account_id))
    assert [tuple(row) for row in rows] == [("ended", set_up.grant.grant_id, set_up.account_id)]


async def test_t77_nobody_revokes_for_another_application(store):
    set_up, stranger = await scene(store), await scene(store)
    issued = await set_up.tokens()
    theirs = stranger.app.application_id
    assert not await store.transact(lambda tx: tokens.revoke(tx, theirs, issued.access_token))
    assert not await store.transact(lambda tx: tokens.revoke_account(tx, theirs, set_up.account_id))
    assert await lives(store, issued.access_token)
    own = set_up.app.application_id
    assert await store.transact(lambda tx: tokens.revoke_account(tx, own, set_up.account_id))
    assert not await lives(store, issued.access_token)


@pytest.mark.parametrize("mode", list(RefreshMode))
async def test_t76_after_a_revocation_no_refresh_that_raced_it_has_left_a_living_token(store, mode):
    set_up = await scene(store, refresh_mode=mode)
    issued = await set_up.tokens()
    application_id = set_up.app.application_id

    async def revoke() -> object:
        await asyncio.sleep(0.005)
        return await store.transact(
            lambda tx: tokens.revoke(tx, application_id, issued.refresh_token)
        )

    answers = await asyncio.gather(
        *(set_up.refresh(issued.refresh_token) for _ in range(8)), revoke(),
        *(set_up.refresh(issued.refresh_token) for _ in range(8)),
        return_exceptions=True,
    )  # fmt: skip
    won = [answer for answer in answers if isinstance(answer, tokens.Issued)]
    assert True in answers
    for answer in won:
        assert not await lives(store, answer.access_token)
        with pytest.raises(InvalidGrant):
            await set_up.refresh(answer.refresh_token)
    async with store.read() as tx:
        assert await tx.all(sa.select(access_tokens)) == []


async def _at_once(store: Store, app: Application, secret: str, token: str):
    presented = PresentedClient(((app.client_id, secret),))
    async with store.each() as tx:
        return await tokens.refresh_at_once(tx, presented, token)


async def test_the_plain_case_is_authenticated_and_refreshed_in_one_statement(
    timed_store: Store, clock: SettableClock
):
    store = timed_store
    set_up = await scene(store, access_token_life_s=120)
    await add_secret(store, set_up.app, "s" * 43)
    issued = await set_up.tokens()
    # Its use has never been noted: the whole way is due, which does so.
    assert await _at_once(store, set_up.app, "s" * 43, issued.refresh_token) is None
    presented = PresentedClient(((set_up.app.client_id, "s" * 43),))
    await store.transact(lambda tx: clients.authenticate(tx, presented, "192.0.2.1"))
    plain = await _at_once(store, set_up.app, "s" * 43, issued.refresh_token)
    assert plain is not None
    assert (plain.refresh_token, plain.expires_in_s) == (issued.refresh_token, 120)
    assert (plain.scope, plain.account_id) == (issued.scope, set_up.account_id)
    assert await lives(store, plain.access_token)
    clock.advance(s=60)
    assert await _at_once(store, set_up.app, "s" * 43, issued.refresh_token) is None


@pytest.mark.parametrize(
    "wrong", ["secret", "token", "stranger", "disabled", "revoked", "rotating", "retired"]
)
async def test_anything_not_plain_goes_the_whole_way(store, wrong):
    set_up = await scene(store)
    await add_secret(store, set_up.app, "s" * 43)
    issued, app, secret = await set_up.tokens(), set_up.app, "s" * 43
    token = issued.refresh_token
    async with store.write() as tx:
        await tx.execute(sa.update(application_secrets).values(used_ms=tx.now))
    assert await _at_once(store, app, secret, token) is not None
    match wrong:
        case "secret":
            secret = "x" * 43
        case "token":
            token = issued.access_token
        case "stranger":
            stranger = await scene(store)
            token = (await stranger.tokens()).refresh_token
        case "disabled":
            await _change(store, sa.update(applications).values(disabled_ms=1))
        case "rotating":
            await _change(store, sa.update(applications).values(refresh_mode=ROTATING))
        case "retired":
            await _change(store, sa.update(application_secrets).values(retires_ms=1))
        case "revoked":
            await store.transact(lambda tx: tokens.revoke(tx, app.application_id, token))
        case _:
            pytest.fail(f"no such case: {wrong}")
    assert await _at_once(store, app, secret, token) is None


async def _change(store: Store, statement: sa.Update) -> None:
    async with store.write() as tx:
        await tx.execute(statement)
