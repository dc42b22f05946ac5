"""A worker in a process of its own, for the tests that pause and kill it.

    python -m tests.unit.work.worker_process URL MODE LEASE_S GO_FILE

It says on its standard output what it is doing, one word a line.
"""

import asyncio
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from daygate.domain.retry import Park
from daygate.store.engine import Store, Tx, open_store
from daygate.store.schema import facts
from daygate.work.queue import Claimed, Lane, LostClaim
from daygate.work.runner import Function, Job, Lease, Runner


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def alone(store: Store) -> Function:
    """Leaves a mark while it runs, which a second run of the same row would collide with."""

    async def run(claimed: Claimed, lease: Lease) -> None:
        async with store.write() as tx:
            await tx.execute(sa.insert(facts).values(name=f"run:{claimed.key}", value=""))
        await asyncio.sleep(0.005)

        async def write(tx: Tx) -> None:
            await lease.hold(tx)
            await tx.execute(sa.delete(facts).where(facts.c.name == f"run:{claimed.key}"))

        await store.transact(write)
        say(claimed.key)

    return run


def endless(_store: Store) -> Function:
    """Starts and never ends."""

    async def run(_claimed: Claimed, _lease: Lease) -> None:
        say("started")
        await asyncio.Event().wait()

    return run


def block_until(go: Path) -> None:
    while not go.exists():
        time.sleep(0.02)


def stuck(store: Store, go: Path) -> Function:
    """Blocks its whole process until the file is there, lease renewal included; then writes."""

    async def run(claimed: Claimed, lease: Lease) -> None:
        say("started")
        block_until(go)

        async def write(tx: Tx) -> None:
            await lease.hold(tx)
            await tx.execute(sa.insert(facts).values(name="result", value="of the paused worker"))

        try:
            await store.transact(write)
        except LostClaim:
            say("lost")
            raise
        say(f"wrote {claimed.key}")

    return run


async def main(url: str, mode: str, lease_s: float, go: Path) -> None:
    store = open_store(url)
    functions = {"alone": alone(store), "endless": endless(store), "stuck": stuck(store, go)}
    table = {"pull": Job(functions[mode], surprises=Park())}
    runner = Runner(store, table, {Lane.PULL: 4}, lease_s=lease_s, poll_s=0.05)
    say("ready")
    await runner.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), Path(sys.argv[4])))
