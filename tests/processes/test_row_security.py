"""A gateway on a guarded database: its commands, its API and its worker all see their rows."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daygate.kit.crypto import KeyRing
from tests.sdk.conftest import fill
from tests.servers.dav import DavServer
from tests.servers.gateway import Gateway, gateway, until
from tests.servers.radicale import radicale


@pytest.fixture
def dav(tmp_path: Path) -> Iterator[DavServer]:
    folder = tmp_path / "radicale"
    folder.mkdir()
    with radicale(folder) as server:
        fill(server, 3, "alice")
        fill(server, 2, "bob")
        yield server


@pytest.fixture
def house(guarded_url: str, tmp_path: Path) -> Iterator[Gateway]:
    folder = tmp_path / "gateway"
    folder.mkdir()
    settings = {
        "DAYGATE_DATABASE_URL": guarded_url,
        "DAYGATE_ROW_SECURITY": "on",
        "DAYGATE_SECRET_KEYS": KeyRing.generate().text(),
    }
    with gateway(folder, **settings) as started:
        yield started


def _get(house: Gateway, path: str, token: str) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own gateway
        f"{house.url}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def test_two_people_connect_sync_and_read_with_row_security_on(house: Gateway, dav: DavServer):
    client_id = house.application()["client_id"]
    tokens = {
        user: house.connect(client_id, dav.url, user, dav.passwords[user])["access_token"]
        for user in ("alice", "bob")
    }

    def seen(user: str) -> int:
        return len(_get(house, "/v1/events?tzid=Etc/UTC", tokens[user])["events"])

    until(lambda: (seen("alice"), seen("bob")) == (3, 2), timeout_s=120.0)
    for user, token in tokens.items():
        (profile,) = _get(house, "/v1/profiles", token)["profiles"]
        assert profile["profile_connected"]
        assert user in profile["profile_name"]
    lanes = json.loads(house.command("status"))["work"]
    assert {lane["parked"] for lane in lanes.values()} == {0}
