"""Rotation of keys: every record ends under the new key, whenever it is interrupted (K2)."""

import asyncio

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import KeyRing
from daygate.store.engine import Store
from daygate.store.rotation import SEALED_COLUMNS, Rotated, rotate
from daygate.store.schema import application_secrets, credentials, metadata
from daygate.store.vault import check_keys, load_credential, place, save_credential

ANN = AccountId("acc_ann")
OLD, NEW = KeyRing.generate(), KeyRing.generate()
BOTH = KeyRing(NEW.keys + OLD.keys)
SECRETS = 220  # more than one batch


async def fill(store: Store) -> None:
    await check_keys(store, OLD)
    async with store.write() as tx:
        for number in range(SECRETS):
            profile = ProfileId(f"pro_{number}")
            await save_credential(tx, OLD, ANN, profile, {"password": f"p{number}"})
        where = place(application_secrets.c.secret_sealed, "sec_1", "app_1")
        sealed = OLD.encrypt(b"client secret", where)
        row = {"secret_id": "sec_1", "application_id": "app_1", "hint": "ab", "created_ms": 0}
        await tx.execute(
            sa.insert(application_secrets).values(
                **row, secret_hash=bytes(32), secret_sealed=sealed
            )
        )


async def all_open(store: Store, ring: KeyRing) -> None:
    async with store.read() as tx:
        for number in range(SECRETS):
            secret = await load_credential(tx, ring, ANN, ProfileId(f"pro_{number}"))
            assert secret == {"password": f"p{number}"}
        row = await tx.first(sa.select(application_secrets.c.secret_sealed))
    assert row
    where = place(application_secrets.c.secret_sealed, "sec_1", "app_1")
    assert ring.decrypt(row.secret_sealed, where) == b"client secret"


async def test_after_a_rotation_the_old_key_is_not_needed_any_more(store):
    await fill(store)
    await check_keys(store, BOTH)
    told: list[str] = []
    done = await rotate(store, BOTH, progress=told.append)
    assert done == Rotated(SECRETS + 1, 0, (OLD.active.id,))
    assert told[-1] == f"credentials: {SECRETS + 1} rewritten, 0 unreadable"
    await check_keys(store, NEW)
    await all_open(store, NEW)
    assert await rotate(store, BOTH) == Rotated(0, 0, ())


async def test_an_interrupted_rotation_leaves_everything_readable_and_is_taken_up_again(store):
    class Killed(Exception):
        pass

    def die_after_the_first_batch(line: str) -> None:
        if line.startswith("credentials"):
            raise Killed

    await fill(store)
    await check_keys(store, BOTH)
    with pytest.raises(Killed):
        await rotate(store, BOTH, progress=die_after_the_first_batch)
    await all_open(store, BOTH)
    done = await rotate(store, BOTH)
    assert 0 < done.rewritten < SECRETS
    await all_open(store, NEW)


async def test_a_credential_saved_during_the_rotation_is_not_overwritten(store):
    await fill(store)
    await check_keys(store, BOTH)

    async def relink() -> None:
        for number in range(0, SECRETS, 10):
            async with store.write() as tx:
                profile = ProfileId(f"pro_{number}")
                await save_credential(tx, BOTH, ANN, profile, {"password": f"fresh {number}"})

    await asyncio.gather(rotate(store, BOTH), relink())
    async with store.read() as tx:
        for number in range(0, SECRETS, 10):
            secret = await load_credential(tx, NEW, ANN, ProfileId(f"pro_{number}"))
            assert secret == {"password": f"fresh {number}"}


async def test_a_record_that_cannot_be_read_is_counted_and_no_key_is_retired(store):
    await fill(store)
    await check_keys(store, BOTH)
    async with store.write() as tx:
        seven = credentials.c.profile_id == "pro_7"
        await tx.execute(sa.update(credentials).where(seven).values(secret_sealed=b"damaged"))
    assert await rotate(store, BOTH) == Rotated(SECRETS, 1, ())


def test_every_sealed_column_is_rotated_or_named_as_an_exception():
    rotated = {sealed.column for sealed in SEALED_COLUMNS}
    under_a_token = {metadata.tables["refresh_tokens"].c.successor_sealed}
    sealed = {
        column
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert sealed == rotated | under_a_token
