"""Examining an installation: settings, keys, database, worker, public address, work set aside.

Each check stands alone where it can: a doctor that falls over with the patient is of no use.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from daygate import worker
from daygate.domain.moments import MS_PER_S
from daygate.kit.crypto import BadKey, KeyRing
from daygate.kit.outbound import Outbound, OutboundError
from daygate.link.remedies import remedy_of
from daygate.settings import Settings
from daygate.store.engine import Tx, open_store
from daygate.store.migrate import newest_revision, revision
from daygate.store.vault import WrongKeys
from daygate.wiring import Misconfigured, open_parts
from daygate.work.outlook import ahead
from daygate.work.queue import INSTALLATION, parked

HEARTBEAT_S = 180
"""A worker tidies every minute, so its row is never due for long."""
_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined: how it is, and what to do about it if it is not fine."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Sequence[Check]:
    """Every check that can be made, in the order in which one depends on another."""
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> Sequence[Check]:
    database = await _database(settings)
    return [
        _addresses(settings),
        database,
        *(await _inside(settings) if database.ok else ()),
        await _public_url(settings),
    ]


def _addresses(settings: Settings) -> Check:
    url = urlsplit(settings.app_url)
    found = f"{settings.profile} profile, {settings.app_url}"
    if url.scheme == "https" or _is_loopback(url.hostname or ""):
        return Check("settings", ok=True, found=found)
    return Check(
        "settings",
        ok=False,
        found=f"{found}: passwords would travel in the clear",
        remedy="Put a proxy with a certificate in front, and set DAYGATE_PUBLIC_URL to its https "
        "address.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _database(settings: Settings) -> Check:
    store = open_store(settings.store_url, pool_size=1)
    try:
        found = await revision(store)
    except (DBAPIError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        return Check(
            "database",
            ok=False,
            found=f"{store.dialect} does not answer: {cause}".splitlines()[0],
            remedy="See whether it runs, and whether DAYGATE_DATABASE_URL names it.",
        )
    finally:
        await store.close()
    newest = newest_revision()
    if found == newest:
        return Check("database", ok=True, found=f"{store.dialect}, step {found}, the newest")
    return Check(
        "database",
        ok=False,
        found=f"{store.dialect}, step {found or 'none'}; this Daygate needs {newest}",
        remedy="Run `daygate migrate` with the newest Daygate that was ever used here.",
    )


async def _inside(settings: Settings) -> Sequence[Check]:
    try:
        async with open_parts(settings) as parts, parts.store.read() as tx:
            return [_keys(parts.ring), await _worker(tx), *await _work(tx)]
    except (Misconfigured, BadKey, WrongKeys) as error:
        return [
            Check("keys", ok=False, found=str(error), remedy="Give every process the same keys.")
        ]


def _keys(ring: KeyRing) -> Check:
    return Check("keys", ok=True, found=f"{ring.active.id} writes, {len(ring.ids)} in all read")


async def _worker(tx: Tx) -> Check:
    rows = await ahead(tx, INSTALLATION, [worker.DIRECTORY])
    late_s = max(0, (await tx.now_ms() - rows[0].due_ms) // MS_PER_S) if rows else None
    if late_s is not None and late_s < HEARTBEAT_S:
        return Check("worker", ok=True, found="takes what is due")
    seen = "none has run yet" if late_s is None else f"none has taken what was due {late_s} s ago"
    return Check(
        "worker", ok=False, found=seen, remedy="Start `daygate serve` or `daygate worker`."
    )


async def _work(tx: Tx) -> Sequence[Check]:
    aside = await parked(tx, limit=_SHOWN)
    if not aside:
        return [Check("work", ok=True, found="nothing is set aside")]
    return [
        Check(
            "work",
            ok=False,
            found=f"{each.kind} {each.key} of {each.account_id} is set aside: {each.reason}",
            remedy=remedy_of(each.reason).remedy,
        )
        for each in aside
    ]


async def _public_url(settings: Settings) -> Check:
    outbound = Outbound(allow=_ANYWHERE, plain_http=True)
    try:
        answer = await outbound.request("GET", f"{settings.app_url}/healthz")
    except OutboundError as error:
        found = f"{settings.app_url} does not answer: {error.public}"
    else:
        if answer.status == HTTPStatus.OK:
            return Check("address", ok=True, found=f"{settings.app_url} answers")
        found = f"{settings.app_url} answers {answer.status} to /healthz"
    finally:
        await outbound.close()
    remedy = "Start `daygate serve`, and see that DAYGATE_PUBLIC_URL leads to it."
    return Check("address", ok=False, found=found, remedy=remedy)
