"""The work queue: duplicates collapse, one run at a time, nothing lost."""

import asyncio

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId
from daygate.domain.retry import Again, Park, Pause, Wait
from daygate.store.engine import Store, Tx
from daygate.store.schema import work
from daygate.work.queue import (
    Claimed,
    Count,
    Lane,
    LostClaim,
    Parked,
    claim,
    counts,
    enqueue,
    fail,
    finish,
    hold,
    parked,
    release,
    renew,
    withdraw,
)

ANN = AccountId("acc_ann")
LEASE_S = 60.0
KINDS = ("pull", "push", "deliver")


async def put(store: Store, key: str = "k", kind: str = "pull", **options) -> None:
    lane = options.pop("lane", Lane.PULL)
    async with store.write() as tx:
        await enqueue(tx, ANN, kind, key, lane, **options)


async def take(store: Store, lane: Lane = Lane.PULL, limit: int = 10) -> list[Claimed]:
    return await claim(store, {lane: limit}, LEASE_S, KINDS)


async def take_one(store: Store) -> Claimed:
    (claimed,) = await take(store)
    return claimed


async def end(store: Store, claimed: Claimed, again_in_s: float | None = None) -> None:
    async with store.write() as tx:
        await finish(tx, claimed, again_in_s=again_in_s)


async def fault(store: Store, claimed: Claimed, policy, reason: str = "unreachable") -> None:
    async with store.write() as tx:
        await fail(tx, claimed, policy, reason)


async def rows(store: Store) -> int:
    async with store.read() as tx:
        row = await tx.first(sa.select(sa.func.count()).select_from(work))
    assert row
    return int(row[0])


