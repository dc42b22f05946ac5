"""Databases and clocks that every test may ask for; each test that takes a store runs on both."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from daygate.store.engine import Store, open_store
from daygate.store.migrate import migrate
from tests.servers.databases import Databases
from tests.servers.postgres import NoPostgres, PostgresServer, find_binaries

_TEMPLATE = "daygate_template"
_STARTED_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_numbers = count(1)
GUARDED = "postgresql, row security"
_NEEDING = {"postgresql", GUARDED}

NewDatabase = Callable[[str], str]


class SettableClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, ms: int = _STARTED_MS) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms

    def advance(self, *, s: float) -> None:
        """Let `s` seconds pass."""
        self.ms += round(s * 1000)


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a loop of its own, whatever the state of this thread's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse to run tests that need PostgreSQL without it: skipped, they would look passed."""
    if not any(_needs_postgres(item) for item in items):
        return
    try:
        find_binaries()
    except NoPostgres as reason:
        raise pytest.UsageError(str(reason)) from None


def _needs_postgres(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and (
        "postgres" in item.fixturenames
        or (
            hasattr(item, "callspec")
            and not _NEEDING.isdisjoint(map(str, item.callspec.params.values()))
        )
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server per pytest process, so that parallel processes do not meet."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer) -> Databases:
    """Migrated databases of that server."""
    postgres.sql(f"CREATE DATABASE {_TEMPLATE}")
    run_apart(migrate(postgres.url(_TEMPLATE)))
    return Databases(postgres, _TEMPLATE)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "daygate.db"
    run_apart(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database that nobody else uses."""
    with fresh_database(request, tmp_path) as url:
        yield url


@contextmanager
def fresh_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A migrated, empty database of the kind in `request.param`, for fixtures of any scope."""
    if request.param == "sqlite":
        path = folder / "daygate.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    if request.param == GUARDED:
        with _guarded(server) as url:
            yield url
        return
    databases: Databases = request.getfixturevalue("databases")
    name = databases.take()
    yield server.url(name)
    databases.give_back(name)


@contextmanager
def _guarded(server: PostgresServer) -> Iterator[str]:
    """A database with row security in force, its tables owned by an ordinary role."""
    name = f"guarded_{next(_numbers)}"
    server.sql(f"CREATE ROLE {name} LOGIN")
    server.sql(f"CREATE DATABASE {name} OWNER {name}")
    server.sql(f"GRANT ALL ON SCHEMA public TO {name}", name)
    url = server.url(name, role=name)
    run_apart(migrate(url, row_security=True))
    yield url
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.sql(f"DROP ROLE {name}")


@pytest.fixture
def guarded_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of such a database."""
    with _guarded(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on the database's own clock."""
    opened = open_store(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> SettableClock:
    """A clock the test moves."""
    return SettableClock()


@pytest.fixture
async def timed_store(database_url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """An open store whose "now" is the test's `clock`."""
    opened = open_store(database_url, clock=clock)
    yield opened
    await opened.close()
