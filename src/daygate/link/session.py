"""A conversation with one person's calendar account, opened from the stored credential."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from daygate.domain.profile import Profile
from daygate.kit.crypto import KeyRing
from daygate.providers.base import Connector
from daygate.providers.catalog import Catalog
from daygate.providers.faults import NeedsRelink
from daygate.store import profiles
from daygate.store.engine import Store
from daygate.store.vault import load_credential


@asynccontextmanager
async def open_session(
    store: Store, ring: KeyRing, catalog: Catalog, profile: Profile
) -> AsyncIterator[Connector]:
    """Open a connector; no transaction is held while it is used. Raises `Fault`."""
    async with store.read() as tx:
        secret = await load_credential(tx, ring, profile.account_id, profile.profile_id)
        facts = await profiles.facts_of(tx, profile.account_id, profile.profile_id)
    spec = catalog.by_key(profile.provider_key)
    if secret is None or spec is None:
        raise NeedsRelink("wrong_password", "no credential is stored")
    connector = spec.open(secret, facts)
    try:
        yield connector
    finally:
        await connector.close()
