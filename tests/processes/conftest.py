"""Two real gateway processes on one database, and rows in it to begin with."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from daygate.kit.crypto import KeyRing, random_text
from daygate.store.engine import Store, open_store
from tests.servers.gateway import Gateway, beside, gateway
from tests.unit.oauth.rows import REDIRECT, Scene, add_secret, scene

Traded = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes, the database behind them, and a client to ask them with."""

    first: Gateway
    urls: tuple[str, str]
    store: Store
    http: aiohttp.ClientSession

    async def scene(self) -> tuple[Scene, dict[str, str]]:
        """An application, a person and a grant; and what the application authenticates with."""
        made = await scene(self.store)
        secret = random_text(43)
        await add_secret(self.store, made.app, secret)
        return made, {"client_id": made.app.client_id, "client_secret": secret}

    async def ask(self, process: int, token: str) -> tuple[int, str | None]:
        """Ask a process whose a token is; the status, and how long to wait."""
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.urls[process]}/v1/account"
        async with self.http.get(address, headers=headers) as response:
            await response.read()
            return response.status, response.headers.get("Retry-After")

    async def trade(
        self, process: int, client: dict[str, str], **values: str
    ) -> tuple[int, dict[str, Any]]:
        """Post to a process's token endpoint; status and body."""
        body = {**client, "redirect_uri": REDIRECT, **values}
        address = f"{self.urls[process]}/oauth/token"
        async with self.http.post(address, data=body) as response:
            return response.status, await response.json()


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway on either database."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    with gateway(
        folder,
        None,
        DAYGATE_DATABASE_URL=database_url,
        DAYGATE_SECRET_KEYS=KeyRing.generate().text(),
    ) as started:
        yield started


@pytest.fixture
async def pair(house: Gateway, database_url: str) -> AsyncIterator[Pair]:
    """Two gateways on either database."""
    store = open_store(database_url)
    with beside(house) as second:
        async with aiohttp.ClientSession() as http:
            yield Pair(house, (house.url, second), store, http)
    await store.close()
