"""Letting an account in: from what a person typed to a `Credential`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from daygate.kit.outbound import Outbound
from daygate.providers import faults
from daygate.providers.base import Credential
from daygate.providers.caldav import discovery, places, probe
from daygate.providers.caldav.client import Client, Gates, Login
from daygate.providers.caldav.connector import CalDavConnector
from daygate.providers.caldav.cursor import Rung
from daygate.providers.caldav.discovery import Account
from daygate.providers.caldav.homes import Homes
from daygate.providers.caldav.hrefs import as_collection, origin, path
from daygate.providers.caldav.places import Services
from daygate.providers.caldav.territory import Territory
from daygate.providers.doors import Entry
from daygate.providers.presets import Preset

# How far up the ladder a service's row in the presets lets us go; a probe may find less.
_HIGHEST: Mapping[str, Rung] = {
    "full": "sync",
    "unknown": "sync",
    "fragile": "ctag",
    "none": "ctag",
}


@dataclass(frozen=True, slots=True)
class CalDav:
    """Makes connectors and credentials for one preset."""

    preset: Preset
    outbound: Outbound
    gates: Gates
    services: Services

    async def connect(self, entry: Entry) -> Credential:
        """Find, list and probe with each user name to try. Raises the fault that tells most."""
        starts = await places.starts(entry, self.services)
        refused: faults.Fault | None = None
        for user in entry.users:
            login = Login(user, entry.password)
            try:
                return await self._search(login, starts, entry.confirmed)
            except faults.NeedsRelink as fault:
                refused = fault
        raise refused or faults.Refused("bad_address", "no user name")

    def open(self, secret: Mapping[str, str], facts: Mapping[str, str]) -> CalDavConnector:
        """A connector on a stored credential."""
        confirmed = frozenset(json.loads(secret.get("confirmed", "[]")))
        territory = Territory(secret["origin"], self.preset.partition_hosts, confirmed)
        login = Login(secret["user"], secret["password"])
        return CalDavConnector(Client(self.outbound, login, territory, self.gates), facts)

    async def _search(
        self, login: Login, starts: tuple[str, ...], confirmed: frozenset[str]
    ) -> Credential:
        """Each origin among the starts is a territory of its own."""
        failed: list[faults.Fault] = []
        for home in dict.fromkeys(origin(start) for start in starts):
            territory = Territory(home, self.preset.partition_hosts, confirmed)
            client = Client(self.outbound, login, territory, self.gates)
            own = [start for start in starts if origin(start) == home]
            try:
                account = await discovery.discover(client, own)
            except faults.NeedsRelink:
                raise
            except faults.Fault as fault:
                failed.append(fault)
            else:
                return await self._credential(client, login, account)
        raise discovery.verdict(failed)

    async def _credential(self, client: Client, login: Login, account: Account) -> Credential:
        homes = Homes(account.homes, account.single)
        rows = await homes.rows(client)
        if not rows:
            raise faults.Refused("no_calendars")
        highest = _HIGHEST[self.preset.quirks.sync]
        ladder = await probe.ladder(client, rows[0], highest)
        secret = {
            "user": login.user,
            "password": login.password,
            "origin": client.territory.origin,
            "confirmed": json.dumps(sorted(client.territory.confirmed)),
        }
        return Credential(
            identity=identity(account, login, self.preset, client.territory),
            profile_name=login.user,
            secret=secret,
            facts=facts_of(account, ladder),
            email=_email(account, login),
        )


def identity(account: Account, login: Login, preset: Preset, territory: Territory) -> str:
    """The origin that answered 207 to these credentials, and the principal's path there.

    Services spread over partition hosts go by their preset's name instead of the origin. Where
    the server did not say who the current user is, the login is part of the name: somebody
    else's calendar may have been opened.
    """
    place = account.origin
    if preset.partition_hosts and (place == territory.origin or territory.partition(place)):
        place = preset.key
    name = f"{place}{as_collection(path(account.principal))}"
    return name if account.certain else f"{name}#{login.user.lower()}"


def facts_of(account: Account, ladder: Rung) -> dict[str, str]:
    """What is worth keeping of a search, as texts."""
    facts = {
        "ladder": ladder,
        "principal": account.principal,
        "homes": json.dumps(list(account.homes)),
        "single": account.single,
        "default": account.default,
        "addresses": json.dumps(list(account.addresses)),
    }
    return {name: value for name, value in facts.items() if value}


def _email(account: Account, login: Login) -> str | None:
    """For showing only: a server may claim any address."""
    if "@" in login.user:
        return login.user.lower()
    return account.addresses[0] if account.addresses else None
