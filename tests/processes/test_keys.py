"""`daygate keys rotate` dies in the middle, more than once, while a gateway serves (K2)."""

import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import KeyRing
from daygate.store.engine import Store, open_store
from daygate.store.schema import credentials
from daygate.store.vault import check_keys, load_credential, save_credential
from tests.servers.gateway import Gateway, gateway

ANN = AccountId("acc_ann")
OLD, NEW = KeyRing.generate(), KeyRing.generate()
BOTH = KeyRing(NEW.keys + OLD.keys)
RECORDS = 600
KILLS = 2
SEED = 20261125


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A database full of records under the old key."""
    opened = open_store(database_url)
    await check_keys(opened, OLD)
    async with opened.write() as tx:
        for number in range(RECORDS):
            await save_credential(tx, OLD, ANN, _profile(number), {"password": f"p{number}"})
    yield opened
    await opened.close()


@pytest.fixture
def house(database_url: str, store: Store, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway that has been given both keys, the new one first."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    keys = {"DAYGATE_DATABASE_URL": database_url, "DAYGATE_SECRET_KEYS": BOTH.text()}
    with gateway(folder, None, **keys) as started:
        yield started


async def test_k2_a_rotation_killed_again_and_again_loses_nothing_and_is_taken_up(
    house: Gateway, store: Store
):
    points = sorted(random.Random(SEED).sample(range(20, RECORDS - 150), KILLS))  # noqa: S311
    for point in points:
        rotation = _rotation(house)
        while rotation.poll() is None and await _rewritten(store) < point:
            await _still_serves(house)
        rotation.kill()
        assert rotation.wait() == -signal.SIGKILL, "it ended before it could be killed"
        assert await _rewritten(store) < RECORDS
        await _all_open(store, BOTH)
    rotation = _rotation(house)
    assert rotation.wait() == 0
    await check_keys(store, NEW)
    await _all_open(store, NEW)
    await _still_serves(house)


def _profile(number: int) -> ProfileId:
    return ProfileId(f"pro_{number}")


def _rotation(house: Gateway) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "daygate", "keys", "rotate"]
    return subprocess.Popen(command, env=dict(house.environment), stdout=subprocess.DEVNULL)


async def _still_serves(house: Gateway) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/readyz") as response:
        assert response.status == 200


async def _rewritten(store: Store) -> int:
    async with store.read() as tx:
        rows = await tx.all(sa.select(credentials.c.secret_sealed))
    return sum(1 for row in rows if not BOTH.needs_rotation(bytes(row.secret_sealed)))


async def _all_open(store: Store, ring: KeyRing) -> None:
    async with store.read() as tx:
        for number in range(RECORDS):
            found = await load_credential(tx, ring, ANN, _profile(number))
            assert found == {"password": f"p{number}"}
