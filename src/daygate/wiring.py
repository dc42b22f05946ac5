"""The composition root: settings -> `Parts`. Every singleton of a process is built here alone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from daygate.kit.crypto import KeyRing
from daygate.kit.outbound import Outbound
from daygate.kit.passwords import Passwords
from daygate.providers.catalog import Catalog, catalog
from daygate.settings import Settings
from daygate.store import row_security
from daygate.store.clock import Clock
from daygate.store.engine import Store, open_store
from daygate.store.vault import check_keys

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    store: Store
    ring: KeyRing
    passwords: Passwords
    outbound: Outbound
    catalog: Catalog


class Misconfigured(Exception):
    """The process must not start; the text says which setting to change."""


def key_ring(settings: Settings) -> KeyRing:
    """The ring of the settings, or of the data directory, generated once (SQLite only)."""
    if settings.secret_keys is not None:
        return KeyRing.parse(settings.secret_keys.get_secret_value())
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise Misconfigured(
            "DAYGATE_SECRET_KEYS is not set. With PostgreSQL, keys are never generated for you: "
            "run `daygate keys generate`, and give the result to every process."
        )
    return _generated_once(settings.data_dir / "secret_keys")


def _generated_once(path: Path) -> KeyRing:
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        # O_EXCL: of two processes that start at once, one writes and the other reads.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(KeyRing.generate().text())
    return KeyRing.parse(path.read_text())


async def check_wall(store: Store) -> None:
    """Let a process start only if the database guards rows as the setting says."""
    on = store.row_security
    if store.dialect == "sqlite":
        if on:
            raise Misconfigured(
                "DAYGATE_ROW_SECURITY is on, and SQLite has no row security. Set "
                "DAYGATE_DATABASE_URL to a PostgreSQL database, or take the setting away."
            )
        return
    async with store.engine.connect() as connection:
        found = await row_security.state(connection)
    if on and found.bypassed:
        raise Misconfigured(
            "DAYGATE_ROW_SECURITY is on, but no policy holds for this role of the database: it is "
            "a superuser or has BYPASSRLS. Connect as an ordinary role."
        )
    if on and not found.complete:
        raise Misconfigured(
            "DAYGATE_ROW_SECURITY is on, but the tables are not guarded yet. Run `daygate migrate` "
            "with the same settings."
        )
    if found.guarded and not on and not found.bypassed:
        raise Misconfigured(
            "The tables are guarded by row security, and DAYGATE_ROW_SECURITY is off: nothing "
            "could be read. Turn it on, or run `daygate migrate` with it off."
        )


@asynccontextmanager
async def open_parts(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Parts]:
    """Everything a process needs, open; closed again at the end."""
    dev = settings.profile == "dev"
    ring = key_ring(settings)
    guarded = settings.row_security == "on"
    store = open_store(
        settings.store_url, clock=clock, pool_size=settings.database_pool, row_security=guarded
    )
    outbound = Outbound(
        allow=(*settings.allow_networks, *(LOOPBACK if dev else ())), plain_http=False
    )
    try:
        await check_wall(store)
        await check_keys(store, ring)
        services = catalog(outbound, sandbox_url=settings.sandbox_url if dev else None, dev=dev)
        yield Parts(settings, store, ring, Passwords(), outbound, services)
    finally:
        await outbound.close()
        await store.close()
