"""A whole Daygate as its operator would start it: `daygate serve`, in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .process import Running, free_port, start

OPERATOR = "operator@example.org"
PASSWORD = "correct horse battery staple"


@dataclass(slots=True)
class Gateway:
    """A running Daygate; `url` has no trailing slash."""

    url: str
    port: int
    folder: Path
    environment: Mapping[str, str]
    running: Running

    def command(self, *words: str, stdin: str = "") -> str:
        """Run `daygate ...` beside the server; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "daygate", *words],
            input=stdin,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def application(self, name: str = "Planner", *redirect_uris: str) -> dict[str, Any]:
        """A registered application with its secret."""
        uris = [word for uri in redirect_uris for word in ("--redirect-uri", uri)]
        made: dict[str, Any] = json.loads(self.command("apps", "create", name, *uris, "--json"))
        return made

    def connect(self, client_id: str, url: str, user: str, password: str) -> dict[str, Any]:
        """Let an application into a person's calendars; the token answer."""
        answer: dict[str, Any] = json.loads(
            self.command(
                "connect", "--client-id", client_id, "--provider", "generic", "--url", url,
                "--username", user, "--password-stdin", "--json",
                stdin=f"{password}\n",
            )
        )  # fmt: skip
        return answer

    def kill(self) -> None:
        """End the server without warning."""
        self.running.process.kill()
        self.running.process.wait()

    def restart(self) -> None:
        """Start it again on the same port and data."""
        self.running = _serve(self.environment, self.port, self.folder)


@contextmanager
def gateway(folder: Path, operator: str | None = OPERATOR, /, **settings: str) -> Iterator[Gateway]:
    """A Daygate on a free port that keeps everything in `folder`, with one operator or nobody."""
    port = free_port()
    environment = {
        **os.environ,
        "DAYGATE_PROFILE": "dev",
        "DAYGATE_DATA_DIR": str(folder),
        "DAYGATE_PORT": str(port),
        "DAYGATE_POLL_S": "5",
        **settings,
    }
    started = Gateway(
        f"http://127.0.0.1:{port}", port, folder, environment, _serve(environment, port, folder)
    )
    try:
        if operator:
            words = ("users", "create", operator, "--operator", "--password-stdin")
            started.command(*words, stdin=f"{PASSWORD}\n")
        yield started
    finally:
        started.running.stop()


@contextmanager
def beside(first: Gateway) -> Iterator[str]:
    """Another process on the same database, for pages and the API alone; its address."""
    port = free_port()
    environment = {**first.environment, "DAYGATE_PUBLIC_URL": first.url, "DAYGATE_PORT": str(port)}
    command = [sys.executable, "-m", "daygate", "serve", "--no-worker"]
    running = start(command, port, first.folder / f"log-{port}", environment=environment)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.stop()


def until(met: Any, timeout_s: float = 20.0) -> Any:
    """Ask again and again until the answer is true; the answer."""
    end = time.monotonic() + timeout_s
    while not (found := met()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.5)
    return found


def _serve(environment: Mapping[str, str], port: int, folder: Path) -> Running:
    command = [sys.executable, "-m", "daygate", "serve"]
    return start(command, port, folder / "log", environment=environment)
