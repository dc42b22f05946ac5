"""Whatever goes wrong: a status, words, a remedy, a reference, and never a stack trace."""

import json
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import pytest

from daygate.store import schema
from daygate.store.engine import Store, Tx
from daygate.web import meanings
from tests.servers.inside import Inside, inside

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HUGE = b" " * 1_020_000


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        yield opened


async def ask(
    house: Inside, method: str, path: str, *, data: bytes = b"", headers: Any = ()
) -> tuple[int, Any, str]:
    sent = [*headers, ("Content-Type", "application/json")]
    async with house.http.request(
        method, house.url + path, data=data, headers=sent, allow_redirects=False
    ) as answer:
        return answer.status, answer.headers, await answer.text()


def bearer(text: str) -> list[tuple[str, str]]:
    return [("Authorization", f"Bearer {text}")]


async def test_every_refusal_of_the_api_is_explained(house: Inside) -> None:
    token = (await house.connect("ada", "free_busy"))["access_token"]
    key = house.client["client_secret"]
    asked = [
        ("GET", "/v1/account", b"", [], 401),
        ("GET", "/v1/account", b"", bearer("nobodys"), 401),
        ("GET", "/v1/account", b"", bearer(token) * 2, 400),
        ("GET", "/v1/events", b"", bearer(token), 403),
        ("GET", "/v1", b"", bearer(token), 404),
        ("GET", "/v1/nothing", b"", bearer(token), 404),
        ("GET", "/v1/free_busy/pages/08a07b034306679e", b"", bearer(token), 404),
        ("POST", "/v1/profiles/pro_nobodys/revoke", b"{}", bearer(token), 404),
        ("PUT", "/v1/account", b"", bearer(token), 405),
        ("OPTIONS", "/v1/account", b"", bearer(token), 405),
        ("GET", "/oauth/token", b"", [], 405),
        ("POST", "/v1/application_verification", HUGE, bearer(key), 413),
    ]
    for method, path, data, headers, expected in asked:
        status, answered, text = await ask(house, method, path, data=data, headers=headers)
        assert status == expected, path
        assert answered["Content-Type"] == "application/json; charset=utf-8"
        assert answered["Status"] == f"{status} {HTTPStatus(status).phrase}"
        told = await _explained(house, answered, text)
        assert told["error_description"].endswith(".")
        assert "Access-Control-Allow-Origin" not in answered


async def _explained(house: Inside, answered: Any, text: str) -> dict[str, str]:
    told: dict[str, str] = json.loads(text)
    assert set(told) == {"error", "error_description", "error_uri", "request_id"}
    assert told["request_id"] == answered["X-Request-Id"]
    assert answered["Link"] == f'<{told["error_uri"]}>; rel="help"'
    assert told["error_uri"].endswith(f"{meanings.PAGE}#{told['error']}")
    return told


async def test_a_wrong_field_is_answered_exactly_as_the_public_api_does(house: Inside) -> None:
    token = (await house.connect("ada"))["access_token"]
    status, answered, text = await ask(
        house, "GET", "/v1/events?tzid=Mars/Olympus", headers=bearer(token)
    )
    assert (status, answered["Status"]) == (422, "422 Unprocessable Entity")
    assert text == (
        '{"errors":{"tzid":[{"key":"errors.not_recognized",'
        '"description":"must be an IANA time zone name"}]}}'
    )
    assert answered["Link"].endswith('/docs/errors#invalid>; rel="help"')


