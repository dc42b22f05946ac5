"""Reading a whole collection's names and etags, and telling a full list from a cut one."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from daygate.domain.moments import Window
from daygate.providers import faults
from daygate.providers.caldav import bodies
from daygate.providers.caldav.client import Client
from daygate.providers.caldav.hrefs import same
from daygate.providers.caldav.members import Member, members
from daygate.providers.caldav.multistatus import Multistatus
from daygate.providers.caldav.names import CTAG, RESOURCE_TYPE, SYNC_TOKEN, d


@dataclass(frozen=True, slots=True)
class State:
    """What a collection says of itself; either is empty where the server has none."""

    token: str = ""
    ctag: str = ""


async def state(client: Client, collection: str) -> State:
    """Token and ctag now. Taken before any listing, so that later changes are never missed."""
    answer = await client.propfind(collection, bodies.propfind(bodies.STATE), 0)
    if not answer.rows:
        raise faults.Nonsense("nonsense", "an empty answer for a calendar")
    row = answer.rows[0]
    if row.gone:
        raise faults.Missing("missing")
    return State(row.text(SYNC_TOKEN), row.text(CTAG))


async def every_member(client: Client, collection: str) -> dict[str, Member]:
    """All members by folded key. Raises rather than give a list that may be cut."""
    answer = await client.propfind(collection, bodies.propfind(bodies.LISTING), 1)
    if cut(answer):
        raise faults.Unreachable("unreachable", "the listing was cut short")
    found = await asyncio.to_thread(members, answer.rows, collection, client.territory)
    if not found and not shows(answer, collection):
        raise faults.Nonsense("nonsense", "a listing without its own collection")
    return {name: member for name, member in found.items() if member.status not in {404, 410}}


async def in_window(client: Client, collection: str, window: Window) -> dict[str, Member]:
    """Members that touch a window, by folded key: a head start, so that failing is no failure."""
    try:
        answer = await client.report(collection, bodies.time_range(window), 1)
    except (faults.Refused, faults.Missing, faults.Outdated, faults.Nonsense, faults.Unreachable):
        return {}
    found = await asyncio.to_thread(members, answer.rows, collection, client.territory)
    return {name: member for name, member in found.items() if member.status == HTTPStatus.OK}


def cut(answer: Multistatus) -> bool:
    """RFC 6578 section 3.6: an inner 507 says that there is more."""
    return any(row.status == HTTPStatus.INSUFFICIENT_STORAGE for row in answer.rows)


def shows(answer: Multistatus, collection: str) -> bool:
    """RFC 4918 section 9.1: Depth 1 includes the collection itself, even when it is empty."""
    return any(
        same(row.url, collection) or d("collection") in row.kinds(RESOURCE_TYPE)
        for row in answer.rows
    )
