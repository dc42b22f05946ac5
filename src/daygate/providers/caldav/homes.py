"""Listing the calendars of an account: one Depth 1 PROPFIND on each of its homes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from daygate.providers import faults
from daygate.providers.base import RemoteCalendar
from daygate.providers.caldav import bodies, calendars
from daygate.providers.caldav.client import Client, elsewhere
from daygate.providers.caldav.hrefs import as_collection, folded, origin, path, resolve
from daygate.providers.caldav.listing import cut, shows
from daygate.providers.caldav.multistatus import Row


@dataclass(frozen=True, slots=True)
class Homes:
    """Where the calendars are. `single` is the address of one calendar, given instead of a home.

    A `remote_id` is a path on the origin of the first home, so that it survives a move to
    another partition host; a calendar elsewhere goes by its whole address.
    """

    urls: tuple[str, ...]
    single: str | None = None

    @property
    def origin(self) -> str:
        """The origin that remote ids are paths on."""
        return origin(self.single or self.urls[0])

    def remote_id(self, url: str) -> str:
        """The lasting name of a calendar."""
        url = as_collection(url)
        return path(url) if origin(url) == self.origin else url

    def url(self, remote_id: str) -> str:
        """The address behind a lasting name."""
        return resolve(f"{self.origin}/", remote_id)

    async def rows(self, client: Client) -> list[Row]:
        """The calendars' rows, each once.

        One home that fails fails them all: a calendar that could not be listed must not look
        deleted.
        """
        if self.single:
            return await _one(client, self.single)
        found: dict[str, Row] = {}
        for home in self.urls:
            for row in await _listed(client, home):
                found.setdefault(folded(as_collection(row.url)), row)
        return list(found.values())


def described(
    homes: Homes, rows: Sequence[Row], default: str | None, ladder: str
) -> list[RemoteCalendar]:
    """The calendars, exactly one of them primary."""
    found = [calendars.described(row, homes.remote_id(row.url), ladder) for row in rows]
    first = calendars.primary(found, default)
    return [replace(calendar, primary=calendar is first) for calendar in found]


async def _listed(client: Client, home: str) -> list[Row]:
    if not client.territory.allows(home):
        raise elsewhere(home)
    answer = await client.propfind(home, bodies.propfind(bodies.CALENDARS), 1)
    if cut(answer):
        raise faults.Unreachable("unreachable", "the list of calendars was cut short")
    if any(row.status >= HTTPStatus.INTERNAL_SERVER_ERROR for row in answer.rows):
        raise faults.Unreachable("unreachable", "a part of the home could not be listed")
    rows = calendars.calendar_rows(answer, home)
    if not rows and not shows(answer, home):
        raise faults.Nonsense("nonsense", "a home that does not list itself")
    return [row for row in rows if client.territory.allows(row.url)]


async def _one(client: Client, url: str) -> list[Row]:
    answer = await client.propfind(url, bodies.propfind(bodies.CALENDARS), 0)
    return [Row(url, row.status, row.props, url) for row in answer.rows[:1] if not row.gone]
