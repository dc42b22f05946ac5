"""Starting a real server as a child process on a free port, and stopping it."""

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_S = 120.0  # a build machine with others at work; a server that has died is noticed at once


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Running:
    """A child process that listens on `port`; `stop` ends it and waits."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def stop(self) -> None:
        """End the process; harmless when it has ended already."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] = os.environ
) -> Running:
    """Start `command` and wait until its port answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**environment, "TZ": "UTC"}
        )
    running = Running(process, port, log)
    try:
        _wait(running)
    except BaseException:
        running.stop()
        raise
    return running


def _wait(running: Running) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", running.port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"server did not start: {running.log.read_text(errors='replace')}")
