"""A service to connect to, without a server: nothing here knocks at it."""

from collections.abc import AsyncIterator

import pytest

from daygate.kit.crypto import KeyRing
from daygate.kit.outbound import Outbound
from daygate.providers.base import Credential, ProviderSpec
from daygate.providers.catalog import Catalog, catalog

RING = KeyRing.generate()


@pytest.fixture
async def services() -> AsyncIterator[Catalog]:
    outbound = Outbound()
    yield catalog(outbound, sandbox_url="http://127.0.0.1:1/", dev=True)
    await outbound.close()


@pytest.fixture
def spec(services: Catalog) -> ProviderSpec:
    found = services.by_key("sandbox")
    assert found is not None
    return found


def credential(
    identity: str = "ada",
    password: str = "one",  # noqa: S107 - of nobody
    **facts: str,
) -> Credential:
    """What a service gave for somebody's password."""
    return Credential(
        identity=f"https://calendar.example/{identity}/",
        profile_name=f"{identity}@calendar.example",
        secret={"user": identity, "password": password},
        facts=facts,
        email=f"{identity}@calendar.example",
    )
