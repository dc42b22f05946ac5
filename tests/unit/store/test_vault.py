"""The vault: credentials open only in their place, and only for the ring that sealed them."""

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import KeyRing, Undecryptable
from daygate.store.engine import Store
from daygate.store.schema import credentials, facts
from daygate.store.vault import WrongKeys, check_keys, load_credential, save_credential

ANN, BOB = AccountId("acc_ann"), AccountId("acc_bob")
HOME, OFFICE = ProfileId("pro_home"), ProfileId("pro_office")
SECRET = {"user": "ann", "password": "hunter2 with ümlaut"}


async def save(store: Store, ring: KeyRing, account=ANN, profile=HOME, secret=SECRET) -> None:
    async with store.write() as tx:
        await save_credential(tx, ring, account, profile, secret)


async def load(store: Store, ring: KeyRing, account=ANN, profile=HOME):
    async with store.read() as tx:
        return await load_credential(tx, ring, account, profile)


async def test_a_credential_comes_back_and_the_latest_one_counts(store):
    ring = KeyRing.generate()
    assert await load(store, ring) is None
    await save(store, ring)
    assert await load(store, ring) == SECRET
    await save(store, ring, secret={"password": "another"})
    assert await load(store, ring) == {"password": "another"}


async def test_k1_a_record_copied_to_another_account_or_profile_does_not_open(store):
    ring = KeyRing.generate()
    await save(store, ring, ANN, HOME)
    stolen = sa.select(credentials.c.secret_sealed).scalar_subquery()
    for account, profile in ((BOB, HOME), (ANN, OFFICE)):
        async with store.write() as tx:
            row = {"account_id": account, "profile_id": profile, "stored_ms": 0}
            await tx.execute(sa.insert(credentials).values(**row, secret_sealed=stolen))
        with pytest.raises(Undecryptable):
            await load(store, ring, account, profile)
        async with store.write() as tx:
            await tx.execute(
                sa.delete(credentials).where(
                    credentials.c.profile_id == profile, credentials.c.account_id == account
                )
            )


async def test_k3_a_start_with_another_ring_is_refused_by_name(store):
    ring, other = KeyRing.generate(), KeyRing.generate()
    await check_keys(store, ring)
    await check_keys(store, ring)
    with pytest.raises(WrongKeys, match=ring.active.id) as refusal:
        await check_keys(store, other)
    assert other.active.id in str(refusal.value)
    assert ring.text() not in str(refusal.value)


async def test_k3_neither_the_older_nor_the_newer_key_may_go_before_a_rotation(store):
    old, new = KeyRing.generate(), KeyRing.generate()
    both = KeyRing(new.keys + old.keys)
    await check_keys(store, old)
    await check_keys(store, both)
    with pytest.raises(WrongKeys, match=old.active.id):
        await check_keys(store, new)
    with pytest.raises(WrongKeys, match=new.active.id):
        await check_keys(store, old)
    await check_keys(store, both)


async def test_k3_records_without_a_check_value_are_not_taken_for_an_empty_database(store):
    ring = KeyRing.generate()
    await check_keys(store, ring)
    await save(store, ring)
    async with store.write() as tx:
        await tx.execute(sa.delete(facts))
    with pytest.raises(WrongKeys, match="check value"):
        await check_keys(store, ring)


async def test_k4_none_of_the_planted_secrets_is_in_the_database(store, request):
    ring = KeyRing.generate()
    planted = [secrets.token_hex(12) for _ in range(100)]
    await check_keys(store, ring)
    for number, secret in enumerate(planted):
        await save(store, ring, profile=ProfileId(f"pro_{number}"), secret={"password": secret})
    async with store.write() as tx:
        await tx.execute(sa.insert(facts).values(name="canary", value="found-by-the-search"))
    kept = _everything_in(store, request)
    assert b"found-by-the-search" in kept, "the search looks in the right place"
    for word in (*planted, ring.text()):
        assert word.encode() not in kept
        assert word.encode().hex().encode() not in kept


def _everything_in(store: Store, request: pytest.FixtureRequest) -> bytes:
    database = make_url(store.engine.url).database
    assert database
    if store.dialect == "postgresql":
        dump: bytes = request.getfixturevalue("postgres").dump(database)
        return dump
    path = Path(database)
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
