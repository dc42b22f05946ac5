"""Xandikos on a free port; it asks for no password and everybody is alice."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .dav import DavServer
from .process import free_port, start

PASSWORDS = {"alice": "anything", "bob": "anything"}


@contextmanager
def xandikos(folder: Path) -> Iterator[DavServer]:
    """A running Xandikos that keeps everything in `folder`."""
    port = free_port()
    program = str(Path(sys.executable).with_name("xandikos"))
    command = [program, "serve", "-d", str(folder / "data"), "--defaults", "--autocreate"]
    command += ["--current-user-principal", "/alice/", "-l", "127.0.0.1", "-p", str(port)]
    running = start(command, port, folder / "log")
    try:
        yield DavServer(f"http://127.0.0.1:{port}/", PASSWORDS)
    finally:
        running.stop()