async def test_what_is_enqueued_is_claimed_once_and_forgotten_when_done(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    assert (claimed.account_id, claimed.kind, claimed.key, claimed.attempts) == (
        ANN,
        "pull",
        "k",
        1,
    )
    assert await take(timed_store) == []
    await end(timed_store, claimed)
    assert await rows(timed_store) == 0


async def test_duplicates_collapse_into_one_row_due_at_the_earliest(timed_store, clock):
    await put(timed_store, delay_s=900)
    await put(timed_store, delay_s=10)
    await put(timed_store, delay_s=500)
    clock.advance(s=9.9)
    assert await take(timed_store) == []
    clock.advance(s=0.1)
    assert len(await take(timed_store)) == 1
    assert await rows(timed_store) == 1


async def test_work_of_a_rolled_back_transaction_never_was(timed_store):
    async def change_of_mind(tx: Tx) -> None:
        await enqueue(tx, ANN, "pull", "k", Lane.PULL)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await timed_store.transact(change_of_mind)
    assert await rows(timed_store) == 0


async def test_a_poke_during_a_run_makes_the_row_due_again_once_the_run_is_over(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    await put(timed_store)
    await put(timed_store)
    assert await take(timed_store) == [], "never two at once"
    await end(timed_store, claimed)
    again = await take_one(timed_store)
    await end(timed_store, again)
    assert await rows(timed_store) == 0, "two pokes during one run are one more run"


async def test_a_poke_during_a_run_wins_over_the_next_turn(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    await put(timed_store)
    await end(timed_store, claimed, again_in_s=900)
    assert len(await take(timed_store)) == 1


async def test_a_finished_turn_comes_again_after_its_delay(timed_store, clock):
    await put(timed_store)
    await end(timed_store, await take_one(timed_store), again_in_s=900)
    clock.advance(s=899)
    assert await take(timed_store) == []
    clock.advance(s=1)
    assert (await take_one(timed_store)).attempts == 1


async def test_a_lapsed_lease_is_claimed_by_another_and_the_first_can_do_nothing(
    timed_store, clock
):
    await put(timed_store)
    first = await take_one(timed_store)
    clock.advance(s=LEASE_S)
    second = await take_one(timed_store)
    assert second.attempts == 2

    assert not await renew(timed_store, first, LEASE_S)

    async def hold_first(tx: Tx) -> None:
        await hold(tx, first)

    async def finish_first(tx: Tx) -> None:
        await finish(tx, first, again_in_s=None)

    async def fail_first(tx: Tx) -> None:
        await fail(tx, first, Park(), "refused")

    async def release_first(tx: Tx) -> None:
        await release(tx, first)

    for act in (hold_first, finish_first, fail_first, release_first):
        with pytest.raises(LostClaim):
            await timed_store.transact(act)
    async with timed_store.write() as tx:
        await hold(tx, second)
    await end(timed_store, second)


async def test_a_renewed_lease_is_not_claimed(timed_store, clock):
    await put(timed_store)
    claimed = await take_one(timed_store)
    clock.advance(s=LEASE_S - 1)
    assert await renew(timed_store, claimed, LEASE_S)
    clock.advance(s=LEASE_S - 1)
    assert await take(timed_store) == []


async def test_withdrawn_work_is_gone_and_its_run_holds_nothing(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    async with timed_store.write() as tx:
        await withdraw(tx, ANN, "pull", "k")
    with pytest.raises(LostClaim):
        await end(timed_store, claimed)
    assert await rows(timed_store) == 0


async def test_released_work_is_due_at_once_and_no_try_is_counted(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    async with timed_store.write() as tx:
        await release(tx, claimed)
    assert (await take_one(timed_store)).attempts == 1


async def test_pause_parks_until_somebody_enqueues_again(timed_store, clock):
    await put(timed_store)
    await fault(timed_store, await take_one(timed_store), Pause(), "wrong_password")
    clock.advance(s=86_400)
    assert await take(timed_store) == []
    async with timed_store.read() as tx:
        assert await parked(tx) == [Parked(ANN, "pull", "k", Lane.PULL, 1, "wrong_password")]

    await put(timed_store)
    assert (await take_one(timed_store)).attempts == 1
    async with timed_store.read() as tx:
        assert await parked(tx) == []


async def test_a_poke_during_a_run_that_would_park_is_another_chance(timed_store):
    await put(timed_store)
    claimed = await take_one(timed_store)
    await put(timed_store)
    await fault(timed_store, claimed, Pause(), "wrong_password")
    assert (await take_one(timed_store)).attempts == 1


async def test_wait_is_obeyed_even_if_poked_and_costs_no_try(timed_store, clock):
    await put(timed_store)
    await fault(timed_store, await take_one(timed_store), Wait(30), "throttled")
    await put(timed_store)
    clock.advance(s=29.9)
    assert await take(timed_store) == []
    clock.advance(s=0.1)
    assert (await take_one(timed_store)).attempts == 1


async def test_again_backs_off_longer_each_time_and_then_parks(timed_store, clock):
    await put(timed_store)
    for attempt, longest_s in ((1, 6.25), (2, 12.5)):
        claimed = await take_one(timed_store)
        assert claimed.attempts == attempt
        await fault(timed_store, claimed, Again(tries=3))
        assert await take(timed_store) == []
        clock.advance(s=longest_s)
    await fault(timed_store, await take_one(timed_store), Again(tries=3))
    clock.advance(s=86_400)
    assert await take(timed_store) == []
    async with timed_store.read() as tx:
        (row,) = await parked(tx)
    assert (row.attempts, row.reason) == (3, "unreachable")


async def test_a_poke_cuts_a_back_off_short(timed_store):
    await put(timed_store)
    await fault(timed_store, await take_one(timed_store), Again())
    await put(timed_store)
    assert (await take_one(timed_store)).attempts == 2


async def test_success_forgets_the_tries_before_it(timed_store, clock):
    await put(timed_store)
    await fault(timed_store, await take_one(timed_store), Again())
    clock.advance(s=60)
    await end(timed_store, await take_one(timed_store), again_in_s=10)
    clock.advance(s=10)
    assert (await take_one(timed_store)).attempts == 1


async def test_lanes_have_slots_of_their_own_and_the_longest_due_goes_first(timed_store, clock):
    for number in range(5):
        await put(timed_store, key=f"p{number}")
        clock.advance(s=1)
    await put(timed_store, key="d", kind="deliver", lane=Lane.DELIVER)
    slots = {Lane.PULL: 2, Lane.DELIVER: 1, Lane.PUSH: 0}
    claimed = await claim(timed_store, slots, LEASE_S, KINDS)
    assert sorted(each.key for each in claimed) == ["d", "p0", "p1"]
    assert {each.lane for each in claimed} == {Lane.PULL, Lane.DELIVER}


async def test_kinds_this_worker_does_not_know_are_left_for_a_newer_one(timed_store):
    await put(timed_store, kind="invented-later")
    assert await take(timed_store) == []


async def test_counts_name_every_lane(timed_store):
    await put(timed_store, key="a")
    await put(timed_store, key="b")
    await put(timed_store, key="later", delay_s=60)
    await fault(timed_store, (await take(timed_store, limit=1))[0], Park(), "refused")
    async with timed_store.read() as tx:
        found = await counts(tx)
    assert found == {lane: Count() for lane in Lane} | {Lane.PULL: Count(due=1, parked=1)}


async def test_500_concurrent_enqueues_all_arrive(store):
    async def one(number: int) -> None:
        await store.transact(lambda tx: enqueue(tx, ANN, "pull", f"k{number % 250}", Lane.PULL))

    await asyncio.gather(*(one(number) for number in range(500)))
    assert await rows(store) == 250
    async with store.read() as tx:
        row = await tx.first(sa.select(sa.func.sum(work.c.generation).label("pokes")))
    assert row
    assert row.pokes == 500


async def test_concurrent_claims_share_the_rows_out(store):
    async with store.write() as tx:
        for number in range(100):
            await enqueue(tx, ANN, "pull", f"k{number}", Lane.PULL)
    taken = await asyncio.gather(*(take(store, limit=10) for _ in range(12)))
    keys = [claimed.key for group in taken for claimed in group]
    while more := await take(store, limit=10):
        keys += [claimed.key for claimed in more]
    assert sorted(keys) == sorted(f"k{number}" for number in range(100))


async def test_a_held_row_makes_a_poke_wait_for_the_end_of_the_transaction(store):
    await put(store)
    claimed = await take_one(store)
    poke: asyncio.Task[None]
    async with store.write() as tx:
        await hold(tx, claimed)
        poke = asyncio.create_task(put(store))
        await asyncio.sleep(0.1)
        assert not poke.done()
        await finish(tx, claimed, again_in_s=None)
    await poke
    assert await rows(store) == 1, "the poke came after the row was forgotten, and made it anew"
