"""`make timing`: whether the time of a refusal tells what was wrong with the credentials.

Three clients that are refused, in turn, 2,000 times each: an id that nobody has, and an id with a
secret whose first, or whose last, character is wrong. Each is a whole request through the
application, without a network. The three medians should be within 5 % of each other.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from bench.data import application
from daygate.app import build_app
from daygate.kit.crypto import random_text
from daygate.settings import Settings
from daygate.store.migrate import migrate
from daygate.wiring import open_parts

SAMPLES = 2_000
WARM_UP = 200
ALLOWED = 0.05
_MINUTE_MS = 60_000

Bodies = dict[str, Callable[[], bytes]]


def main() -> None:
    """Measure, print the table, and leave with 1 if the medians tell them apart."""
    with tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(measure(Path(folder)))
    medians = {name: statistics.median(each) for name, each in times.items()}
    base = medians["unknown id"]
    print("| refused because of | median, us | against the first |")
    print("|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median * 1e6:,.0f} | {median / base - 1:+.1%} |")
    spread = max(medians.values()) / min(medians.values()) - 1
    print(f"\n{SAMPLES:,} interleaved samples each; largest difference {spread:.1%}")
    sys.exit(spread >= ALLOWED)


async def measure(folder: Path) -> dict[str, list[float]]:
    """The seconds that each refusal took."""
    settings = Settings(data_dir=folder)
    await migrate(settings.store_url)
    # A minute passes with every request, so that no counter of wrong secrets ever fills.
    clock = itertools.count(1_767_225_600_000, _MINUTE_MS).__next__
    async with open_parts(settings, clock) as parts:
        made = await application(parts)
        app = build_app(settings, parts)
        bodies = _bodies(made.application.client_id, made.client_secret)
        times: dict[str, list[float]] = {name: [] for name in bodies}
        for number in range(WARM_UP + SAMPLES):
            for name, body in bodies.items():
                took_s = await _refused(app, body())
                if number >= WARM_UP:
                    times[name].append(took_s)
    return times


def _bodies(client_id: str, secret: str) -> Bodies:
    first = chr(ord(secret[0]) ^ 1) + secret[1:]
    last = secret[:-1] + chr(ord(secret[-1]) ^ 1)
    return {
        "unknown id": lambda: _body(random_text(len(client_id)), secret),
        "wrong first character": lambda: _body(client_id, first),
        "wrong last character": lambda: _body(client_id, last),
    }


def _body(client_id: str, secret: str) -> bytes:
    fields = {
        "client_id": client_id,
        "client_secret": secret,
        "grant_type": "refresh_token",
        "refresh_token": random_text(32),
    }
    return urlencode(fields).encode()


async def _refused(app: ASGIApp, body: bytes) -> float:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/oauth/token",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1:8040"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ],
        "client": ("192.0.2.1", 50_000),
        "server": ("127.0.0.1", 8040),
    }
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    started = time.perf_counter()
    await app(scope, receive, send)
    took_s = time.perf_counter() - started
    assert statuses[0] == 401, statuses
    return took_s


if __name__ == "__main__":
    main()
