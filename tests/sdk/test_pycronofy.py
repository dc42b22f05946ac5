"""The vendor's Python SDK, unmodified but for its host, reading a Radicale calendar."""

from datetime import timedelta
from typing import Any

import pycronofy
import pytest
from pycronofy import settings

from tests.servers.dav import DavServer, event
from tests.servers.gateway import Gateway, until

from .conftest import TOMORROW, fill

COUNT = 60  # more than one page


@pytest.fixture(scope="module")
def linked(house: Gateway, dav: DavServer) -> dict[str, Any]:
    fill(dav, COUNT)
    application = house.application()
    answer = house.connect(application["client_id"], dav.url, "alice", dav.passwords["alice"])
    return {**application, **answer}


@pytest.fixture
def client(
    house: Gateway, linked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> pycronofy.Client:
    monkeypatch.setattr(settings, "API_BASE_URL", house.url)
    monkeypatch.setattr(settings, "APP_BASE_URL", house.url)
    return pycronofy.Client(
        client_id=linked["client_id"],
        client_secret=linked["client_secret"],
        access_token=linked["access_token"],
        refresh_token=linked["refresh_token"],
    )


def read(client: pycronofy.Client) -> list[Any]:
    found = client.read_events(from_date=TOMORROW.date(), tzid="Etc/UTC")
    return list(found.all())


def test_it_reads_every_event_over_several_pages(client: pycronofy.Client) -> None:
    events = until(lambda: len(found := read(client)) == COUNT and found)
    assert [each["summary"] for each in events] == [f"Meeting {n}" for n in range(COUNT)]
    assert events[0]["start"] == f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}"
    assert len({each["event_uid"] for each in events}) == COUNT


def test_it_lists_calendars_and_profiles(client: pycronofy.Client) -> None:
    (calendar,) = until(client.list_calendars)
    assert (calendar["calendar_name"], calendar["calendar_readonly"]) == ("Work", False)
    assert calendar["provider_name"] == "caldav"
    (profile,) = client.list_profiles()
    assert profile["profile_id"] == calendar["profile_id"]
    assert profile["profile_connected"] is True


def test_it_knows_the_account(client: pycronofy.Client, linked: dict[str, Any]) -> None:
    account = client.account()
    assert account["account_id"] == linked["sub"]
    info = client.userinfo()
    assert info["cronofy.data"]["authorization"]["scope"] == "read_write"


def test_it_reads_free_busy(client: pycronofy.Client) -> None:
    until(lambda: len(read(client)) == COUNT)
    found = list(client.read_free_busy(from_date=TOMORROW.date(), tzid="Etc/UTC").all())
    assert len(found) == COUNT
    assert {each["free_busy_status"] for each in found} == {"busy"}


def test_it_refreshes_and_goes_on(client: pycronofy.Client, linked: dict[str, Any]) -> None:
    before = client.auth.access_token
    client.refresh_authorization()
    assert client.auth.access_token != before
    assert client.auth.refresh_token == linked["refresh_token"]
    assert client.account()["account_id"] == linked["sub"]


def test_changes_at_the_server_reach_the_api(client: pycronofy.Client, dav: DavServer) -> None:
    until(lambda: len(read(client)) == COUNT)
    moment = TOMORROW + timedelta(minutes=30)
    dav.put("/alice/work/new.ics", event("uid-new", f"{moment:%Y%m%dT%H%M%SZ}", "Came later"))
    until(lambda: any(each["summary"] == "Came later" for each in read(client)))
    dav.delete("/alice/work/new.ics")
    until(lambda: all(each["summary"] != "Came later" for each in read(client)))
    deleted = client.read_events(
        from_date=TOMORROW.date(), tzid="Etc/UTC", include_deleted=True
    ).all()
    assert [each["summary"] for each in deleted if each["deleted"]] == ["Came later"]
