"""Where an id can stand in a request: each place of each route, who asks, and what must happen.

The places in paths are made from the table of routes. Those in queries, forms, headers and cookies
are written down here, and `test_completeness.py` finds the ones that are not.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.routing import Route

from daygate.web.routes import ROUTES

from . import ids
from .client import Answer, Caller
from .ids import Ids, Other
from .world import CALLBACK, World

Ask = Callable[[World, str], Awaitable[Answer]]
_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


@dataclass(frozen=True, slots=True)
class Place:
    """One id of one route.

    `others` exist, or did, and are not the caller's; the answer to each must be the one to `never`,
    with status `refused`. With `own` instead the answer must be another one.
    """

    route: str
    where: str
    ask: Ask = field(repr=False)
    others: Other = field(repr=False)
    never: Callable[[World], str] = field(repr=False)
    own: Callable[[World], Awaitable[Answer]] = field(repr=False)
    refused: int = 404
    junk: frozenset[int] = frozenset({404})
    """What malformed and huge ids may be answered with."""
    alarms: bool = False
    """A foreign id that leaked ends what it stands for."""

    def __str__(self) -> str:
        return f"{self.route} {self.where}"


def endpoints() -> Iterator[tuple[str, str]]:
    """Every method and path of the table of routes."""
    for route in ROUTES:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


def path_parameters(path: str) -> list[str]:
    """The names in braces."""
    return _PARAMETER.findall(path)


def in_paths() -> list[Place]:
    """A place for every parameter of every path; an unknown one is a LookupError."""
    return [
        place
        for method, path in endpoints()
        for name in path_parameters(path)
        for place in _in_path(method, path, name)
    ]


def _in_path(method: str, path: str, name: str) -> Iterator[Place]:
    for known in ids.of_path(path, name):
        yield Place(
            route=f"{method} {path}",
            where=f"path {name}{known.note}",
            ask=_asking(method, path, name, known),
            others=known.others,
            never=known.never,
            own=_asking_own(method, path, name, known),
            refused=known.refused,
            junk=frozenset({known.refused, *known.junk}),
        )


def _asking(method: str, path: str, name: str, known: Ids) -> Ask:
    async def ask(world: World, value: str) -> Answer:
        asker, rest = await known.asker(world, value)
        form = FORMS.get(path, {}) if method == "POST" else None
        return await asker.ask(method, filled(path, {**rest, name: value}), form)

    return ask


def _asking_own(method: str, path: str, name: str, known: Ids) -> Callable[[World], Any]:
    async def ask(world: World) -> Answer:
        asker, values = await known.own(world)
        if method != "POST":
            return await asker.ask(method, filled(path, values))
        form = await OWN_FORMS[path](world, values) if path in OWN_FORMS else {}
        return await asker.ask(method, filled(path, values), {**FORMS.get(path, {}), **form})

    return ask


def filled(path: str, values: Mapping[str, str]) -> str:
    """The path with these values in it, percent-encoded."""
    return _PARAMETER.sub(
        lambda found: quote(values[found[1]], safe="", errors="surrogateescape"), path
    )


FORMS: Mapping[str, Mapping[str, str]] = {
    "/connect/{handle}/service/{key}": {"user": "ada", "password": "not this"},
}
"""What a form holds besides its id, so that nothing else keeps it from being served."""


async def _known_profile(world: World, _values: Mapping[str, str]) -> Mapping[str, str]:
    return {"profile": world.ax.profile_id}


async def _its_uri(_world: World, _values: Mapping[str, str]) -> Mapping[str, str]:
    return {"uri": CALLBACK}


async def _its_secret(world: World, values: Mapping[str, str]) -> Mapping[str, str]:
    return {"secret": await world.secret_id(values["application_id"])}


OWN_FORMS: Mapping[str, Callable[[World, Mapping[str, str]], Awaitable[Mapping[str, str]]]] = {
    "/connect/{handle}/account": _known_profile,
    "/dashboard/apps/{application_id}/uris/remove": _its_uri,
    "/dashboard/apps/{application_id}/secrets/retire": _its_secret,
}
"""What it must hold besides, to be about something that exists."""


def bearing(method: str, path: str) -> Place:
    """The access token of a route under `/v1`."""
    api_key = path == "/v1/application_verification"

    async def ask(world: World, value: str) -> Answer:
        caller = Caller(world.app, value)
        return await caller.ask(method, filled(path, ids.ANY_IDS), raw=b"{}")

    async def own(world: World) -> Answer:
        token = world.planner.client_secret if api_key else world.ax.access_token
        return await ask(world, token)

    return Place(
        f"{method} {path}",
        "header Authorization",
        ask,
        ids.keys_of_others if api_key else ids.tokens_of_others,
        ids.a_token,
        own,
        refused=401,
        junk=frozenset({401}),
    )


def signed_in(method: str, path: str) -> Place:
    """The session of a page of the dashboard."""

    async def ask(world: World, value: str) -> Answer:
        caller = Caller(world.app, cookies={ids.SESSION: value})
        return await caller.ask(method, filled(path, ids.ANY_IDS), {} if method == "POST" else None)

    async def own(world: World) -> Answer:
        # Without a CSRF token, so that nothing is done.
        asker = await world.session(world.operator.user)
        return await ask(world, asker.caller.cookies[ids.SESSION])

    return Place(
        f"{method} {path}",
        "cookie session",
        ask,
        ids.sessions_of_others,
        ids.a_token,
        own,
        refused=303,
        junk=frozenset({303}),
    )
