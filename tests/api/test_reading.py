"""The read API over HTTP: shapes, refusals, and everything its clients are known to send."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from daygate.store.engine import Store
from tests.servers.inside import Inside, inside


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        yield opened


@pytest.fixture
async def ada(house: Inside) -> dict[str, Any]:
    answer = await house.connect("ada")
    await house.drain()
    return answer


async def test_account_has_a_scope(house: Inside, ada: dict[str, Any]) -> None:
    status, body = await house.get("/v1/account", ada["access_token"])
    assert status == 200
    assert body["account"]["account_id"] == ada["sub"]
    assert body["account"]["scope"] == "read_write"
    assert body["account"]["default_tzid"] == "Europe/London"


async def test_lists_have_their_wrapper_and_real_booleans(
    house: Inside, ada: dict[str, Any]
) -> None:
    _, listed = await house.get("/v1/calendars", ada["access_token"])
    assert listed["sub"] == ada["sub"]
    assert {each["calendar_name"] for each in listed["calendars"]} >= {"Work", "Private"}
    flags = [value for each in listed["calendars"] for key, value in each.items() if _flag(key)]
    assert flags
    assert all(isinstance(value, bool) for value in flags)
    _, profiles = await house.get("/v1/profiles", ada["access_token"])
    (profile,) = profiles["profiles"]
    assert profile["profile_initial_sync_required"] is False
    assert "profile_relink_url" not in profile


def _flag(key: str) -> bool:
    return key in {"calendar_readonly", "calendar_deleted", "calendar_primary"}


async def test_userinfo_holds_every_calendar_of_the_grant(
    house: Inside, ada: dict[str, Any]
) -> None:
    _, info = await house.get("/v1/userinfo", ada["access_token"])
    (profile,) = info["cronofy.data"]["profiles"]
    assert info["cronofy.type"] == "account"
    assert len(profile["profile_calendars"]) >= 3


async def test_pages_are_honest_and_lead_to_every_event_once(
    house: Inside, ada: dict[str, Any]
) -> None:
    uids, path, current = [], "/v1/events?tzid=Etc/UTC", 0
    while path:
        status, body = await house.get(path, ada["access_token"])
        assert status == 200
        current += 1
        assert body["pages"]["current"] == current
        uids += [each["event_uid"] for each in body["events"]]
        following = body["pages"].get("next_page")
        assert (following is None) == (current == body["pages"]["total"])
        path = following and following.removeprefix(house.parts.settings.api_base_url)
        path = path and f"{path}?tzid=ignored&from=nonsense"
    assert current > 2
    assert len(uids) == len(set(uids)) > 100


async def test_m4_a_page_token_is_worth_nothing_to_another_grant(
    house: Inside, ada: dict[str, Any]
) -> None:
    bruno = await house.connect("bruno")
    _, body = await house.get("/v1/events", ada["access_token"])
    path = body["pages"]["next_page"].removeprefix(house.parts.settings.api_base_url)
    assert (await house.get(path, ada["access_token"]))[0] == 200
    assert (await house.get(path, bruno["access_token"]))[0] == 404
    assert (await house.get("/v1/events/pages/08a07b034306679e", ada["access_token"]))[0] == 404


async def test_events_have_whole_seconds_and_no_null_booleans(
    house: Inside, ada: dict[str, Any]
) -> None:
    _, body = await house.get("/v1/events", ada["access_token"])
    for each in body["events"]:
        for key in ("created", "updated"):
            assert len(each[key]) == 20
            assert each[key].endswith("Z")
        for key in ("deleted", "recurring", "event_private"):
            assert isinstance(each[key], bool)
        assert set(each["options"].values()) <= {True, False}
        assert "event_id" not in each


async def test_localized_times_carry_offset_and_zone(house: Inside, ada: dict[str, Any]) -> None:
    query = "/v1/events?localized_times=True&tzid=Europe/London"
    _, body = await house.get(query, ada["access_token"])
    assert all(set(each["start"]) == {"time", "tzid"} for each in body["events"])


@pytest.mark.parametrize(
    "query",
    [
        "from=2027-01-01&to=2027-01-05",
        "from=2027-01-01T00:00:00Z&to=2027-01-05T00:00:00%2B02:00",
        f"last_modified={quote('2026-01-01 09:00:00Z')}",
        "from=2016-01-31T12:33:00UTC&to=2016-02-02",
        "include_managed=True&only_managed=False&include_deleted=&include_geo=1&future=x",
        "calendar_ids[]=cal_a&calendar_ids%5B%5D=cal_b&calendar_ids=cal_c",
        "tzid=",
    ],
)
async def test_what_clients_really_send_is_understood(
    house: Inside, ada: dict[str, Any], query: str
) -> None:
    status, body = await house.get(f"/v1/events?{query}", ada["access_token"])
    assert status == 200
    assert "pages" in body


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=soon", "from"),
        ("to=2027-13-01", "to"),
        ("from=2027-01-01T00:00:00.5Z", "from"),
        ("tzid=Mars/Olympus", "tzid"),
        ("include_deleted=perhaps", "include_deleted"),
        ("from=2020-01-01&to=2027-01-01", "to"),
        ("last_modified=2027-01-01", "last_modified"),
    ],
)
async def test_what_is_wrong_is_named(
    house: Inside, ada: dict[str, Any], query: str, field: str
) -> None:
    status, body = await house.get(f"/v1/events?{query}", ada["access_token"])
    assert status == 422
    assert list(body["errors"]) == [field]
    assert set(body["errors"][field][0]) == {"key", "description"}


async def test_events_far_outside_the_window_come_from_the_stored_objects(
    house: Inside, ada: dict[str, Any]
) -> None:
    query = "/v1/events?from=2028-03-01&to=2028-03-08&tzid=Etc/UTC"
    status, body = await house.get(query, ada["access_token"])
    assert status == 200
    assert {each["summary"] for each in body["events"]} >= {"Stand-up"}
    assert all(each["start"] >= "2028-02-29" for each in body["events"])


async def test_free_busy_tells_no_words(house: Inside, ada: dict[str, Any]) -> None:
    _, body = await house.get("/v1/free_busy?tzid=Etc/UTC", ada["access_token"])
    assert body["free_busy"]
    for each in body["free_busy"]:
        assert set(each) == {"calendar_id", "start", "end", "free_busy_status"}


async def test_a_narrow_scope_is_refused_what_it_does_not_cover(house: Inside) -> None:
    answer = await house.connect("chiyo", "free_busy")
    await house.drain()
    assert (await house.get("/v1/free_busy", answer["access_token"]))[0] == 200
    assert (await house.get("/v1/events", answer["access_token"]))[0] == 403
    assert (await house.get("/v1/events?only_managed=true", answer["access_token"]))[0] == 200


async def test_t61_t62_missing_unknown_and_doubled_credentials(
    house: Inside, ada: dict[str, Any]
) -> None:
    async with house.http.get(f"{house.url}/v1/account") as response:
        assert response.status == 401
        assert "error" not in response.headers["WWW-Authenticate"]
    for token in ("undefined", "None", "x" * 600, ada["refresh_token"]):
        assert (await house.get("/v1/account", token))[0] == 401
    twice = [("Authorization", f"Bearer {ada['access_token']}")] * 2
    async with house.http.get(f"{house.url}/v1/account", headers=twice) as response:
        assert response.status == 400


async def test_a_revoked_profile_is_seen_no_more_and_then_forgotten(
    house: Inside, ada: dict[str, Any]
) -> None:
    profile_id = ada["linking_profile"]["profile_id"]
    headers = {"Authorization": f"Bearer {ada['access_token']}"}
    url = f"{house.url}/v1/profiles/{profile_id}/revoke"
    for status in (202, 404):
        async with house.http.post(url, headers=headers, json=[]) as response:
            assert response.status == status
    assert (await house.get("/v1/calendars", ada["access_token"]))[1]["calendars"] == []
    await house.drain()
    assert (await house.get("/v1/profiles", ada["access_token"]))[1] == {"profiles": []}


async def test_a_body_a_foreign_host_a_lying_encoding_and_a_slash_are_tolerated(
    house: Inside, ada: dict[str, Any]
) -> None:
    headers = {
        "Authorization": f"Bearer {ada['access_token']}",
        "Content-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
        "Content-Type": "application/json; charset=utf-8",
    }
    for path in ("/v1/calendars", "/v1/calendars/", "/.cronofy.com/v1/calendars"):
        async with house.http.get(house.url + path, headers=headers, data=b"{}") as response:
            assert response.status == 200


async def test_link_tokens_are_given_for_any_body(house: Inside, ada: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {ada['access_token']}"}
    for body in (b"", b"{}", b"[]"):
        url = f"{house.url}/v1/link_tokens"
        async with house.http.post(url, headers=headers, data=body) as response:
            assert response.status == 200
            assert len((await response.json())["link_token"]) == 32


async def test_r1_over_the_limit_is_429_with_a_time(house: Inside, ada: dict[str, Any]) -> None:
    statuses = [(await house.get("/v1/account", ada["access_token"]))[0] for _ in range(520)]
    assert set(statuses) == {200, 429}
    async with house.http.get(
        f"{house.url}/v1/account", headers={"Authorization": f"Bearer {ada['access_token']}"}
    ) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) > 0
