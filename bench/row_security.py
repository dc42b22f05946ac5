"""What row security costs: `python -m bench.row_security postgresql://role@host/empty_database`.

The same process asks itself for the same page, with the policies in force and out of it in turns;
the role has to own the database and be no superuser. One ratio inside one run.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from bench import data
from bench.server import UNLIMITED
from daygate.app import build_app
from daygate.kit.crypto import KeyRing
from daygate.settings import Settings
from daygate.store.migrate import migrate
from daygate.wiring import open_parts

ROUNDS = 4
READS = 150
WARM_UP = 20


async def measure(url: str) -> Mapping[str, list[float]]:
    """Seconds of each read, by setting."""
    settings = Settings.model_validate(
        {
            "database_url": url,
            "secret_keys": KeyRing.generate().text(),
            "api_per_s": UNLIMITED,
            "api_per_min": UNLIMITED,
        }
    )
    bench = await data.build(settings)
    taken_s: dict[str, list[float]] = {"off": [], "on": []}
    for _ in range(ROUNDS):
        for setting, taken in taken_s.items():
            await migrate(url, row_security=setting == "on")
            chosen = settings.model_copy(update={"row_security": setting})
            async with open_parts(chosen) as parts:
                app = build_app(chosen, parts)
                reads = [await _read_s(app, bench) for _ in range(WARM_UP + READS)]
                taken.extend(reads[WARM_UP:])
    await migrate(url, row_security=False)
    return taken_s


async def _read_s(app: ASGIApp, bench: data.Bench) -> float:
    """One first page of 50 events; anything but 200 ends the run."""
    query = urlencode({"from": bench.day, "to": bench.next_day, "tzid": "Etc/UTC"})
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    began_s = time.perf_counter()
    await app(_scope(query, bench.access_token), receive, send)
    if sent[0]["status"] != 200:
        raise SystemExit(f"{sent[0]['status']} {sent[1:]!r}")
    return time.perf_counter() - began_s


def _scope(query: str, token: str) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 4711),
        "headers": [(b"host", b"127.0.0.1:8040"), (b"authorization", f"Bearer {token}".encode())],
    }


def main() -> None:
    """Measure and print."""
    taken_s = asyncio.run(measure(sys.argv[1]))
    off_ms, on_ms = (statistics.median(taken_s[name]) * 1000 for name in ("off", "on"))
    print(
        f"a page of 50 events, row security off {off_ms:.1f} ms, on {on_ms:.1f} ms, "
        f"ratio {on_ms / off_ms:.2f} (medians of {len(taken_s['on'])} each)"
    )


if __name__ == "__main__":
    main()
