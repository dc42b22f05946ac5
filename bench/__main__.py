"""`make bench`: three rows, each a ratio inside one run; it reports and never judges."""

import asyncio
import itertools
import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from bench import data, expansion
from bench.load import Call, Server, serving
from bench.server import settings

ROUNDS = 3
WARM_UP = 50
REFRESHES = 500
READS = 400


def main() -> None:
    """Fill, serve, ask, and print."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="daygate-bench-") as name:
        folder = Path(name)
        print("==> Filling a database", flush=True)
        bench = asyncio.run(data.build(settings(folder)))
        (folder / "statements.json").write_text(json.dumps(bench.statements))
        print(f"    {bench.occurrences} occurrences, {len(bench.refresh_tokens)} refresh tokens")
        os.sched_setaffinity(0, {cores[-1]})
        row(folder, cores[0], "refresh grants, each committed", refreshes(bench), REFRESHES)
        row(folder, cores[0], "pages of 50 events", reads(bench), READS)
        print(expansion.row(datetime.now(UTC)), flush=True)


def row(folder: Path, core: int, name: str, calls: Callable[[], Call], count: int) -> None:
    """Measure Daygate and the bare handler in turns."""
    with serving("app", core, folder) as app, serving("bare", core, folder) as bare:
        for server in (app, bare):
            check(server.ask(calls()))
            server.measure(calls, WARM_UP)
            server.cpu_s, server.requests = 0.0, 0
        for _ in range(ROUNDS):
            app.measure(calls, count)
            bare.measure(calls, count)
        report(name, app, bare)


def report(name: str, app: Server, bare: Server) -> None:
    """One row."""
    print(
        f"{name}: {app.per_cpu_s:,.0f} per CPU-second, bare handler {bare.per_cpu_s:,.0f}, "
        f"ratio {app.per_cpu_s / bare.per_cpu_s:.2f}",
        flush=True,
    )


def check(body: bytes) -> None:
    """The row measures what it says: a token, or a full page."""
    answer = json.loads(body)
    assert "access_token" in answer or len(answer["events"]) == data.PAGE


def refreshes(bench: data.Bench) -> Callable[[], Call]:
    """Refresh tokens in turn."""
    turns = itertools.cycle(bench.refresh_tokens)

    def call() -> Call:
        form = {
            "grant_type": "refresh_token",
            "client_id": bench.client_id,
            "client_secret": bench.client_secret,
            "refresh_token": next(turns),
        }
        return Call("POST", "/oauth/token", body=urlencode(form))

    return call


def reads(bench: data.Bench) -> Callable[[], Call]:
    """The first page of one day, with the count that its `total` needs."""
    query = urlencode({"from": bench.day, "to": bench.next_day, "tzid": "Etc/UTC"})
    return lambda: Call("GET", f"/v1/events?{query}", bearer=bench.access_token)


if __name__ == "__main__":
    main()
