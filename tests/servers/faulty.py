"""A small CalDAV server whose every vice can be switched on: what real ones do, seldom at will."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

from aiohttp import web
from lxml import etree

from tests.servers.dav import event

DAV = "{DAV:}"
USER, PASSWORD = "alice", "wonderland"
WORK = "/cal/work/"
"""The path of its one calendar."""
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:" '
    'xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/">'
)
CALENDAR = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
SYNCS = (
    "<D:supported-report-set><D:supported-report><D:report><D:sync-collection/></D:report>"
    "</D:supported-report></D:supported-report-set>"
)
Override = Callable[[web.Request, bytes], web.Response | None]


@dataclass(slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    depth: str | None
    body: bytes
    authorization: str | None


@dataclass
class Faulty:
    """The server's state and its vices; `override` may answer anything in its place."""

    url: str = ""
    objects: dict[str, tuple[str, str]] = field(default_factory=dict)
    log: list[tuple[int, str]] = field(default_factory=list)
    now: int = 1
    principal_href: str = "/p/"
    home_href: str = "/cal/"
    asked: list[Asked] = field(default_factory=list)
    override: Override | None = None
    password: str = PASSWORD
    challenge: bool = True
    syncs: bool = True
    tags: bool = True
    cdata: bool = False
    lists_itself: bool = False
    silent: bool = False
    page_size: int = 0
    gone_status: int = 404
    max_batch: int = 0
    etags: Callable[[str, str], str] = lambda etag, method: f'"{etag}"'
    unanswered: set[str] = field(default_factory=set)
    spoilt: set[str] = field(default_factory=set)
    slow_s: float = 0.0
    busy: int = 0
    busiest: int = 0

    def put(self, name: str, ics: str | None = None) -> None:
        """Store an object."""
        self.now += 1
        self.objects[name] = (f"e{self.now}", ics or event(name))
        self.log.append((self.now, name))

    def delete(self, name: str) -> None:
        """Remove an object."""
        self.now += 1
        del self.objects[name]
        self.log.append((self.now, name))

    def count(self, method: str, path: str) -> int:
        """How often something was asked."""
        return sum((one.method, one.path) == (method, path) for one in self.asked)

    async def handle(self, request: web.Request) -> web.Response:
        """Any request at all."""
        body = await request.read()
        headers = request.headers
        path = request.rel_url.raw_path
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await asyncio.sleep(self.slow_s)
        self.busy -= 1
        asked = Asked(
            request.method, path, headers.get("Depth"), body, headers.get("Authorization")
        )
        self.asked.append(asked)
        pair = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        if headers.get("Authorization") != f"Basic {pair}":
            basic = {"WWW-Authenticate": 'Basic realm="x"'} if self.challenge else {}
            return web.Response(status=401, headers=basic)
        if self.override and (answer := self.override(request, body)):
            return answer
        return self.answer(asked)

    def answer(self, asked: Asked) -> web.Response:
        """What an honest server says, apart from the vices."""
        if asked.method == "GET":
            return self.get(asked.path.rpartition("/")[2])
        if asked.method == "REPORT":
            return self.report(etree.fromstring(asked.body))
        if asked.method != "PROPFIND":
            return web.Response(status=405)
        rows = self.place(asked.path, asked.depth == "1")
        return multistatus(rows) if rows else web.Response(status=404)

    def typed(self, **more: str) -> dict[str, str]:
        """What its one person types into the form."""
        return {"host": self.url, "user": USER, "password": PASSWORD, **more}

    def place(self, path: str, deep: bool) -> str | None:
        """PROPFIND anywhere."""
        if path == WORK:
            return self.listing(deep)
        principal = href(self.principal_href)
        return {
            "/": row("/", f"<D:current-user-principal>{principal}</D:current-user-principal>"),
            "/p/": row("/p/", f"<C:calendar-home-set>{href(self.home_href)}</C:calendar-home-set>"),
            "/cal/": row("/cal/", "<D:resourcetype><D:collection/></D:resourcetype>")
            + row(WORK, CALENDAR + self.state()),
        }.get(path)

    def state(self) -> str:
        """The collection's tags."""
        token = f"<D:sync-token>{self.now}</D:sync-token>{SYNCS}" if self.syncs else ""
        return token + (f"<CS:getctag>{self.now}</CS:getctag>" if self.tags else "")

    def listing(self, deep: bool) -> str:
        """PROPFIND on the calendar."""
        rows = [row(WORK, CALENDAR + self.state())]
        if deep:
            rows += [self.entry(name, "PROPFIND") for name in self.objects]
        return "".join(rows)

    def entry(self, name: str, method: str, data: str = "") -> str:
        """One object's row."""
        etag = self.etags(self.objects[name][0], method)
        tag = f"<D:getetag>{escape(etag, quote=False)}</D:getetag>" if etag else ""
        return row(f"{WORK}{name}", tag + data)

    def get(self, name: str) -> web.Response:
        """GET of one object."""
        if name not in self.objects:
            return web.Response(status=404)
        etag, ics = self.objects[name]
        tag = {"ETag": value} if (value := self.etags(etag, "GET")) else {}
        return web.Response(text=ics, content_type="text/calendar", headers=tag)

    def report(self, root: etree._Element) -> web.Response:
        """REPORT on the calendar."""
        if root.tag == f"{DAV}sync-collection":
            return self.sync(int(root.findtext(f"{DAV}sync-token") or 0))
        if root.tag.endswith("calendar-multiget"):
            return self.multiget([one.text or "" for one in root.iterfind(f"{DAV}href")])
        return multistatus("".join(self.entry(name, "REPORT") for name in self.objects))

    def sync(self, since: int) -> web.Response:
        """sync-collection."""
        if not self.syncs:
            return web.Response(status=403)
        moved = [(at, name) for at, name in self.log if at > since]
        cut = bool(self.page_size) and len(moved) > self.page_size
        moved = moved[: self.page_size] if cut else moved
        token = moved[-1][0] if cut else self.now
        rows = (
            [] if self.silent else [self.moved(name) for name in dict.fromkeys(n for _, n in moved)]
        )
        if self.lists_itself:
            rows.append(row(WORK, '<D:getetag>"x"</D:getetag>'))
        if cut:
            rows.append(failed(WORK, "507 Insufficient Storage"))
        return multistatus("".join(rows) + f"<D:sync-token>{token}</D:sync-token>")

    def moved(self, name: str) -> str:
        """A member's row in sync-collection."""
        if name in self.objects:
            return self.entry(name, "REPORT")
        return failed(f"{WORK}{name}", f"{self.gone_status} Gone")

    def multiget(self, hrefs: list[str]) -> web.Response:
        """calendar-multiget."""
        if self.max_batch and len(hrefs) > self.max_batch:
            return web.Response(status=413)
        rows = []
        for path in hrefs:
            name = path.rpartition("/")[2]
            if name in self.unanswered:
                continue
            if name not in self.objects:
                rows.append(failed(path, "404 Not Found"))
                continue
            ics = self.objects[name][1]
            text = f"<![CDATA[{ics}]]>" if self.cdata else escape(ics, quote=False)
            text += "\x0b" if name in self.spoilt else ""
            rows.append(self.entry(name, "REPORT", f"<C:calendar-data>{text}</C:calendar-data>"))
        return multistatus("".join(rows))


