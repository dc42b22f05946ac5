"""sync-collection (RFC 6578): what changed since a token."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from daygate.kit.outbound import Answer
from daygate.providers import faults
from daygate.providers.caldav import bodies, verdicts
from daygate.providers.caldav.client import Client, understood
from daygate.providers.caldav.listing import cut
from daygate.providers.caldav.members import Member, members
from daygate.providers.caldav.multistatus import GONE, preconditions
from daygate.providers.caldav.names import d

_MAX_ROUNDS = 1000
_UNKNOWN_REPORT = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})


@dataclass(frozen=True, slots=True)
class Delta:
    """Members changed and members gone, and the token to go on from.

    A member with any other status counts as changed, and loading it finds out: Infomaniak says
    418 for a removed one.
    """

    token: str
    changed: dict[str, Member]
    gone: dict[str, Member]

    @property
    def empty(self) -> bool:
        """Whether the server named nothing at all."""
        return not self.changed and not self.gone


class NoSync(Exception):
    """No sync-collection on this collection; list it instead."""


async def since(client: Client, collection: str, token: str) -> Delta:
    """Everything since `token`, however many answers it takes.

    Raises `CursorLost` for a dead token and `NoSync` where the report is not there.
    """
    changed: dict[str, Member] = {}
    gone: dict[str, Member] = {}
    for _ in range(_MAX_ROUNDS):
        answer = await understood(await _ask(client, collection, token))
        if not answer.rows and not answer.sync_token:
            # Radicale gives an empty 207 to a report it does not know.
            raise NoSync
        found = await asyncio.to_thread(members, answer.rows, collection, client.territory)
        for name, member in found.items():
            here, there = (gone, changed) if member.status in GONE else (changed, gone)
            here[name] = member
            there.pop(name, None)
        if not cut(answer):
            return Delta(answer.sync_token or token, changed, gone)
        if answer.sync_token in {"", token}:
            raise NoSync
        token = answer.sync_token
    raise NoSync


async def _ask(client: Client, collection: str, token: str) -> Answer:
    """Depth 0 as the RFC says; some old servers want 1."""
    body = bodies.sync_collection(token)
    answer = await client.ask("REPORT", collection, body, 0)
    if answer.status == HTTPStatus.BAD_REQUEST:
        answer = await client.ask("REPORT", collection, body, 1)
    if _unknown(answer):
        raise NoSync
    if token and verdicts.token_lost(answer):
        raise faults.CursorLost("cursor_lost", f"HTTP {answer.status}")
    return answer


def _unknown(answer: Answer) -> bool:
    """No such report, or 507 for the whole: the list is too long for this server to tell."""
    if answer.status in _UNKNOWN_REPORT or answer.status == HTTPStatus.INSUFFICIENT_STORAGE:
        return True
    refused = answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT}
    return refused and d("supported-report") in (preconditions(answer.body) or set())
