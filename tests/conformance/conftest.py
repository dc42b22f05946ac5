"""Fixtures of the conformance suite: one real server of each kind for the whole run."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from daygate.kit.outbound import Outbound
from daygate.providers.base import Credential, Cursor, Page, ProviderSpec
from daygate.providers.catalog import Catalog, catalog
from tests.servers.dav import DavServer
from tests.servers.faulty import WORK, Faulty, faulty
from tests.servers.radicale import radicale
from tests.servers.xandikos import xandikos

_names = count(1)


@dataclass(frozen=True, slots=True)
class Stand:
    """A server under test: how to reach it and where alice keeps her calendars."""

    name: str
    server: DavServer
    home: str

    def calendar(self) -> str:
        """A fresh calendar of alice's; its path."""
        path = f"{self.home}c{next(_names)}/"
        self.server.make_calendar(path, "Work")
        return path

    def answer(self, password: str | None = None) -> dict[str, str]:
        """What alice types into the preset's form."""
        password = self.server.passwords["alice"] if password is None else password
        return {"host": self.server.url, "user": "alice", "password": password}


@pytest.fixture(scope="session", params=["radicale", "xandikos"])
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "radicale":
        with radicale(folder) as server:
            yield Stand("radicale", server, "/alice/")
    else:
        with xandikos(folder) as server:
            yield Stand("xandikos", server, "/alice/calendars/")


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    client = Outbound(allow=["127.0.0.0/8"])
    yield client
    await client.close()


@pytest.fixture
def services(outbound: Outbound) -> Catalog:
    return catalog(outbound, sandbox_url=None, dev=True)


@pytest.fixture
def spec(services: Catalog) -> ProviderSpec:
    found = services.by_key("radicale")
    assert found is not None
    return found


class House:
    """What the rest of the house does with pages: keeps objects, forgets the gone."""

    def __init__(self, spec: ProviderSpec, credential: Credential, remote_id: str) -> None:
        self.connector = spec.open(credential.secret, credential.facts)
        self.remote_id = remote_id
        self.held: dict[str, tuple[str, bytes]] = {}
        self.cursor: Cursor | None = None
        self.loaded: list[str] = []

    async def known(self) -> dict[str, str]:
        return {key: revision for key, (revision, _) in self.held.items()}

    async def pull(self, **options) -> list[Page]:
        """One pull, pages applied as they come; the cursor must stand on the last page alone."""
        first = options.get("first")
        seen: set[str] = set()
        self.loaded = []
        pages = [
            page
            async for page in self.connector.changes(self.remote_id, self.cursor, first, self.known)
        ]
        assert [page.cursor is not None for page in pages] == [False] * (len(pages) - 1) + [True]
        for page in pages:
            for found in page.objects:
                self.held[found.key] = (found.revision, found.raw)
                self.loaded.append(found.key)
            for key in page.removed:
                self.held.pop(key, None)
            seen |= {found.key for found in page.objects} | set(page.unchanged)
            if page.complete:
                self.held = {key: value for key, value in self.held.items() if key in seen}
        self.cursor = pages[-1].cursor
        return pages


@pytest.fixture
async def server() -> AsyncIterator[Faulty]:
    """A server that does wrong on purpose."""
    async with faulty() as running:
        yield running


@pytest.fixture
async def house(server: Faulty, spec: ProviderSpec) -> House:
    """An empty copy of that server's one calendar."""
    return House(spec, await spec.door.finish(server.typed()), WORK)