async def test_the_token_endpoint_has_words_for_every_refusal(house: Inside) -> None:
    client = b'"client_id":"%b","client_secret":"%b"' % (
        house.client["client_id"].encode(),
        house.client["client_secret"].encode(),
    )
    asked = [
        (b"{}", 401, "invalid_client"),
        (b"nonsense", 400, "invalid_request"),
        (HUGE, 413, "invalid_request"),
        (b"{%b}" % client, 400, "invalid_request"),
        (b'{%b,"grant_type":"password"}' % client, 400, "unsupported_grant_type"),
        (
            b'{%b,"grant_type":"refresh_token","refresh_token":"x"}' % client,
            400,
            "invalid_grant",
        ),
    ]
    for body, expected, error in asked:
        status, answered, text = await ask(house, "POST", "/oauth/token", data=body)
        told = json.loads(text)
        assert (status, told["error"]) == (expected, error)
        assert told["error_description"]
        assert answered["Link"].endswith(f'#{error}>; rel="help"')
        assert answered["Status"].startswith(str(expected))
        assert (answered["Cache-Control"], answered["Pragma"]) == ("no-store", "no-cache")


async def test_a_mistake_of_ours_tells_programs_a_reference_and_nothing_else(
    house: Inside,
) -> None:
    token = (await house.connect("ada"))["access_token"]
    await house.drain()
    await house.parts.store.transact(_spoil_facts)
    status, answered, text = await ask(
        house, "GET", "/v1/events?from=2028-03-01&to=2028-03-02", headers=bearer(token)
    )
    assert status == 500
    told = await _explained(house, answered, text)
    assert told["error"] == "unexpected"
    assert "Traceback" not in text
    assert "JSONDecodeError" not in text


async def _spoil_facts(tx: Tx) -> None:
    await tx.execute(schema.profiles.update().values(facts="no JSON"))


async def test_a_mistake_of_ours_is_a_page_for_people(house: Inside) -> None:
    asked = (
        f"/oauth/authorize?response_type=code&client_id={house.client['client_id']}"
        "&redirect_uri=https://a.example/cb&scope=read_events"
    )
    status, answered, _ = await ask(house, "GET", asked)
    assert status == 303
    await house.parts.store.transact(_spoil_outcomes)
    cookie = answered["Set-Cookie"].partition(";")[0]
    status, answered, text = await ask(
        house, "GET", answered["Location"], headers=[("Cookie", cookie), ("Accept-Language", "es")]
    )
    assert status == 500
    _is_page(answered, text, "Algo ha fallado aquí")
    assert "Undecryptable" not in text


async def _spoil_outcomes(tx: Tx) -> None:
    await tx.execute(schema.authorizations.update().values(outcome="broken"))


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing", 404, "Hier ist nichts"),
        ("GET", "/relink/pro_nobodys", 404, "Hier ist nichts"),
        ("DELETE", "/dashboard", 405, "Diese Adresse lässt sich so nicht öffnen"),
        ("GET", "/connect/x/account", 405, "Diese Adresse lässt sich so nicht öffnen"),
        ("GET", "/oauth/authorize?client_id=x", 400, "Die Anfrage der Anwendung ist fehlerhaft"),
    ],
)
async def test_what_goes_wrong_on_a_page_is_told_on_a_page(
    house: Inside, method: str, path: str, status: int, title: str
) -> None:
    found, answered, text = await ask(house, method, path, headers=[("Accept-Language", "de-AT")])
    assert found == status
    _is_page(answered, text, title)
    assert answered["Content-Language"] == "de"
    assert '<html lang="de">' in text


def _is_page(answered: Any, text: str, title: str) -> None:
    assert answered["Content-Type"] == "text/html; charset=utf-8"
    assert title in text
    assert f"<code>{answered['X-Request-Id']}</code>" in text
    assert "Traceback" not in text


async def test_the_page_that_every_error_leads_to_has_a_line_for_it(house: Inside) -> None:
    status, answered, text = await ask(
        house, "GET", meanings.PAGE, headers=[("Accept-Language", "de")]
    )
    assert status == 200
    assert answered["Content-Language"] == "en"
    anchors = set(re.findall(r'<tr id="(\w+)">', text))
    every = (
        *meanings.API.values(),
        *meanings.OTHER_STATUSES,
        *meanings.TOKEN.values(),
        *meanings.AUTHORIZATION,
    )
    assert {each.error for each in every} == anchors