def href(path: str) -> str:
    return f"<D:href>{path}</D:href>"


def row(path: str, props: str) -> str:
    """A response whose properties were found, with a propstat of some that were not in front."""
    return (
        f"<D:response>{href(path)}<D:propstat><D:status>HTTP/1.1 404 Not Found</D:status><D:prop>"
        f"<C:calendar-timezone/></D:prop></D:propstat><D:propstat><D:prop>{props}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


def failed(path: str, status: str) -> str:
    return f"<D:response>{href(path)}<D:status>HTTP/1.1 {status}</D:status></D:response>"


def multistatus(rows: str) -> web.Response:
    text = f"{HEAD}{rows}</D:multistatus>"
    return web.Response(status=207, text=text, content_type="application/xml")


def only(method: str, word: bytes, answer: web.Response) -> Override:
    """Answer requests of one method whose body holds a word; to the rest the server is honest."""

    def override(request: web.Request, body: bytes) -> web.Response | None:
        if request.method != method or word not in body:
            return None
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    return override


@asynccontextmanager
async def faulty() -> AsyncIterator[Faulty]:
    """A running server on a free port of 127.0.0.1."""
    server = Faulty()
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        server.url = f"http://127.0.0.1:{port}/"
        yield server
    finally:
        await runner.cleanup()
