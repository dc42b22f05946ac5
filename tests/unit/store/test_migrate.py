"""Migrations make exactly the declared schema, on both databases, whoever runs them together."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from daygate.store import schema
from daygate.store.engine import Store, open_store
from daygate.store.migrate import UnknownRevision, migrate, newest_revision, revision


def differences(connection: sa.Connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, schema.metadata)


async def test_a_migrated_database_is_what_the_schema_declares(store: Store):
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_step_is_reported_once_and_a_second_run_has_nothing_to_do(empty_url):
    told: list[str] = []
    done = await migrate(empty_url, progress=told.append)
    assert done == told
    assert [step.split()[0] for step in done][-1] == newest_revision()
    assert await migrate(empty_url) == []


async def test_processes_that_migrate_together_share_the_steps(empty_url):
    parts = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    steps = sorted(step for part in parts for step in part)
    assert len(steps) == len(set(steps))
    assert steps[-1].split()[0] == newest_revision()


async def test_the_revision_of_a_database_is_known(empty_url):
    store = open_store(empty_url)
    assert await revision(store) is None
    await migrate(empty_url)
    assert await revision(store) == newest_revision()
    await store.close()


async def test_a_database_of_a_newer_daygate_is_refused(store: Store, database_url):
    async with store.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownRevision, match="9999"):
        await migrate(database_url)
