"""A browser without scripts: it keeps cookies, follows our own redirects and sends forms."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers

from daygate.domain.application import Application
from daygate.kit.crypto import KeyRing
from daygate.kit.outbound import Outbound
from daygate.providers.catalog import Catalog, catalog
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World
from daygate.settings import Settings
from daygate.store.engine import Store
from daygate.web.oauth.connect_routes import ROUTES
from tests.servers.sandbox import sandbox
from tests.unit.web.site import HTTPS, Answer, Site

Form = Mapping[str, str | Sequence[str]]


@dataclass
class Browser:
    """One person's browser; `at` is the address it shows."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)
    at: str = ""
    answer: Answer | None = None

    @property
    def text(self) -> str:
        assert self.answer is not None
        return self.answer.text

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def headers(self) -> Headers:
        assert self.answer is not None
        return self.answer.headers

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def returned(self) -> dict[str, str]:
        """What the application would get."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}

    @property
    def csrf(self) -> str:
        return self.value("csrf")

    def value(self, name: str) -> str:
        """The value of the first hidden field of this name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text
        return unescape(found[1])

    def ticked(self) -> list[str]:
        return re.findall(r'name="profile" value="([^"]*)" checked', self.text)

    def offered(self) -> list[str]:
        return re.findall(r'name="profile" value="([^"]*)"', self.text)

    def offered_accounts(self) -> list[str]:
        """The profiles that a remembered browser may go on with."""
        return re.findall(r'<button[^>]* name="profile" value="([^"]*)"', self.text)

    async def get(self, path: str) -> "Browser":
        return await self._ask("GET", path, {}, b"")

    async def post(self, path: str, form: Form, *, csrf: str | None = None) -> "Browser":
        token = self.csrf if csrf is None else csrf
        body = urlencode({"csrf": token, **form}, doseq=True).encode()
        sent = {"content-type": "application/x-www-form-urlencoded", "origin": HTTPS}
        return await self._ask("POST", path, sent, body)

    async def _ask(self, method: str, path: str, sent: Mapping[str, str], body: bytes) -> "Browser":
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.answer = await self.site._ask(method, path, {**sent, "cookie": cookie}, body)
        self.at = path
        for line in self.answer.headers.getlist("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        if self.status == 303 and self.location.startswith("/"):
            return await self._ask("GET", self.location, {}, b"")
        return self

    async def connect(self, user: str, password: str) -> "Browser":
        """From a page of the flow: type the sandbox's credentials."""
        path = f"{self.base}/service/sandbox"
        await self.get(path)
        return await self.post(path, {"user": user, "password": password})

    async def allow(self, profiles: Sequence[str] | None = None) -> "Browser":
        shown = re.findall(r'name="shown" value="([^"]*)"', self.text)
        ticked = self.ticked() if profiles is None else profiles
        return await self.post(f"{self.base}/consent", {"shown": shown, "profile": ticked})

    @property
    def base(self) -> str:
        return "/".join(self.at.split("?")[0].split("/")[:3])


@dataclass(frozen=True)
class Gate:
    """Daygate's pages, and the sandbox as the service behind them."""

    site: Site
    store: Store
    world: World

    def browser(self) -> Browser:
        return Browser(self.site)

    async def connect(self, browser: Browser, user: str) -> Browser:
        """Show the sandbox account of one of its people."""
        return await browser.connect(user, self.world.app_password(user))


@asynccontextmanager
async def gate(
    store: Store, services: Catalog | None = None, **changes: Any
) -> AsyncIterator[Gate]:
    world = build_world(date(2026, 1, 1))
    outbound = Outbound(allow=["127.0.0.0/8"])
    async with sandbox(world) as url:
        app = Starlette(routes=ROUTES)
        app.state.parts = SimpleNamespace(
            settings=Settings(public_url=HTTPS, **changes),
            store=store,
            ring=KeyRing.generate(),
            catalog=services or catalog(outbound, sandbox_url=url, dev=True),
        )
        yield Gate(Site(app, HTTPS), store, world)
    await outbound.close()


def authorize(application: Application, **changes: str) -> str:
    """The address that the application sends a person to."""
    asked = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": "https://a.example/cb",
        "scope": "read_events create_event",
        "state": "s t&a=%te",
    }
    return f"/oauth/authorize?{urlencode(asked | changes)}"
