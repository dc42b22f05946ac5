"""Radicale on a free port, with users alice and bob who each own what lies under their name."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .dav import DavServer
from .process import free_port, start

PASSWORDS = {"alice": "wonder land ü", "bob": "builder"}
CONFIG = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[logging]
level = info
"""


@contextmanager
def radicale(folder: Path) -> Iterator[DavServer]:
    """A running Radicale that keeps everything in `folder`."""
    port = free_port()
    users = "".join(f"{name}:{password}\n" for name, password in PASSWORDS.items())
    (folder / "users").write_text(users)
    config = folder / "config"
    config.write_text(CONFIG.format(port=port, folder=folder))
    command = [sys.executable, "-m", "radicale", "--config", str(config)]
    running = start(command, port, folder / "log")
    try:
        yield DavServer(f"http://127.0.0.1:{port}/", PASSWORDS)
    finally:
        running.stop()
