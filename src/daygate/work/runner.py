"""Runs due work: claims rows, keeps their leases alive, and settles each one way or another."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from daygate.domain.retry import Again, Park, RetryPolicy
from daygate.store.engine import DATABASE_FAULTS, Store, Tx
from daygate.work.queue import (
    Claimed,
    Lane,
    LostClaim,
    claim,
    fail,
    finish,
    hold,
    release,
    renew,
)

_log = logging.getLogger(__name__)

"""What a query raises while the database restarts; asyncpg's refused connections are OSError."""

_SURPRISES = Again(tries=5)
_MOST_CLAIMS = 25
"""Work claimed this often without an end kills its worker each time: no policy got to see it."""


class Lease:
    """A run's hold on its row; every transaction that writes results begins with `hold`."""

    __slots__ = ("_claimed",)

    def __init__(self, claimed: Claimed) -> None:
        self._claimed = claimed

    async def hold(self, tx: Tx) -> None:
        """Raise `LostClaim`, and so write nothing, if another run has the row by now."""
        await hold(tx, self._claimed)


Function = Callable[[Claimed, Lease], Awaitable[float | None]]
"""Does one piece of work; the answer is in how many seconds it is due again, None for never."""


@dataclass(frozen=True, slots=True)
class Job:
    """How one kind of work is done."""

    function: Function
    surprises: RetryPolicy = _SURPRISES


@runtime_checkable
class Fault(Protocol):
    """An exception that says itself what to do next, and why in one word."""

    @property
    def retry(self) -> RetryPolicy: ...

    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Finished:
    """Done; due again after a while, or never."""

    again_in_s: float | None


@dataclass(frozen=True, slots=True)
class Failed:
    """Not done; the policy says what now."""

    policy: RetryPolicy
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """Interrupted because this worker goes away."""


Outcome = Finished | Failed | Released


class Runner:
    """Works through the queue; `slots` says how many runs each lane may have at once."""

    def __init__(
        self,
        store: Store,
        table: Mapping[str, Job],
        slots: Mapping[Lane, int],
        *,
        lease_s: float = 60.0,
        poll_s: float = 1.0,
        grace_s: float = 10.0,
    ) -> None:
        self._store = store
        self._table = table
        self._slots = slots
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._grace_s = grace_s
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._wake = asyncio.Event()

    def poke(self) -> None:
        """Look for due work now; for a process that enqueues and runs."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then let the runs end, and give back what does not."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _task: self._wake.set())
        try:
            while not stop.is_set():
                self._wake.clear()
                if not await self._claim_and_start():
                    await self._sleep()
        finally:
            stopping.cancel()
            await self._wind_up()

    async def drain(self) -> None:
        """Run whatever is due by now, and what that makes due, to the end; then come back."""
        while await self._claim_and_start() or self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _claim_and_start(self) -> bool:
        try:
            taken = await claim(self._store, self._free(), self._lease_s, self._table)
        except DATABASE_FAULTS as reason:
            _log.warning("cannot look for work: %s", type(reason).__name__)
            return False
        for claimed in taken:
            task = asyncio.create_task(self._run_one(claimed), name=claimed.kind)
            self._running[task] = claimed
            task.add_done_callback(self._ended)
        return bool(taken)

    def _free(self) -> dict[Lane, int]:
        busy = [claimed.lane for claimed in self._running.values()]
        return {lane: slots - busy.count(lane) for lane, slots in self._slots.items()}

    def _ended(self, task: asyncio.Task[None]) -> None:
        claimed = self._running.pop(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s broke its runner", claimed.kind, exc_info=error)

    async def _sleep(self) -> None:
        # Spread, so that the workers of a fleet do not all ask at the same moment.
        poll_s = self._poll_s * random.uniform(0.75, 1.25)  # noqa: S311
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), poll_s)

    async def _wind_up(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=self._grace_s)
        unfinished = list(self._running)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _run_one(self, claimed: Claimed) -> None:
        """Run one row and settle it."""
        try:
            await self._settle(claimed, await self._outcome(claimed))
        except LostClaim:
            _log.info("%s was taken over by another run", claimed.kind)
        except DATABASE_FAULTS as reason:
            # The row stays claimed and becomes due again when its lease ends.
            _log.warning("%s could not be settled: %s", claimed.kind, type(reason).__name__)

    async def _outcome(self, claimed: Claimed) -> Outcome:
        if claimed.attempts > _MOST_CLAIMS:
            return Failed(Park(), "worker_died")
        job = self._table[claimed.kind]
        try:
            return Finished(await self._with_lease(job, claimed))
        except LostClaim:
            raise
        except asyncio.CancelledError as cancelled:
            return Released() if _is_being_cancelled() else _failed(job, claimed, cancelled)
        except Exception as error:  # noqa: BLE001 - the one place where any surprise ends
            return _failed(job, claimed, error)

    async def _with_lease(self, job: Job, claimed: Claimed) -> float | None:
        async def work() -> float | None:
            return await job.function(claimed, Lease(claimed))

        working = asyncio.create_task(work())
        renewing = asyncio.create_task(self._keep_lease(claimed))
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                renewing.result()
                raise LostClaim(claimed)
            return working.result()
        finally:
            for task in (working, renewing):
                task.cancel()
            await asyncio.gather(working, renewing, return_exceptions=True)

    async def _keep_lease(self, claimed: Claimed) -> None:
        """Lengthen the lease at each third, so that one renewal may fail; ends if it is lost."""
        while True:
            await asyncio.sleep(self._lease_s / 3)
            try:
                if not await renew(self._store, claimed, self._lease_s):
                    return
            except DATABASE_FAULTS as reason:
                _log.warning("a lease could not be renewed: %s", type(reason).__name__)

    async def _settle(self, claimed: Claimed, outcome: Outcome) -> None:
        async def write(tx: Tx) -> None:
            match outcome:
                case Finished(again_in_s):
                    await finish(tx, claimed, again_in_s=again_in_s)
                case Failed(policy, reason):
                    await fail(tx, claimed, policy, reason)
                case Released():
                    await release(tx, claimed)

        await self._store.transact(write)


def _is_being_cancelled() -> bool:
    """Whether somebody cancelled this task, rather than the work inside it having ended so."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _failed(job: Job, claimed: Claimed, error: BaseException) -> Failed:
    if isinstance(error, Fault):
        return Failed(error.retry, error.reason)
    # The message stays in the log, which masks secrets; the row keeps the class alone.
    _log.error("%s failed unexpectedly", claimed.kind, exc_info=error)
    return Failed(job.surprises, f"surprise:{type(error).__name__}")
