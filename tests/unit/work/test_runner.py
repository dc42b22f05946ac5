"""The runner: each row's end is settled, whatever its function, its worker or its lane does."""

import asyncio
import contextlib
import logging
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId
from daygate.domain.retry import Again, Park, Pause, RetryPolicy, Wait
from daygate.store.engine import Store, open_store
from daygate.store.migrate import migrate
from daygate.store.schema import facts, work
from daygate.work.queue import Claimed, Lane, Parked, enqueue, parked, withdraw
from daygate.work.runner import Function, Job, Lease, Runner
from tests.servers.postgres import PostgresServer

ANN = AccountId("acc_ann")


class Trouble(Exception):
    """A fault as the outer rooms raise them."""

    def __init__(self, retry: RetryPolicy, reason: str) -> None:
        super().__init__(f"{reason}: not for the row")
        self.retry = retry
        self.reason = reason


def raising(error: BaseException) -> Function:
    async def run(_claimed: Claimed, _lease: Lease) -> float | None:
        raise error

    return run


async def put(store: Store, key: str = "k", kind: str = "pull", lane: Lane = Lane.PULL) -> None:
    async with store.write() as tx:
        await enqueue(tx, ANN, kind, key, lane)


async def the_row(store: Store):
    async with store.read() as tx:
        return await tx.first(sa.select(work))


def runner_of(store: Store, function: Function, **options) -> Runner:
    options = {"lease_s": 30.0, "poll_s": 0.02, "grace_s": 1.0} | options
    return Runner(store, {"pull": Job(function)}, {Lane.PULL: 2}, **options)


