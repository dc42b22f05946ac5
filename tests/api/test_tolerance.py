"""What SDKs really send, byte for byte, is understood; what would break them is never sent."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from daygate.store import schema
from daygate.store.engine import Store, Tx
from tests.servers.inside import Inside, inside
from tests.servers.production import PUBLIC_URL, production, raw

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LIE = "Content-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3"
JSON = "Content-Type: application/json; charset=utf-8"
FORM = "Content-Type: application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Scene:
    house: Inside
    port: int
    tokens: Mapping[str, Any]

    async def ask(
        self, line: str, *headers: str, body: str = "", length: bool = True, bearer: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """A request as somebody's HTTP client writes it."""
        sent = [*headers]
        if not any(each.startswith("Host:") for each in headers):
            sent.append("Host: api.cronofy.com")
        if bearer:
            sent.append(f"Authorization: Bearer {bearer}")
        if length and (body or not line.startswith("GET")):
            sent.append(f"Content-Length: {len(body.encode())}")
        head = "\r\n".join([f"{line} HTTP/1.1", *sent, "Connection: close"])
        return await raw(self.port, f"{head}\r\n\r\n{body}".encode())

    async def json(self, path: str, token: str = "") -> Any:
        status, headers, body = await self.ask(f"GET {path}", bearer=token or self.token)
        assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
        return json.loads(body)

    @property
    def token(self) -> str:
        return str(self.tokens["access_token"])


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with inside(store) as house, production(house) as port:
        tokens = await house.connect("ada")
        await house.drain()
        yield Scene(house, port, tokens)


async def test_every_way_of_asking_that_clients_have_is_understood(scene: Scene) -> None:
    host = "Host: api-local.example.com/.cronofy.com"
    asked: list[tuple[str, str, tuple[str, ...], str, int]] = [
        ("a JSON body on a GET", "GET /v1/calendars", (JSON,), "{}", 200),
        ("a lying encoding", "GET /v1/calendars", (LIE,), "", 200),
        ("a lying encoding on a body", "POST /v1/link_tokens", (LIE, JSON), "{}", 200),
        ("an array for no body", "POST /v1/link_tokens", (JSON,), "[]", 200),
        ("a form type and no body", "POST /v1/link_tokens", (FORM,), "", 200),
        ("an expectation", "POST /v1/link_tokens", ("Expect: 100-continue", JSON), "{}", 200),
        ("a trailing slash", "GET /v1/calendars/", (), "", 200),
        ("the prefix of SDKs", "GET /.cronofy.com/v1/account", (), "", 200),
        ("a Host with a path", "GET /.cronofy.com/v1/account", (host,), "", 200),
        ("capitals", "GET /v1/events?include_managed=True&only_managed=False", (), "", 200),
        ("ones", "GET /v1/events?include_deleted=1&include_moved=0", (), "", 200),
        ("nothing", "GET /v1/events?tzid=&from=&to=&last_modified=&include_geo=", (), "", 200),
        ("a space in a time", "GET /v1/events?last_modified=2026-01-01%2009:00:00Z", (), "", 200),
        ("UTC at the end", "GET /v1/events?last_modified=2026-01-01T09:00:00UTC", (), "", 200),
        ("raw brackets", "GET /v1/events?calendar_ids[]=cal_a&calendar_ids[]=b", (), "", 200),
        ("encoded brackets", "GET /v1/free_busy?calendar_ids%5B%5D=cal_a", (), "", 200),
        ("numbered brackets", "GET /v1/events?calendar_ids[0]=cal_a", (), "", 200),
        ("what nobody knows", "GET /v1/events?unknown_bool=true&future_parameter=a", (), "", 200),
        ("a fraction of nothing", "GET /v1/events?from=2026-11-01T00:00:00.000Z", (), "", 200),
        ("a fraction", "GET /v1/events?from=2026-11-01T00:00:00.500Z", (), "", 422),
        ("HEAD", "HEAD /v1/account", (), "", 200),
    ]
    for what, line, headers, body, expected in asked:
        status, _, _ = await scene.ask(line, *headers, body=body, bearer=scene.token)
        assert status == expected, what


async def test_a_post_with_neither_body_nor_length_is_no_411(scene: Scene) -> None:
    status, _, body = await scene.ask("POST /v1/link_tokens", length=False, bearer=scene.token)
    assert (status, set(json.loads(body))) == (200, {"link_token"})


