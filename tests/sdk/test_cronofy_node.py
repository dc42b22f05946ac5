"""The vendor's Node SDK, unmodified but for its host, reading a Radicale calendar.

Every method of it that has to do with authorization and reading is called, and what the SDK made
of the answer is looked at.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.servers.dav import DavServer
from tests.servers.gateway import Gateway, until

from .conftest import TOMORROW, fill
from .node import Node
from .person import Person

COUNT = 60  # more than one page
CALLBACK = "http://127.0.0.1:9/callback"
SCOPE = "read_account list_calendars read_events read_free_busy"


@pytest.fixture(scope="module")
def linked(house: Gateway, dav: DavServer) -> dict[str, Any]:
    fill(dav, COUNT)
    fill(dav, 1, "bob")
    application = house.application("Node", CALLBACK)
    answer = house.connect(application["client_id"], dav.url, "alice", dav.passwords["alice"])
    return {**application, **answer}


@pytest.fixture
def client(house: Gateway, linked: dict[str, Any]) -> Node:
    names = ("client_id", "client_secret", "access_token", "refresh_token")
    return Node(house.url, {name: linked[name] for name in names})


@pytest.fixture
def newcomer(house: Gateway, dav: DavServer, linked: dict[str, Any]) -> Node:
    """A client whose person, with an account of their own, has just come back with a code."""
    asked = {
        "response_type": "code",
        "client_id": linked["client_id"],
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "state": "a state",
    }
    back = Person(dav, "bob").agree(f"{house.url}/oauth/authorize?{urlencode(asked)}")
    answer = parse_qs(urlsplit(back).query)
    assert answer["state"] == ["a state"]
    # It sends a refresh token that it holds along with the code, and no access token as the
    # word "undefined".
    client = Node(
        house.url,
        {
            "client_id": linked["client_id"],
            "client_secret": linked["client_secret"],
            "refresh_token": "of somebody before",
        },
    )
    token = client.call("requestAccessToken", code=answer["code"][0], redirect_uri=CALLBACK)
    assert (token["token_type"], token["scope"]) == ("bearer", SCOPE)
    assert (token["linking_profile"]["provider_name"], token["expires_in"] > 0) == ("caldav", True)
    assert client.config["access_token"] == token["access_token"]
    assert client.config["refresh_token"] == token["refresh_token"]
    return client


def read(client: Node, method: str, name: str) -> list[dict[str, Any]]:
    """Everything on all pages, as an application goes through them."""
    answer = client.call(method, **{"from": f"{TOMORROW:%Y-%m-%d}", "tzid": "Etc/UTC"})
    found = list(answer[name])
    while following := answer["pages"].get("next_page"):
        assert answer["pages"]["current"] < answer["pages"]["total"]
        answer = client.call(method, next_page=following)
        found += answer[name]
    assert answer["pages"]["current"] == answer["pages"]["total"]
    return found


def all_events(client: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = until(
        lambda: len(events := read(client, "readEvents", "events")) == COUNT and events
    )
    return found


def test_it_reads_every_event_over_several_pages(client: Node) -> None:
    events = all_events(client)
    assert [each["summary"] for each in events] == [f"Meeting {n}" for n in range(COUNT)]
    last = TOMORROW + timedelta(hours=COUNT - 1)
    assert events[-1]["start"] == f"{last:%Y-%m-%dT%H:%M:%SZ}"
    assert events[-1]["end"] == f"{last + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert (events[0]["deleted"], events[0]["recurring"]) == (False, False)


def test_it_asks_for_calendars_by_id(client: Node) -> None:
    all_events(client)
    (calendar,) = client.call("listCalendars")["calendars"]
    asked = {"tzid": "Etc/UTC", "localized_times": True}
    found = client.call("readEvents", calendar_ids=[calendar["calendar_id"]], **asked)
    assert {each["calendar_id"] for each in found["events"]} == {calendar["calendar_id"]}
    assert found["events"][0]["start"]["tzid"] == "Etc/UTC"
    other = client.call("freeBusy", calendar_ids=["cal_nobodys"], tzid="Etc/UTC")
    assert other["free_busy"] == []


def test_it_reads_free_busy_over_several_pages(client: Node) -> None:
    all_events(client)
    found = read(client, "freeBusy", "free_busy")
    assert len(found) == COUNT
    assert {each["free_busy_status"] for each in found} == {"busy"}
    assert found[0]["start"] == f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}"
    assert "summary" not in found[0]


def test_it_lists_calendars_and_profiles(client: Node) -> None:
    (calendar,) = until(lambda: client.call("listCalendars")["calendars"])
    assert (calendar["calendar_name"], calendar["calendar_readonly"]) == ("Work", False)
    (profile,) = client.call("profileInformation")["profiles"]
    assert profile["profile_id"] == calendar["profile_id"]
    assert (profile["profile_name"], profile["profile_connected"]) == ("alice", True)


def test_it_knows_the_account(client: Node, linked: dict[str, Any]) -> None:
    account = client.call("accountInformation")["account"]
    assert account["account_id"] == linked["sub"]
    assert account["scope"] == linked["scope"]
    info = client.call("userInfo")
    assert (info["sub"], info["cronofy.type"]) == (linked["sub"], "account")
    (profile,) = info["cronofy.data"]["profiles"]
    assert [each["calendar_name"] for each in profile["profile_calendars"]] == ["Work"]


def test_it_refreshes_and_goes_on(client: Node, linked: dict[str, Any]) -> None:
    token = client.call("refreshAccessToken")
    assert token["access_token"] != linked["access_token"]
    assert client.config["access_token"] == token["access_token"]
    assert client.config["refresh_token"] == linked["refresh_token"]
    assert client.call("accountInformation")["account"]["account_id"] == linked["sub"]


def test_its_errors_carry_what_the_api_said(client: Node) -> None:
    status, entity = client.refused("readEvents", tzid="Nowhere/Atlantis")
    assert (status, list(entity["errors"])) == (422, ["tzid"])
    client.config["access_token"] = "never-issued"
    assert client.refused("listCalendars")[0] == 401
    status, entity = client.refused("requestAccessToken", code="never-issued")
    assert (status, entity["error"]) == (400, "invalid_grant")


def test_it_gives_one_profile_back(newcomer: Node) -> None:
    (event,) = until(lambda: newcomer.call("readEvents", tzid="Etc/UTC")["events"])
    assert event["summary"] == "Meeting 0"
    (profile,) = newcomer.call("profileInformation")["profiles"]
    newcomer.call("revokeProfileAuthorization", profile_id=profile["profile_id"])
    profiles = newcomer.call("profileInformation")["profiles"]
    assert [each["profile_connected"] for each in profiles] in ([], [False])
    assert newcomer.call("readEvents", tzid="Etc/UTC")["events"] == []


def test_it_ends_the_authorization(newcomer: Node) -> None:
    held = dict(newcomer.config)
    newcomer.call("revokeAuthorization")
    assert not {"access_token", "refresh_token"} & newcomer.config.keys()
    newcomer.config = held
    assert newcomer.refused("accountInformation")[0] == 401
    status, entity = newcomer.refused("refreshAccessToken")
    assert (status, entity["error"]) == (400, "invalid_grant")
