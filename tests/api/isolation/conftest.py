"""The world of the matrix, built once for each database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from daygate.store.engine import open_store
from tests.conftest import GUARDED, fresh_database

from .world import World
from .world import world as built


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["sqlite", "postgresql", GUARDED]
)
async def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Two developers, four applications, three people, and what is gone."""
    with fresh_database(request, tmp_path_factory.mktemp("isolation")) as url:
        store = open_store(url, row_security=request.param == GUARDED)
        async with built(store) as made:
            yield made
        await store.close()
