"""The process dies in the middle of things, starts again, and nothing is lost."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers.dav import event
from tests.servers.gateway import Gateway, gateway, until
from tests.servers.radicale import radicale

COUNT = 120
KILLS = 3


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    (tmp_path / "gateway").mkdir()
    with gateway(tmp_path / "gateway") as started:
        yield started


def uids(house: Gateway, token: str) -> set[str]:
    found: set[str] = set()
    address: str | None = f"{house.url}/v1/events?tzid=Etc/UTC"
    while address:
        answer = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        body = answer.json()
        found |= {each["event_uid"] for each in body["events"]}
        address = body["pages"].get("next_page")
    return found


def test_f2_killed_in_mid_sync_the_first_sync_ends_all_the_same(
    house: Gateway, tmp_path: Path
) -> None:
    (tmp_path / "radicale").mkdir()
    with radicale(tmp_path / "radicale") as dav:
        dav.make_calendar("/alice/work/", "Work")
        folder = next((tmp_path / "radicale").rglob(".Radicale.props")).parent
        start = datetime.now(UTC) + timedelta(days=1)
        for number in range(COUNT):
            moment = f"{start + timedelta(hours=number):%Y%m%dT%H%M%SZ}"
            (folder / f"{number}.ics").write_text(event(f"uid-{number}", moment))
        client = house.application()
        token = house.connect(client["client_id"], dav.url, "alice", dav.passwords["alice"])
        for _ in range(KILLS):
            house.kill()
            house.restart()
        # A killed worker's claim lasts for one lease.
        until(lambda: len(uids(house, token["access_token"])) == COUNT, timeout_s=150)


def test_f1_killed_in_mid_token_every_answered_token_works_and_the_grant_lives(
    house: Gateway, tmp_path: Path
) -> None:
    (tmp_path / "radicale").mkdir()
    with radicale(tmp_path / "radicale") as dav:
        dav.make_calendar("/alice/work/", "Work")
        client = house.application()
        token = house.connect(client["client_id"], dav.url, "alice", dav.passwords["alice"])
    answered: list[dict[str, Any]] = []
    refreshing = threading.Thread(target=_refresh_until_cut, args=(house, client, token, answered))
    refreshing.start()
    until(lambda: len(answered) >= 10)
    house.kill()
    refreshing.join()
    house.restart()
    for each in answered[-5:]:
        assert _account(house, each["access_token"]) == token["sub"]
    again: list[dict[str, Any]] = []
    _refresh_once(house, client, token, again)
    assert _account(house, again[0]["access_token"]) == token["sub"]


def _refresh_until_cut(
    house: Gateway, client: dict[str, Any], token: dict[str, Any], answered: list[dict[str, Any]]
) -> None:
    while True:
        try:
            _refresh_once(house, client, token, answered)
        except requests.ConnectionError:
            return


def _refresh_once(
    house: Gateway, client: dict[str, Any], token: dict[str, Any], answered: list[dict[str, Any]]
) -> None:
    body = {
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
    }
    answer = requests.post(f"{house.url}/oauth/token", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    answered.append(answer.json())


def _account(house: Gateway, access_token: str) -> str:
    answer = requests.get(
        f"{house.url}/v1/account", headers={"Authorization": f"Bearer {access_token}"}, timeout=30
    )
    found: str = answer.json()["account"]["account_id"]
    return found
