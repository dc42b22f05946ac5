"""Client authentication by fingerprint: the right secret, noted; anything else, counted."""

import sys
from collections import Counter
from types import FrameType
from typing import Any

import pytest
import sqlalchemy as sa

from daygate.domain.application import RefreshMode, TokenShape
from daygate.domain.errors import TooMany, Unauthenticated
from daygate.kit import crypto
from daygate.kit.crypto import fingerprint, random_text
from daygate.oauth import clients
from daygate.oauth.clients import PresentedClient
from daygate.oauth.refusals import WrongSecret
from daygate.store import applications
from daygate.store.engine import Store
from daygate.store.schema import application_secrets
from daygate.web.transaction import in_transaction
from tests.conftest import SettableClock
from tests.unit.oauth.rows import application, client_of, save

NETWORK = "192.0.2.1"


async def _ask(store: Store, *readings: tuple[str, str], network: str = NETWORK):
    presented = PresentedClient(readings)
    return await in_transaction(store, lambda tx: clients.authenticate(tx, presented, network))


async def test_a_client_is_known_by_any_of_its_secrets(store):
    app = application(token_shape=TokenShape.FLAT, refresh_mode=RefreshMode.ROTATING)
    await save(store, app, "one" * 15, "two" * 15)
    for secret in ("one" * 15, "two" * 15):
        assert await _ask(store, (app.client_id, secret)) == client_of(app)
    decoded = (app.client_id, "one" * 15)
    assert await _ask(store, (app.client_id, "one%20"), decoded) == client_of(app)


async def test_t45_a_wrong_secret_an_unknown_id_and_no_secrets_at_all_are_refused(store):
    app, bare = await save(store, application(), "s" * 43), await save(store, application())
    for client_id, secret in (
        (app.client_id, "x" * 43),
        (app.client_id, ""),
        (bare.client_id, "s" * 43),
        (random_text(32), "s" * 43),
    ):
        with pytest.raises(WrongSecret):
            await _ask(store, (client_id, secret))


async def test_t51_one_network_may_not_guess_across_many_clients(store):
    for attempt in range(clients.WRONG_SECRETS_OF_NETWORK_PER_MIN):
        with pytest.raises(WrongSecret):
            await _ask(store, (f"client{attempt}", "x"))
    with pytest.raises(TooMany):
        await _ask(store, ("one more", "x"))
    with pytest.raises(WrongSecret):
        await _ask(store, ("one more", "x"), network="198.51.100.7")


async def test_t50_the_last_use_of_a_secret_is_noted_once_a_minute(
    timed_store: Store, clock: SettableClock
):
    app = await save(timed_store, application(), "s" * 43)
    begun_ms, noted = clock.ms, []
    for _ in range(4):
        await _ask(timed_store, (app.client_id, "s" * 43))
        async with timed_store.read() as tx:
            row = await tx.first(sa.select(application_secrets.c.used_ms))
        assert row is not None
        noted.append(row.used_ms - begun_ms)
        clock.advance(s=30)
    assert noted == [0, 0, 60_000, 60_000]


async def test_an_api_key_is_a_living_secret_of_a_living_application(
    timed_store: Store, clock: SettableClock
):
    app = await save(timed_store, application(), "s" * 43)
    await save(timed_store, application(disabled=True), "d" * 43)
    async with timed_store.read() as tx:
        assert (await clients.by_api_key(tx, "s" * 43)).client_id == app.client_id
        for secret in ("d" * 43, "x" * 43, fingerprint("s" * 43).hex()):
            with pytest.raises(Unauthenticated):
                await clients.by_api_key(tx, secret)
    async with timed_store.write() as tx:
        await tx.execute(sa.update(application_secrets).values(retires_ms=clock.ms + 1000))
    clock.advance(s=1)
    async with timed_store.read() as tx:
        with pytest.raises(Unauthenticated):
            await clients.by_api_key(tx, "s" * 43)
        assert await applications.by_client_id(tx, app.client_id) is not None


async def test_t49_every_wrong_client_takes_the_same_way(store):
    secret = "s" * 43
    app = await save(store, application(), secret)
    first, last = "x" + secret[1:], secret[:-1] + "x"
    ways = [
        await _way_of(store, client_id, wrong)
        for client_id, wrong in [("nobody", secret), (app.client_id, first), (app.client_id, last)]
    ]
    lines, calls, statements = ways[0]
    assert lines
    assert calls.count("same") == 1, "one comparison in constant time, whoever is named"
    assert len(statements) > 1
    assert ways[1:] == [ways[0], ways[0]]


async def _way_of(store: Store, client_id: str, secret: str) -> tuple[Any, list[str], list[str]]:
    """Lines run in `oauth.clients`, calls of `kit.crypto`, and statements: all of one refusal."""
    lines: Counter[int] = Counter()
    calls: list[str] = []
    statements: list[str] = []

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        file = frame.f_code.co_filename
        if file == crypto.__file__ and event == "call":
            calls.append(frame.f_code.co_name)
        if file == clients.__file__ and event == "line":
            lines[frame.f_lineno] += 1
        return trace

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with pytest.raises(WrongSecret):
            await _ask(store, (client_id, secret))
    finally:
        sys.settrace(before)
        sa.event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    return lines, calls, statements
