"""The vendor's Python SDK, unmodified but for its host, reading a Radicale calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pycronofy
import pytest
from pycronofy import settings
from pycronofy.exceptions import PyCronofyRequestError

from tests.servers.dav import DavServer, event
from tests.servers.gateway import Gateway, until

from .conftest import TOMORROW, fill
from .person import Person

COUNT = 60  # more than one page
CALLBACK = "http://127.0.0.1:9/callback"


@pytest.fixture(scope="module")
def linked(house: Gateway, dav: DavServer) -> dict[str, Any]:
    fill(dav, COUNT)
    fill(dav, 1, "bob")
    application = house.application("Planner", CALLBACK)
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


@pytest.fixture
def newcomer(
    client: pycronofy.Client, house: Gateway, dav: DavServer, linked: dict[str, Any]
) -> pycronofy.Client:
    """A client whose person, with an account of their own, has just come back with a code."""
    fresh = pycronofy.Client(linked["client_id"], linked["client_secret"])
    link = fresh.user_auth_link(CALLBACK, state="a state")
    answer = parse_qs(urlsplit(Person(dav, "bob").agree(link)).query)
    assert answer["state"] == ["a state"]
    token = fresh.get_authorization_from_code(answer["code"][0])
    assert token["refresh_token"] == fresh.auth.refresh_token
    assert token["token_expiration"] > f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert not fresh.is_authorization_expired()
    return fresh


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
    assert account["scope"] == linked["scope"]
    info = client.userinfo()
    assert info["cronofy.data"]["authorization"]["scope"] == "read_write"
    (profile,) = info["cronofy.data"]["profiles"]
    assert [each["calendar_name"] for each in profile["profile_calendars"]] == ["Work"]


def test_it_reads_free_busy(client: pycronofy.Client) -> None:
    until(lambda: len(read(client)) == COUNT)
    pages = client.read_free_busy(from_date=TOMORROW.date(), tzid="Etc/UTC")
    assert (pages.current, pages.total) == (1, 2)
    found = list(pages.all())
    assert len(found) == COUNT
    assert {each["free_busy_status"] for each in found} == {"busy"}
    assert found[0]["start"] == f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}"


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


def test_its_errors_carry_what_the_api_said(client: pycronofy.Client) -> None:
    with pytest.raises(PyCronofyRequestError) as refused:
        client.read_events(tzid="Nowhere/Atlantis")
    assert refused.value.response.status_code == 422
    assert list(refused.value.response.json()["errors"]) == ["tzid"]


def test_it_gives_one_profile_back(newcomer: pycronofy.Client) -> None:
    events = until(lambda: list(newcomer.read_events(tzid="Etc/UTC").all()))
    assert [each["summary"] for each in events] == ["Meeting 0"]
    (profile,) = newcomer.list_profiles()
    newcomer.revoke_profile(profile["profile_id"])
    assert newcomer.list_profiles() == []
    assert newcomer.list_calendars() == []


def test_it_ends_the_authorization(newcomer: pycronofy.Client) -> None:
    held = newcomer.auth.access_token
    newcomer.revoke_authorization()
    assert newcomer.auth.access_token is None
    newcomer.auth.update(access_token=held)
    with pytest.raises(PyCronofyRequestError) as refused:
        newcomer.account()
    assert refused.value.response.status_code == 401