@pytest.mark.parametrize("junk", ["None", "undefined", "stale"])
async def test_a_bearer_beside_a_body_that_authenticates_is_not_looked_at(
    scene: Scene, junk: str
) -> None:
    sent = {
        **scene.house.client,
        "grant_type": "refresh_token",
        "refresh_token": scene.tokens["refresh_token"],
        "future_parameter": {"deep": [1]},
        "redirect_uri": "",
    }
    for path in ("/oauth/token", "/.cronofy.com/oauth/token"):
        status, _, body = await scene.ask(
            f"POST {path}", JSON, LIE, body=json.dumps(sent), bearer=junk
        )
        assert (status, json.loads(body)["token_type"]) == (200, "bearer")


async def test_revocation_takes_every_name_and_always_says_200(scene: Scene) -> None:
    for name in ("token", "refresh_token", "access_token", "sub"):
        token = (await scene.house.connect("bruno"))["refresh_token"]
        value = token if name != "sub" else scene.tokens["sub"]
        sent = {**scene.house.client, name: value, "request_pii_erasure": True}
        for _ in range(2):
            status, _, body = await scene.ask(
                "POST /oauth/token/revoke", JSON, body=json.dumps(sent)
            )
            assert (status, body) == (200, b"")
    assert (await scene.ask("GET /v1/account", bearer=scene.token))[0] == 401


async def test_verification_is_asked_for_in_json_or_in_a_form(scene: Scene) -> None:
    key = scene.house.client["client_secret"]
    asked = {"redirect_uris": ["https://a.example/1"], "contact": {"email": "a@example.org"}}
    form = "redirect_uris[]=https%3A%2F%2Fa.example%2F2&contact%5Bemail%5D=a@example.org"
    for kind, body in ((JSON, json.dumps({**asked, "future": None})), (FORM, form)):
        status, _, answer = await scene.ask(
            "POST /v1/application_verification", kind, body=body, bearer=key
        )
        assert (status, answer) == (202, b"{}")
    for kind, body in ((JSON, "[]"), (FORM, ""), (FORM, "redirect_uris[a]=b")):
        status, _, answer = await scene.ask(
            "POST /v1/application_verification", kind, body=body, bearer=key
        )
        assert (status, set(json.loads(answer))) == (422, {"errors"})


async def test_a_link_with_empty_parameters_begins_a_request(scene: Scene) -> None:
    query = (
        f"response_type=code&client_id={scene.house.client['client_id']}"
        "&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope=read_account+read_events"
        "&state=&provider_name=&link_token=&avoid_linking=False&delegated_scope=&nonce=1&tenant=x"
    )
    for prefix in ("", "/.cronofy.com"):
        status, headers, _ = await scene.ask(f"GET {prefix}/oauth/authorize?{query}")
        assert status == 303
        assert headers["location"].startswith("/connect/")
    status, headers, _ = await scene.ask(f"HEAD /oauth/authorize?{query}")
    assert (status, headers["allow"]) == (405, "GET, POST")


async def test_further_pages_stay_on_an_address_of_ours_and_ignore_other_parameters(
    scene: Scene,
) -> None:
    for prefix in ("", "/.cronofy.com"):
        body = await scene.json(f"{prefix}/v1/events?tzid=Etc/UTC")
        address = body["pages"]["next_page"]
        assert address.startswith(f"{PUBLIC_URL}{prefix}/v1/events/pages/")
        path = address.removeprefix(PUBLIC_URL)
        following = await scene.json(f"{path}?tzid=Mars&include_deleted=perhaps&from=x")
        assert following["pages"]["current"] == 2


async def test_headers_without_end_are_cut_off(scene: Scene) -> None:
    status, headers, body = await scene.ask("GET /v1/account", f"X-Long: {'a' * 70_000}")
    assert (status, json.loads(body)["error"]) == (431, "headers_too_large")
    assert json.loads(body)["request_id"] == headers["x-request-id"]
    endless = b"GET /v1/account HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 600_000
    assert (await raw(scene.port, endless))[0] == 431


LISTS = {
    "/v1/calendars": "calendars",
    "/v1/profiles": "profiles",
    "/v1/events": "events",
    "/v1/events?only_managed=true": "events",
    "/v1/events?localized_times=true&include_deleted=true&include_moved=true": "events",
    "/v1/free_busy": "free_busy",
    "/v1/free_busy?localized_times=true&include_ids=true&include_free=true": "free_busy",
}
WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
BOOLEANS = {
    "deleted", "recurring", "event_private", "profile_connected", "delete", "update",
    "change_participation_status", "profile_initial_sync_required",
}  # fmt: skip


