"""Client secrets: two at once, retired at a time, kept in two forms (T50, T52)."""

import pytest
import sqlalchemy as sa

from daygate.applications import secrets
from daygate.domain.errors import Invalid, NotFound
from daygate.kit.crypto import Undecryptable, fingerprint
from daygate.store import applications
from daygate.store.engine import Store
from daygate.store.schema import application_secrets
from tests.unit.applications.people import RING, application, by, developer


@pytest.fixture
async def owner(timed_store):
    return await developer(timed_store)


@pytest.fixture
async def made(timed_store, owner):
    return await application(timed_store, owner)


async def _opens(store: Store, secret: str) -> bool:
    async with store.read() as tx:
        return await applications.by_secret_hash(tx, fingerprint(secret)) is not None


async def test_two_secrets_open_and_both_sign(timed_store, owner, made):
    second = await timed_store.transact(
        lambda tx: secrets.issue(tx, RING, made.application, by(owner))
    )
    assert await _opens(timed_store, made.client_secret)
    assert await _opens(timed_store, second)
    async with timed_store.read() as tx:
        signing = await secrets.signing(tx, RING, made.application.application_id)
    assert sorted(signing) == sorted([made.client_secret, second])


async def test_a_third_secret_is_refused(timed_store, owner, made):
    issue = secrets.issue
    await timed_store.transact(lambda tx: issue(tx, RING, made.application, by(owner)))
    with pytest.raises(Invalid):
        await timed_store.transact(lambda tx: issue(tx, RING, made.application, by(owner)))


async def test_a_rotated_secret_opens_until_its_time_to_the_second(timed_store, clock, owner, made):
    second = await timed_store.transact(
        lambda tx: secrets.rotate(tx, RING, made.application, by(owner), in_s=3600)
    )
    clock.advance(s=3599.999)
    assert await _opens(timed_store, made.client_secret)
    clock.advance(s=0.001)
    assert not await _opens(timed_store, made.client_secret)
    async with timed_store.read() as tx:
        signing = await secrets.signing(tx, RING, made.application.application_id)
    assert signing == [second]


async def test_rotating_twice_ends_the_one_that_was_ending_already(timed_store, owner, made):
    rotate = secrets.rotate
    live = [made.client_secret]
    for _ in range(2):
        live.append(
            await timed_store.transact(lambda tx: rotate(tx, RING, made.application, by(owner)))
        )
    assert [await _opens(timed_store, secret) for secret in live] == [False, True, True]


async def test_a_secret_ended_now_is_erased(timed_store, owner, made):
    await timed_store.transact(lambda tx: secrets.issue(tx, RING, made.application, by(owner)))
    async with timed_store.read() as tx:
        first = (await secrets.live(tx, made.application))[0]
    await timed_store.transact(
        lambda tx: secrets.retire(tx, made.application, first.secret_id, by(owner))
    )
    async with timed_store.read() as tx:
        count = await tx.first(sa.select(sa.func.count()).select_from(application_secrets))
    assert count == (1,)


async def test_the_last_secret_cannot_be_ended(timed_store, owner, made):
    async with timed_store.read() as tx:
        only = (await secrets.live(tx, made.application))[0]
    with pytest.raises(Invalid):
        await timed_store.transact(
            lambda tx: secrets.retire(tx, made.application, only.secret_id, by(owner))
        )


async def test_another_applications_secret_is_not_there(timed_store, owner, made):
    other = await application(timed_store, owner, name="Other")
    async with timed_store.read() as tx:
        foreign = (await secrets.live(tx, other.application))[0]
    with pytest.raises(NotFound):
        await timed_store.transact(
            lambda tx: secrets.retire(tx, made.application, foreign.secret_id, by(owner))
        )


async def test_a_sealed_secret_does_not_open_in_another_place(timed_store, made):
    async with timed_store.read() as tx:
        row = await tx.first(sa.select(application_secrets))
    assert row is not None
    assert made.client_secret.encode() not in bytes(row.secret_sealed)
    right = secrets.aad(row.secret_id, made.application.application_id)
    assert RING.decrypt(bytes(row.secret_sealed), right).decode() == made.client_secret
    with pytest.raises(Undecryptable):
        RING.decrypt(bytes(row.secret_sealed), secrets.aad("sec_other", row.application_id))
