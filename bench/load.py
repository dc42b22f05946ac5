"""A client on one kept-alive connection, and the CPU time its server took."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

_READY_S = 30.0
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a row."""

    method: str
    path: str
    body: str = ""
    bearer: str = ""


@dataclass(slots=True)
class Server:
    """A server under measurement."""

    process: "subprocess.Popen[bytes]"
    connection: HTTPConnection
    cpu_s: float = 0.0
    requests: int = 0

    def measure(self, calls: Callable[[], Call], count: int) -> None:
        """Send `count` requests one after the other, and add up what they cost the server."""
        before_s = cpu_s(self.process.pid)
        for _ in range(count):
            self.ask(calls())
        self.cpu_s += cpu_s(self.process.pid) - before_s
        self.requests += count

    def ask(self, call: Call) -> bytes:
        """One request; anything but 200 ends the run."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if call.body else {}
        if call.bearer:
            headers["Authorization"] = f"Bearer {call.bearer}"
        self.connection.request(call.method, call.path, call.body or None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{call.method} {call.path}: {answer.status} {content[:200]!r}")
        return content

    @property
    def per_cpu_s(self) -> float:
        """Requests for one second of CPU time."""
        return self.requests / max(self.cpu_s, _TICK_S)


def cpu_s(pid: int) -> float:
    """CPU time of a process with all its threads (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


@contextmanager
def serving(kind: str, core: int, folder: Path) -> Iterator[Server]:
    """Run a server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bench.server", kind, str(port), str(core), str(folder)]
    process = subprocess.Popen(command)
    try:
        _wait(process, port)
        with closing(HTTPConnection("127.0.0.1", port)) as connection:
            yield Server(process, connection)
    finally:
        process.terminate()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline_s = time.monotonic() + _READY_S
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")