async def test_what_breaks_clients_is_never_sent(scene: Scene) -> None:
    nobody = await scene.house.connect("bruno")  # nothing of his has been read yet
    await scene.house.parts.store.transact(_disconnect(nobody["sub"]))
    for path, name in LISTS.items():
        for token in (scene.token, nobody["access_token"]):
            body = await scene.json(path, token)
            assert isinstance(body[name], list)
            _assert_harmless(body)
            if "/v1/events" in path or "free_busy" in path:
                _assert_honest(body["pages"])
    for path in ("/v1/account", "/v1/userinfo"):
        _assert_harmless(await scene.json(path))
        _assert_harmless(await scene.json(path, nobody["access_token"]))
    account = await scene.json("/v1/account")
    assert account["account"]["scope"] == "read_write"


def _disconnect(account_id: str) -> Any:
    async def change(tx: Tx) -> None:
        theirs = schema.profiles.c.account_id == account_id
        await tx.execute(schema.profiles.update().where(theirs).values(connected=False))

    return change


def _assert_honest(pages: Mapping[str, Any]) -> None:
    assert set(pages) - {"next_page"} == {"current", "total"}
    assert ("next_page" in pages) == (pages["current"] < pages["total"])
    assert pages.get("next_page") != ""


def _assert_harmless(body: Any) -> None:
    for name, value in _members(body):
        if name in BOOLEANS or (name.startswith("calendar_") and name.endswith(_FLAGS)):
            assert isinstance(value, bool), name
        if name in {"created", "updated"}:
            assert WHOLE_SECONDS.fullmatch(value), value
        if name in {"start", "end"}:
            _assert_time(value)
        if name in {"account_id", "profile_id", "calendar_id", "event_uid", "sub"}:
            assert re.fullmatch(r"[A-Za-z0-9_@-]+", value), value


_FLAGS = ("_readonly", "_deleted", "_primary", "_available")


def _assert_time(value: Any) -> None:
    if isinstance(value, dict):
        assert set(value) == {"time", "tzid"}
        assert LOCAL.fullmatch(value["time"]) or DAY.fullmatch(value["time"])
        assert "+00:00" not in value["time"]
    else:
        assert WHOLE_SECONDS.fullmatch(value) or DAY.fullmatch(value)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _members(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name, each
            yield from _members(each)


async def test_answers_have_the_members_of_the_public_api_in_its_order(scene: Scene) -> None:
    profile = ["provider_name", "provider_service", "profile_id", "profile_name"]
    health = ["profile_connected", "profile_initial_sync_required"]
    calendar = [
        "calendar_id", "calendar_name", "calendar_readonly", "calendar_deleted",
        "calendar_primary", "calendar_integrated_conferencing_available",
        "calendar_attachments_available", "permission_level",
    ]  # fmt: skip
    assert list(scene.tokens) == [
        "token_type", "access_token", "expires_in", "refresh_token", "scope", "account_id", "sub",
        "linking_profile",
    ]  # fmt: skip
    assert (scene.tokens["token_type"], scene.tokens["expires_in"]) == ("bearer", 3600)
    assert list(scene.tokens["linking_profile"]) == profile
    account = await scene.json("/v1/account")
    assert list(account["account"]) == ["account_id", "email", "name", "scope", "default_tzid"]
    info = await scene.json("/v1/userinfo")
    assert list(info) == ["sub", "email", "name", "zoneinfo", "cronofy.type", "cronofy.data"]
    data = info["cronofy.data"]
    assert data["authorization"] == {"scope": "read_write", "status": "active"}
    assert list(data["profiles"][0]) == [*profile, *health, "profile_calendars"]
    assert list(data["profiles"][0]["profile_calendars"][0]) == calendar
    calendars = await scene.json("/v1/calendars")
    assert list(calendars) == ["sub", "calendars"]
    brief = ["provider_name", "profile_id", "profile_name"]
    assert list(calendars["calendars"][0]) == [*brief, *calendar]
    profiles = await scene.json("/v1/profiles")
    assert list(profiles["profiles"][0]) == [*profile, *health]
    busy = await scene.json("/v1/free_busy?include_ids=true&include_deleted=true")
    assert list(busy["free_busy"][0]) == [
        "calendar_id", "start", "end", "free_busy_status", "event_uid", "deleted",
    ]  # fmt: skip


async def test_a_revoked_profile_is_202_and_empty_and_then_unknown(scene: Scene) -> None:
    path = f"/v1/profiles/{scene.tokens['linking_profile']['profile_id']}/revoke"
    found = [await scene.ask(f"POST {path}", length=False, bearer=scene.token) for _ in range(2)]
    assert [(status, body == b"") for status, _, body in found] == [(202, True), (404, False)]
