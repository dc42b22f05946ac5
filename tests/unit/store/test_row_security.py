"""Row security: PostgreSQL itself shows a transaction one account, or none, whatever is asked."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import fingerprint
from daygate.store import accounts, profiles, row_security, schema
from daygate.store.engine import Store, Tx, open_store
from daygate.store.migrate import migrate
from daygate.store.row_security import Errand
from daygate.wiring import Misconfigured, check_wall
from daygate.work.queue import Lane, enqueue

from .rows import unsynced

ADA, BRUNO = AccountId("acc_ada"), AccountId("acc_bruno")
FILLED = (schema.accounts, schema.profiles, schema.work)


@pytest.fixture
async def guarded(guarded_url: str) -> AsyncIterator[Store]:
    """A guarded database in which two people have rows."""
    store = open_store(guarded_url, row_security=True)
    for account_id in (ADA, BRUNO):
        await store.of(account_id).transact(_moves_in(account_id))
    yield store
    await store.close()


def _moves_in(account_id: AccountId):
    async def move_in(tx: Tx) -> None:
        profile = unsynced(account_id, ProfileId(f"pro_of_{account_id}"))
        await accounts.create(tx, account_id, name=account_id, email=None)
        await profiles.create(tx, profile, identity=fingerprint(account_id), facts={})
        await enqueue(tx, account_id, "list", profile.profile_id, Lane.PULL)

    return move_in


async def _whose(tx: Tx, table: sa.Table) -> set[str]:
    """Whose rows a statement without any WHERE brings back."""
    return {row.account_id for row in await tx.all(sa.select(table))}


@pytest.mark.parametrize("table", FILLED, ids=lambda table: table.name)
async def test_m3_without_a_where_only_the_entered_account_comes_back(
    guarded: Store, table: sa.Table
):
    async with guarded.read() as tx:
        assert await _whose(tx, table) == set()
        tx.enter(ADA)
        assert await _whose(tx, table) == {ADA}
        with tx.within(BRUNO):
            assert await _whose(tx, table) == {BRUNO}
        assert await _whose(tx, table) == {ADA}
        with tx.house(Errand.WORK):
            assert await _whose(tx, table) == {ADA, BRUNO}
        assert await _whose(tx, table) == {ADA}


async def test_m3_every_table_of_account_data_is_guarded_against_its_owner(guarded: Store):
    async with guarded.engine.connect() as connection:
        found = await row_security.state(connection)
    assert found.complete
    assert not found.bypassed


async def test_what_is_written_has_to_be_the_entered_accounts(guarded: Store):
    async def for_bruno(tx: Tx) -> None:
        await tx.execute(
            sa.insert(schema.changes).values(
                account_id=BRUNO, position=1, calendar_id="c", event_uid="e", kind="k", at_ms=0
            )
        )

    with pytest.raises(ProgrammingError, match="row-level security"):
        await guarded.of(ADA).transact(for_bruno)
    await guarded.of(BRUNO).transact(for_bruno)


@pytest.mark.parametrize("how", ["DELETE FROM accounts", "UPDATE accounts SET name = 'taken'"])
async def test_a_change_without_a_where_stays_in_one_account(guarded: Store, how: str):
    assert await guarded.transact(lambda tx: tx.count(sa.text(how))) == 0
    assert await guarded.of(ADA).transact(lambda tx: tx.count(sa.text(how))) == 1
    async with guarded.of(BRUNO).read() as tx:
        account = await accounts.get(tx, BRUNO)
    assert account is not None
    assert account.name == BRUNO


async def test_a_connection_given_back_remembers_nobody(guarded_url: str, guarded: Store):
    store = open_store(guarded_url, row_security=True, pool_size=1)
    async with store.of(ADA).read() as tx:
        assert await _whose(tx, schema.accounts) == {ADA}
    async with store.read() as tx:
        assert await _whose(tx, schema.accounts) == set()
    await store.close()


async def test_a_process_with_another_setting_than_the_database_does_not_start(
    guarded_url: str, guarded: Store
):
    await check_wall(guarded)
    unaware = open_store(guarded_url)
    with pytest.raises(Misconfigured, match="nothing could be read"):
        await check_wall(unaware)
    await migrate(guarded_url, row_security=False)
    await check_wall(unaware)
    with pytest.raises(Misconfigured, match="not guarded yet"):
        await check_wall(guarded)
    await unaware.close()


async def test_a_superuser_and_sqlite_are_refused(database_url: str):
    store = open_store(database_url, row_security=True)
    with pytest.raises(Misconfigured, match=r"SQLite has no row security|superuser"):
        await check_wall(store)
    await store.close()


async def test_with_the_setting_off_nothing_is_told_to_the_database(store: Store):
    async with store.read() as tx:
        tx.enter(ADA)
        with tx.house(Errand.WORK), tx.within(BRUNO):
            assert await tx.all(sa.select(schema.accounts)) == []
    assert store.of(ADA) is store
