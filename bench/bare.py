"""The least a server could do: ASGI, the driver, the same statement, the bytes joined."""

import itertools
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

_HASH_BYTES = 32


def build(database: Path, statements: Path) -> ASGIApp:
    """An application that answers a POST by one insert and a GET by one select."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    told = json.loads(statements.read_text())
    insert = _insert(connection, told["insert"])
    select = _select(connection, told["select"])

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        while (await receive()).get("more_body"):
            pass
        body = insert() if scope["method"] == "POST" else select()
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


def _insert(connection: sqlite3.Connection, told: dict[str, Any]) -> Callable[[], bytes]:
    values = [_value(value) for value in told["values"]]
    presented = itertools.cycle(bytes.fromhex(each) for each in told["presented"])

    def run() -> bytes:
        values[told["fresh_at"]] = os.urandom(_HASH_BYTES)
        values[told["presented_at"]] = next(presented)
        connection.execute("BEGIN IMMEDIATE")
        rows = connection.execute(told["statement"], values).fetchall()
        connection.execute("COMMIT")
        assert rows
        return b'{"access_token":"%b"}' % os.urandom(16).hex().encode()

    return run


def _select(connection: sqlite3.Connection, told: dict[str, Any]) -> Callable[[], bytes]:
    values = [_value(value) for value in told["values"]]
    head, tail = told["pieces_at"]

    def run() -> bytes:
        rows = connection.execute(told["statement"], values).fetchall()
        return b'{"events":[%b]}' % b",".join(row[head] + row[tail] + b"}" for row in rows[:50])

    return run


def _value(told: Any) -> Any:
    return bytes.fromhex(told["hex"]) if isinstance(told, dict) else told
