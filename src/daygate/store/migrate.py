"""Bringing a database to the newest shape: one step per transaction, one process at a time."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import IntegrityError, ProgrammingError

from daygate.store.engine import Store, open_store
from daygate.store.row_security import Errand, Wall, arrange

MIGRATIONS = Path(__file__).parent / "migrations"
_TABLE = "alembic_version"
_CREATE_TABLE = f"""
    CREATE TABLE IF NOT EXISTS {_TABLE} (
        version_num VARCHAR(32) NOT NULL, CONSTRAINT {_TABLE}_pkc PRIMARY KEY (version_num))
"""


class UnknownRevision(Exception):
    """The database was written by a newer Daygate than this one."""


def _silent(_line: str) -> None:
    """Say nothing."""


async def migrate(
    url: str, *, progress: Callable[[str], None] = _silent, row_security: bool | None = None
) -> list[str]:
    """Run every step the database lacks, and give back their names.

    `row_security` puts the policies of PostgreSQL in force or out of it; None leaves them.

    Safe to call from several processes at once, through a pooler in transaction mode too: each
    step's transaction holds a lock on the table of versions, which the next one waits for.
    """
    store = open_store(url, pool_size=1)
    try:
        await _ensure_table(store)
        done: list[str] = []
        while (step := await _one_step(store)) is not None:
            done.append(step)
            progress(step)
        if row_security is not None and store.dialect == "postgresql":
            await _arrange(store, on=row_security)
        return done
    finally:
        await store.close()


async def revision(store: Store) -> str | None:
    """The newest step the database has had, or None if it is empty."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(_current)


def newest_revision() -> str | None:
    """The newest step this Daygate knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


async def _ensure_table(store: Store) -> None:
    try:
        async with store.write() as tx:
            await tx.execute(sa.text(_CREATE_TABLE))
    except (IntegrityError, ProgrammingError):
        # On PostgreSQL two of these at once may both try: the loser finds the name taken.
        await asyncio.sleep(0)


async def _arrange(store: Store, *, on: bool) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(sa.text(f"LOCK TABLE {_TABLE} IN ACCESS EXCLUSIVE MODE"))
        await arrange(connection, on=on)


async def _one_step(store: Store) -> str | None:
    async with store.engine.begin() as connection:
        if store.dialect == "postgresql":
            await connection.execute(sa.text(f"LOCK TABLE {_TABLE} IN ACCESS EXCLUSIVE MODE"))
            await Wall.on_errand(Errand.MIGRATION).tell(connection)
        return await connection.run_sync(_run_next)


def _run_next(connection: sa.Connection) -> str | None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    context = MigrationContext.configure(connection)
    step = next(_pending(scripts, context.get_current_revision()), None)
    if step is None:
        return None
    with Operations.context(context):
        step.module.upgrade()
    context.stamp(scripts, step.revision)
    return f"{step.revision} {step.doc}"


def _pending(scripts: ScriptDirectory, current: str | None) -> Iterator[Script]:
    steps = list(scripts.walk_revisions())[::-1]
    known = [step.revision for step in steps]
    if current is not None and current not in known:
        raise UnknownRevision(current)
    return iter(steps[known.index(current) + 1 :] if current else steps)


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_TABLE):
        return None
    return MigrationContext.configure(connection).get_current_revision()
