"""A conversation is opened from the stored credential, and closed whatever happens in it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
import sqlalchemy as sa

from daygate.domain.profile import Profile
from daygate.kit.crypto import KeyRing, Undecryptable
from daygate.link import finish
from daygate.link.session import open_session
from daygate.providers.base import Connector, ProviderSpec
from daygate.providers.catalog import Catalog
from daygate.providers.faults import NeedsRelink
from daygate.store import profiles, schema
from daygate.store.engine import Store
from tests.servers.inside import Inside, inside
from tests.unit.link.conftest import RING, credential


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        await opened.connect("ada")
        yield opened


async def the_profile(store: Store) -> Profile:
    async with store.read() as tx:
        row = await tx.first(sa.select(schema.profiles.c.account_id, schema.profiles.c.profile_id))
        assert row is not None
        found = await profiles.get(tx, row.account_id, row.profile_id)
    assert found is not None
    return found


async def test_the_stored_credential_opens_the_account(house: Inside):
    parts = house.parts
    profile = await the_profile(parts.store)
    async with open_session(parts.store, parts.ring, parts.catalog, profile) as connector:
        assert {each.name for each in await connector.calendars()} >= {"Work", "Private"}


async def test_a_revoked_password_is_met_in_the_conversation(house: Inside):
    parts = house.parts
    profile = await the_profile(parts.store)
    house.world.revoke("ada")
    async with open_session(parts.store, parts.ring, parts.catalog, profile) as connector:
        with pytest.raises(NeedsRelink):
            await connector.calendars()


class Line:
    """A connector that only remembers how it was opened and that it was closed."""

    def __init__(self, secret: Mapping[str, str], facts: Mapping[str, str]) -> None:
        self.opened_with = dict(secret), dict(facts)
        self.closed = False

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
async def kept(store: Store, spec: ProviderSpec) -> Profile:
    shown = credential(home="/ada/")
    await store.transact(lambda tx: finish.keep(tx, RING, spec, shown, None))
    return await the_profile(store)


async def test_the_connector_gets_secret_and_facts_and_is_closed_after_a_failure(
    store: Store, spec: ProviderSpec, kept: Profile
):
    lines: list[Line] = []

    def opening(secret: Mapping[str, str], facts: Mapping[str, str]) -> Connector:
        lines.append(Line(secret, facts))
        return lines[-1]  # type: ignore[return-value]

    services = Catalog([replace(spec, open=opening)])
    with pytest.raises(ZeroDivisionError):
        async with open_session(store, RING, services, kept):
            raise ZeroDivisionError
    (line,) = lines
    assert line.opened_with == ({"user": "ada", "password": "one"}, {"home": "/ada/"})
    assert line.closed


async def test_without_a_credential_or_a_service_the_person_is_asked(
    store: Store, services: Catalog, kept: Profile
):
    with pytest.raises(NeedsRelink):
        async with open_session(store, RING, Catalog([]), kept):
            pass
    async with store.write() as tx:
        await tx.execute(sa.delete(schema.credentials))
    with pytest.raises(NeedsRelink):
        async with open_session(store, RING, services, kept):
            pass


async def test_k3_a_credential_opens_under_its_own_keys_alone(
    store: Store, services: Catalog, kept: Profile
):
    with pytest.raises(Undecryptable):
        async with open_session(store, KeyRing.generate(), services, kept):
            pass
