"""A sandbox world served over real HTTP, and a small client of its own that reads the answers."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import aiohttp
import pytest
import uvicorn
from lxml import etree
from starlette.applications import Starlette

from daygate.sandbox.app import sandbox_app
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World

TODAY = date(2026, 11, 25)
NAMESPACES = {
    "d": "DAV:",
    "c": "urn:ietf:params:xml:ns:caldav",
    "cs": "http://calendarserver.org/ns/",
    "a": "http://apple.com/ns/ical/",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
WORK = "/dav/calendars/ada/work/"


@dataclass(frozen=True, slots=True)
class Row:
    """One response of a multistatus."""

    element: etree._Element

    @property
    def status(self) -> str | None:
        """The status of the response itself, where it has one."""
        return _code(self.element.findtext("d:status", None, NAMESPACES))

    def prop(self, name: str, status: str = "200") -> etree._Element | None:
        """A property that stands in a propstat of that status."""
        for propstat in self.element.iterfind("d:propstat", NAMESPACES):
            if _code(propstat.findtext("d:status", None, NAMESPACES)) == status:
                found = propstat.find(f"d:prop/{name}", NAMESPACES)
                if found is not None:
                    return found
        return None

    def text(self, name: str) -> str:
        """The text of a property that is there."""
        found = self.prop(name)
        assert found is not None, name
        return "".join(map(str, found.itertext()))


def _code(line: str | None) -> str | None:
    return None if line is None else line.split(" ")[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def root(self) -> etree._Element:
        """The body as XML."""
        return etree.fromstring(self.body)

    @property
    def rows(self) -> dict[str, Row]:
        """The responses of a multistatus by href."""
        assert self.status == 207, (self.status, self.body)
        found = self.root.findall("d:response", NAMESPACES)
        return {str(row.findtext("d:href", None, NAMESPACES)): Row(row) for row in found}

    @property
    def sync_token(self) -> str:
        """The token of a sync-collection answer."""
        return str(self.root.findtext("d:sync-token", None, NAMESPACES))

    def refuses_with(self, condition: str) -> bool:
        """Whether the body is an error that names a precondition."""
        return self.root.tag == "{DAV:}error" and self.root.find(condition, NAMESPACES) is not None


@dataclass(slots=True)
class Dav:
    """A WebDAV client that signs in as somebody."""

    world: World
    session: aiohttp.ClientSession
    url: str
    user: str = "ada"
    password: str | None = None

    async def send(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Answer:
        """One request; header names are written with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        password = self.password or self.world.app_password(self.user)
        sent["Authorization"] = aiohttp.encode_basic_auth(self.user, password)
        data = body.encode() if isinstance(body, str) else body
        async with self.session.request(
            method,
            self.url + path,
            data=BytesIO(data) if data else None,
            headers=sent,
            allow_redirects=False,
        ) as got:
            return Answer(got.status, got.headers, await got.read())

    async def propfind(self, path: str, props: str, depth: str = "0") -> Answer:
        """PROPFIND for some properties."""
        body = f"<d:propfind {DECLARED}><d:prop>{props}</d:prop></d:propfind>"
        return await self.send("PROPFIND", path, body, Depth=depth, Content_Type="application/xml")

    async def report(self, path: str, body: str, depth: str = "0") -> Answer:
        """REPORT."""
        return await self.send("REPORT", path, body, Depth=depth, Content_Type="application/xml")

    async def sync(
        self, token: str = "", limit: int | None = None, path: str = WORK, depth: str = "0"
    ) -> Answer:
        """sync-collection since a token."""
        count = "" if limit is None else f"<d:limit><d:nresults>{limit}</d:nresults></d:limit>"
        body = (
            f"<d:sync-collection {DECLARED}><d:sync-token>{token}</d:sync-token>"
            f"<d:sync-level>1</d:sync-level>{count}<d:prop><d:getetag/></d:prop></d:sync-collection>"
        )
        return await self.report(path, body, depth)

    async def put(self, path: str, text: str, **headers: str) -> Answer:
        """PUT an object."""
        return await self.send("PUT", path, text, Content_Type="text/calendar", **headers)

    def as_(self, user: str) -> "Dav":
        """The same client signed in as another person."""
        return Dav(self.world, self.session, self.url, user)


def event(uid: str, *more: str, summary: str = "Tea", method: str | None = None) -> str:
    """An object with one event on 26 November 2026."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Example//EN",
        *([] if method is None else [f"METHOD:{method}"]),
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        "DTSTART:20261126T100000Z",
        *(more or ("DTEND:20261126T110000Z",)),
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


@pytest.fixture
def world() -> World:
    """A world of its own for each test."""
    return build_world(TODAY, epoch="test")


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """An application on a port of its own, in this event loop; its origin."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off")
    config.load()
    running = uvicorn.Server(config)
    running.lifespan = config.lifespan_class(config)
    await running.startup([listening])
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    await running.shutdown([listening])


@pytest.fixture
async def server(world: World) -> AsyncIterator[str]:
    """The origin of the served world."""
    async with serving(sandbox_app(world)) as origin:
        yield origin


@pytest.fixture
async def dav(world: World, server: str) -> AsyncIterator[Dav]:
    """Ada's client."""
    async with aiohttp.ClientSession() as session:
        yield Dav(world, session, server)
