"""Servers and clients that are closed again."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import pytest

from daygate.kit.outbound import Outbound
from tests.unit.kit.outbound.servers import Servers


class OpenClient(Protocol):
    def __call__(self, **settings: Any) -> Outbound: ...


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    started = Servers()
    yield started
    await started.stop()


@pytest.fixture
async def opened() -> AsyncIterator[OpenClient]:
    clients: list[Outbound] = []

    def open_client(**settings: Any) -> Outbound:
        clients.append(Outbound(**{"allow": ["127.0.0.1/32"], **settings}))
        return clients[-1]

    yield open_client
    for client in clients:
        await client.close()