@contextlib.asynccontextmanager
async def at_work(runner: Runner) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(runner.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@contextlib.asynccontextmanager
async def worker_process(
    url: str, mode: str, lease_s: float, go: Path = Path("none")
) -> AsyncIterator[Process]:
    """A worker in a process of its own; killed at the end whatever state it is in."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.work.worker_process", url, mode, str(lease_s), str(go),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert await said(process) == "ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: Process) -> str:
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), 90)
    return line.decode().strip()


async def until_empty(store: Store) -> None:
    """Wait until all work is done, and see that none of it is parked."""
    async with asyncio.timeout(120):
        while (row := await the_row(store)) is not None:
            assert not row.parked, row.reason
            await asyncio.sleep(0.02)


async def value_of(store: Store, name: str) -> str | None:
    async with store.read() as tx:
        row = await tx.first(sa.select(facts.c.value).where(facts.c.name == name))
    return row and row[0]


async def test_done_work_is_forgotten_and_work_with_a_next_time_stays(timed_store, clock):
    answers: Mapping[str, float | None] = {"once": None, "often": 900.0}
    ran: list[str] = []

    async def run(claimed: Claimed, _lease: Lease) -> float | None:
        ran.append(claimed.key)
        return answers[claimed.key]

    for key in answers:
        await put(timed_store, key)
    await runner_of(timed_store, run).drain()
    assert sorted(ran) == ["often", "once"]
    row = await the_row(timed_store)
    assert (row.key, row.due_ms, row.claim) == ("often", clock.ms + 900_000, None)


async def test_a_poke_during_the_run_runs_it_once_more(timed_store):
    runs: list[int] = []

    async def run(claimed: Claimed, _lease: Lease) -> None:
        runs.append(claimed.generation)
        if len(runs) == 1:
            await put(timed_store)
            await put(timed_store)

    await put(timed_store)
    await runner_of(timed_store, run).drain()
    assert runs == [1, 3]
    assert await the_row(timed_store) is None


@pytest.mark.parametrize(
    ("policy", "is_parked", "soonest_s"),
    [(Pause(), True, 0), (Park(), True, 0), (Wait(40), False, 40), (Again(), False, 3)],
)
async def test_a_fault_decides_what_becomes_of_its_row(
    timed_store, clock, policy, is_parked, soonest_s
):
    await put(timed_store)
    await runner_of(timed_store, raising(Trouble(policy, "unreachable"))).drain()
    row = await the_row(timed_store)
    assert (row.parked, row.reason) == (is_parked, "unreachable")
    assert row.due_ms >= clock.ms + soonest_s * 1000


async def test_poison_is_tried_again_and_then_parked_with_the_class_of_its_surprise(
    timed_store, clock, caplog
):
    runner = runner_of(timed_store, raising(ZeroDivisionError("a secret")))
    await put(timed_store)
    with caplog.at_level(logging.CRITICAL):
        for _ in range(6):
            await runner.drain()
            clock.advance(s=3600)
    async with timed_store.read() as tx:
        found = await parked(tx)
    assert found == [Parked(ANN, "pull", "k", Lane.PULL, 5, "surprise:ZeroDivisionError")]


async def test_a_cancellation_from_inside_the_work_is_a_surprise_like_any_other(timed_store):
    await put(timed_store)
    await runner_of(timed_store, raising(asyncio.CancelledError())).drain()
    assert (await the_row(timed_store)).reason == "surprise:CancelledError"


async def test_work_that_kills_its_worker_each_time_is_parked_in_the_end(timed_store):
    async def run(_claimed: Claimed, _lease: Lease) -> None:
        raise AssertionError("must not be tried any more")

    await put(timed_store)
    async with timed_store.write() as tx:
        await tx.execute(sa.update(work).values(attempts=25))
    await runner_of(timed_store, run).drain()
    row = await the_row(timed_store)
    assert (row.parked, row.reason) == (True, "worker_died")


async def test_long_work_keeps_its_lease(store):
    runs: list[str] = []

    async def run(claimed: Claimed, lease: Lease) -> None:
        runs.append(claimed.claim)
        await asyncio.sleep(1.2)
        async with store.write() as tx:
            await lease.hold(tx)

    await put(store)
    one, other = (runner_of(store, run, lease_s=0.6) for _ in range(2))
    async with at_work(one), at_work(other):
        await asyncio.sleep(1.5)
    assert len(runs) == 1
    assert await the_row(store) is None


async def test_work_that_is_withdrawn_is_interrupted(store):
    ended = asyncio.Event()

    async def run(_claimed: Claimed, _lease: Lease) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await put(store)
    async with at_work(runner_of(store, run, lease_s=0.3)):
        await asyncio.sleep(0.1)
        async with store.write() as tx:
            await withdraw(tx, ANN, "pull", "k")
        await asyncio.wait_for(ended.wait(), 60)


async def test_a_full_lane_starves_no_other(store):
    delivered: list[str] = []
    never, all_delivered = asyncio.Event(), asyncio.Event()

    async def hang(_claimed: Claimed, _lease: Lease) -> None:
        await never.wait()

    async def deliver(claimed: Claimed, _lease: Lease) -> None:
        delivered.append(claimed.key)
        if len(delivered) == 20:
            all_delivered.set()

    for number in range(50):
        await put(store, f"p{number}")
    for number in range(20):
        await put(store, f"d{number}", "deliver", Lane.DELIVER)
    table = {"pull": Job(hang), "deliver": Job(deliver)}
    runner = Runner(store, table, {Lane.PULL: 3, Lane.DELIVER: 1}, poll_s=0.02, grace_s=0.1)
    async with at_work(runner):
        await asyncio.wait_for(all_delivered.wait(), 60)


async def test_a_poke_wakes_a_sleeping_runner(store):
    done = asyncio.Event()

    async def run(_claimed: Claimed, _lease: Lease) -> None:
        done.set()

    runner = runner_of(store, run, poll_s=3600.0)
    async with at_work(runner):
        await asyncio.sleep(0.1)
        await put(store)
        runner.poke()
        await asyncio.wait_for(done.wait(), 60)


async def test_stopping_lets_runs_end_and_gives_back_what_does_not(store):
    finished: list[str] = []
    started = asyncio.Event()

    async def run(claimed: Claimed, _lease: Lease) -> None:
        if claimed.key == "long":
            started.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0.2)
        finished.append(claimed.key)

    await put(store, "short")
    await put(store, "long")
    async with at_work(runner_of(store, run, grace_s=1.0)):
        await started.wait()
    assert finished == ["short"]
    row = await the_row(store)
    assert (row.key, row.claim, row.attempts) == ("long", None, 0)


async def test_no_more_runs_at_once_than_the_lane_has_slots(store):
    running = most = 0

    async def run(_claimed: Claimed, _lease: Lease) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    for number in range(20):
        await put(store, f"k{number}")
    await runner_of(store, run).drain()
    assert most == 2
    assert await the_row(store) is None


async def test_two_processes_never_run_one_row_side_by_side(store, database_url):
    keys = [f"k{number}" for number in range(40)]
    async with (
        worker_process(database_url, "alone", 30) as one,
        worker_process(database_url, "alone", 30) as other,
    ):
        for _ in range(3):
            for key in keys:
                await put(store, key)
        await until_empty(store)
        for process in (one, other):
            assert process.returncode is None
    async with store.read() as tx:
        marks = sa.select(facts).where(facts.c.name.like("run:%"))
        assert await tx.all(marks) == []


async def test_f2_work_of_a_killed_worker_is_done_again_after_its_lease(store, database_url):
    await put(store)
    async with worker_process(database_url, "endless", 1.0) as worker:
        assert await said(worker) == "started"
        worker.kill()
        await worker.wait()
    attempts: list[int] = []

    async def run(claimed: Claimed, _lease: Lease) -> None:
        attempts.append(claimed.attempts)

    async with at_work(runner_of(store, run)):
        await until_empty(store)
    assert attempts == [2]


async def test_a_worker_paused_past_its_lease_writes_nothing(store, database_url, tmp_path):
    go = tmp_path / "go"

    async def run(_claimed: Claimed, lease: Lease) -> None:
        async with store.write() as tx:
            await lease.hold(tx)
            await tx.execute(sa.insert(facts).values(name="result", value="of the second worker"))

    await put(store)
    async with worker_process(database_url, "stuck", 1.0, go) as worker:
        assert await said(worker) == "started"
        worker.send_signal(signal.SIGSTOP)
        async with at_work(runner_of(store, run)):
            await until_empty(store)
        go.touch()
        worker.send_signal(signal.SIGCONT)
        assert await said(worker) == "lost"
    assert await value_of(store, "result") == "of the second worker"


async def test_f3_a_crash_of_the_database_stops_no_runner_and_loses_no_work():
    done: set[str] = set()

    async def run(claimed: Claimed, lease: Lease) -> None:
        await asyncio.sleep(0.01)
        async with store.write() as tx:
            await lease.hold(tx)
        done.add(claimed.key)

    with PostgresServer(durable=True) as server:
        await migrate(server.url())
        store = open_store(server.url())
        keys = {f"k{number}" for number in range(60)}
        async with store.write() as tx:
            for key in keys:
                await enqueue(tx, ANN, "pull", key, Lane.PULL)
        async with at_work(runner_of(store, run, lease_s=1.0)):
            for _ in range(2):
                await asyncio.sleep(0.2)
                await asyncio.to_thread(server.crash)
                await asyncio.to_thread(server.start)
            await until_empty(store)
        await store.close()
    assert done == keys
