"""The CalDAV connector: a stored credential, opened."""

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from daygate.domain.moments import Window
from daygate.providers import faults
from daygate.providers.base import Cursor, Known, Page, RemoteCalendar
from daygate.providers.caldav import discovery
from daygate.providers.caldav.changes import Changes
from daygate.providers.caldav.client import Client
from daygate.providers.caldav.cursor import RUNGS, Rung
from daygate.providers.caldav.homes import Homes, described
from daygate.providers.caldav.hrefs import BadHref


class CalDavConnector:
    """One person's calendars on one server. `facts` are those of `account.facts_of`."""

    def __init__(
        self, client: Client, facts: Mapping[str, str], now: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._principal = facts["principal"]
        self._homes = Homes(tuple(json.loads(facts["homes"])), facts.get("single"))
        self._default = facts.get("default")
        self._ladder = _rung(facts.get("ladder", "sync"))
        self._now = now

    async def calendars(self) -> Sequence[RemoteCalendar]:
        """Every calendar that can hold events; a home that moved is looked for once."""
        try:
            rows = await self._homes.rows(self._client)
        except faults.Missing:
            if self._homes.single:
                raise
            account = await discovery.principal(self._client, self._principal, certain=True)
            self._homes = Homes(account.homes)
            rows = await self._homes.rows(self._client)
        return described(self._homes, rows, self._default, self._ladder)

    async def changes(
        self, remote_id: str, since: Cursor | None, first: Window | None, known: Known
    ) -> AsyncIterator[Page]:
        """Pages of changes after `since`; with None everything there is."""
        try:
            url = self._homes.url(remote_id)
        except BadHref as error:
            raise faults.Missing("missing", "not a calendar of this account") from error
        if not self._client.territory.allows(url):
            raise faults.Missing("missing", "a calendar outside this account")
        reader = Changes(self._client, url, self._ladder, known, self._now)
        async for page in reader.pages(since, first):
            yield page

    async def close(self) -> None:
        """Nothing is held: connections belong to the process."""


def _rung(name: str) -> Rung:
    return next((rung for rung in RUNGS if rung == name), "etag")
