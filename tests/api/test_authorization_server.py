"""The authorization server at a port, and over its own restarts: what its parts cannot show."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from yarl import URL

from daygate.domain.application import RefreshMode
from daygate.oauth import codes, tokens
from daygate.oauth.refusals import InvalidGrant
from daygate.settings import Settings
from daygate.store.engine import Store, open_store
from tests.servers.inside import Inside, inside
from tests.unit.oauth.rows import Scene, scene

SEED = 75
LOSSES = 60


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        yield opened


async def _status(house: Inside, method: str, path: str, **sent: Any) -> int:
    url = URL(house.url + path, encoded=True)
    async with house.http.request(method, url, allow_redirects=False, **sent) as answer:
        await answer.read()
        return answer.status


async def _refresh_body(house: Inside) -> tuple[dict[str, str], dict[str, Any]]:
    token = await house.connect()
    refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    return {**house.client, **refresh}, token


def test_t32_a_code_is_190_bits_and_lives_ten_minutes_at_most() -> None:
    assert codes.CODE_LENGTH == 32
    with pytest.raises(ValidationError):
        Settings(code_ttl_s=601)


async def test_t59_a_head_or_options_request_is_not_executed(house: Inside) -> None:
    body, _ = await _refresh_body(house)
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH"):
        assert await _status(house, method, "/oauth/token", data=body) == 405
    assert await _status(house, "POST", "/oauth/token", data=body) == 200


async def test_t59_a_body_may_come_in_chunks(house: Inside) -> None:
    body, _ = await _refresh_body(house)

    async def chunks() -> AsyncIterator[bytes]:
        for name, value in body.items():
            yield f"{name}={value}&".encode()

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await _status(house, "POST", "/oauth/token", data=chunks(), headers=headers) == 200


async def test_t59_a_client_that_waits_for_100_continue_gets_it(house: Inside) -> None:
    body, _ = await _refresh_body(house)
    assert await _status(house, "POST", "/oauth/token", data=body, expect100=True) == 200


async def test_t60_a_token_counts_in_the_header_alone_and_bearer_in_any_case(
    house: Inside,
) -> None:
    token = (await house.connect())["access_token"]
    for scheme in ("bearer", "BEARER", "Bearer"):
        headers = {"Authorization": f"{scheme} {token}"}
        assert await _status(house, "GET", "/v1/account", headers=headers) == 200
    for elsewhere in (f"?access_token={token}", f"?token={token}"):
        assert await _status(house, "GET", f"/v1/account{elsewhere}") == 401
    assert await _status(house, "GET", "/v1/account", data={"access_token": token}) == 401


async def test_t74_a_rotated_token_stays_dead_over_a_restart(
    store: Store, database_url: str
) -> None:
    made = await scene(store, refresh_mode=RefreshMode.ROTATING)
    first = await made.tokens()
    second = await made.refresh(first.refresh_token)
    await made.refresh(second.refresh_token)
    await store.close()
    again = open_store(database_url)
    with pytest.raises(InvalidGrant):
        await Scene(again, *_rest(made)).refresh(first.refresh_token)
    await again.close()


def _rest(made: Scene) -> Sequence[Any]:
    return made.app, made.client, made.account_id, made.profile_ids, made.grant


async def test_t75_no_lost_answer_sends_anybody_through_the_page_again(store: Store) -> None:
    made = await scene(store, refresh_mode=RefreshMode.ROTATING)
    held = (await made.tokens()).refresh_token
    lost = random.Random(SEED)  # noqa: S311
    for _ in range(LOSSES):
        for _ in range(lost.randint(1, tokens.GRACE_USES)):
            await made.refresh(held)
        held = (await made.refresh(held)).refresh_token


async def test_t78_a_revocation_that_was_not_stored_is_not_called_done(house: Inside) -> None:
    body, token = await _refresh_body(house)
    revoking = {**house.client, "token": token["access_token"]}

    def fail(_connection: sa.Connection) -> None:
        raise OperationalError("COMMIT", None, OSError("disk I/O error"))

    writing = house.parts.store.engine.sync_engine
    sa.event.listen(writing, "commit", fail)
    try:
        assert await _status(house, "POST", "/oauth/token/revoke", data=revoking) == 503
    finally:
        sa.event.remove(writing, "commit", fail)
    assert (await house.get("/v1/account", token["access_token"]))[0] == 200
    assert await _status(house, "POST", "/oauth/token/revoke", data=revoking) == 200
    assert await _status(house, "POST", "/oauth/token", data=body) == 400


async def test_t81_a_request_uri_is_never_fetched(house: Inside) -> None:
    asked: list[str] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    query = f"client_id={house.client['client_id']}&request_uri=http://127.0.0.1:{port}/x"
    assert await _status(house, "GET", f"/oauth/authorize?{query}") == 400
    server.close()
    await server.wait_closed()
    assert asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/token/..;/",
        "/oauth/token;x=1",
        "//oauth//token",
        "/oauth%2ftoken",
        "/oauth%2Ftoken",
        "/oauth%5ctoken",
        "/oauth/./token",
        "/oauth/token/",
        "/OAUTH/token",
        "/v1/../oauth/token",
        "/static/%2e%2e/oauth/token",
    ],
)
async def test_t82_another_spelling_of_an_address_is_not_there(house: Inside, path: str) -> None:
    body, _ = await _refresh_body(house)
    port = urlsplit(house.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = "&".join(f"{name}={value}" for name, value in body.items())
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(sent)}\r\n"
        f"\r\n{sent}".encode()
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 405 "))


async def test_t79_nothing_tells_what_a_token_is(house: Inside) -> None:
    _, token = await _refresh_body(house)
    metadata = await house.http.get(f"{house.url}/.well-known/oauth-authorization-server")
    assert "introspection_endpoint" not in await metadata.json()
    asking = {**house.client, "token": token["access_token"]}
    assert await _status(house, "POST", "/oauth/introspect", data=asking) == 404
