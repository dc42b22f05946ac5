"""The command line, run in this process on a folder of its own."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from daygate.cli.main import command
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.radicale import radicale

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Console:
    """A shell whose settings lead to one data directory."""

    folder: Path

    def __call__(self, *words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(command, list(words), input=stdin)

    def user(self, email: str = "dev@example.org", *more: str) -> Result:
        return self("users", "create", email, "--password-stdin", *more, stdin=f"{PASSWORD}\n")

    def connect(self, client_id: str, server: DavServer, who: str, *more: str) -> Result:
        words: Sequence[str] = (
            "connect", "--client-id", client_id, "--provider", "generic", "--url", server.url,
            "--username", who, "--password-stdin", *more,
        )  # fmt: skip
        return self(*words, stdin=f"{server.passwords[who]}\n")


@pytest.fixture
def console(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A console on a migrated database, in the dev profile, with nothing else running."""
    shutil.copyfile(sqlite_template, tmp_path / "daygate.db")
    monkeypatch.setenv("DAYGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DAYGATE_PROFILE", "dev")
    monkeypatch.setenv("DAYGATE_PORT", str(free_port()))
    monkeypatch.chdir(tmp_path)
    return Console(tmp_path)


@pytest.fixture(scope="session")
def calendars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """A real CalDAV server where alice and bob have a calendar each."""
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        for who in server.passwords:
            server.make_calendar(f"/{who}/work/", "Work")
        yield server
