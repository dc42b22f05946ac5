"""What processes tell each other: sums of the others, news that ages, rows that go (R1)."""

from collections.abc import Mapping

from daygate.domain.ids import ApplicationId
from daygate.store import recent_calls
from daygate.store.engine import Store
from daygate.store.recent_calls import Calls

A, B = ApplicationId("app_a"), ApplicationId("app_b")


async def tell(store: Store, process_id: str, **calls: tuple[int, int]) -> None:
    told = {ApplicationId(f"app_{name}"): Calls(*each) for name, each in calls.items()}
    await store.transact(lambda tx: recent_calls.tell(tx, process_id, told))


async def others(store: Store, process_id: str) -> Mapping[ApplicationId, Calls]:
    return await store.transact(lambda tx: recent_calls.of_others(tx, process_id))


async def test_a_process_learns_the_sum_of_the_others_for_its_own_applications(store):
    await tell(store, "p1", a=(1, 10))
    await tell(store, "p2", a=(2, 20), b=(9, 90))
    await tell(store, "p3", a=(0, 40))
    assert await others(store, "p1") == {A: Calls(2, 60, processes=1)}
    assert await others(store, "p2") == {A: Calls(1, 50, processes=1)}
    assert await others(store, "nobody") == {}


async def test_the_last_word_of_a_dead_process_counts_for_a_minute_and_its_second_briefly(
    timed_store, clock
):
    await tell(timed_store, "dead", a=(50, 300))
    await tell(timed_store, "p1", a=(1, 1))
    clock.advance(s=4)
    assert await others(timed_store, "p1") == {A: Calls(0, 300, processes=0)}
    clock.advance(s=56)
    assert await others(timed_store, "p1") == {}


async def test_a_pair_has_one_row_and_loses_it_after_a_minute(timed_store, clock):
    for second in range(90):
        await tell(timed_store, "p1", a=(1, second))
        clock.advance(s=1)
    assert await timed_store.transact(recent_calls.sweep) == 0
    clock.advance(s=60)
    assert await timed_store.transact(recent_calls.sweep) == 1
