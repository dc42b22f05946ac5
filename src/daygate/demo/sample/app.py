"""The sample application: connect a calendar, see what is on, let go again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientError, ClientSession
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from daygate.demo.sample import agenda
from daygate.demo.sample.client import (
    MOST_PAGES,
    TIMEOUT,
    Client,
    Refused,
    Registration,
    Tokens,
    Unusual,
)
from daygate.demo.sample.visits import Visit, Visits

DAYS_AHEAD = 14
LOOKS, LOOK_S = 20, 0.5
"""Waiting here spares the person a page that reloads by itself (WCAG 2.1, 2.2.1)."""
_HERE = Path(__file__).parent / "templates"
_FORM_LIMIT_BYTES = 10_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # The address of the callback holds a code.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE_SHEET = (_HERE / "planner.css").read_text(encoding="utf-8")
Handler = Callable[[Request], Awaitable[Response]]


def sample_app(registration: Registration, look_s: float = LOOK_S) -> Starlette:
    """The application of one registration."""
    planner = Planner(registration, look_s)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with ClientSession(timeout=TIMEOUT) as http:
            planner.client = Client(registration, http)
            yield

    return Starlette(
        routes=[
            Route("/", _guarded(planner.home), methods=["GET"]),
            Route("/connect", planner.connect, methods=["GET"]),
            Route("/callback", _guarded(planner.callback), methods=["GET"]),
            Route("/code", planner.code, methods=["GET"]),
            Route("/disconnect", _guarded(planner.disconnect), methods=["POST"]),
            Route("/planner.css", style, methods=["GET"]),
        ],
        lifespan=lifespan,
    )


class Planner:
    """The pages. Tokens stay on this side; the browser holds nothing but a random key."""

    client: Client

    def __init__(self, registration: Registration, look_s: float) -> None:
        self._visits = Visits()
        self._look_s = look_s
        self._server = registration.server

    async def home(self, request: Request) -> Response:
        """What is on, or a way to begin."""
        visit = self._visits.of(request)
        if visit.tokens is None:
            return _page("home.html", {"server": self._server})
        try:
            context = await self._context(visit)
        except Refused:
            visit.tokens = None
            return _notice("The connection has ended", "Daygate no longer lets us in.")
        return _page("agenda.html", {**context, "form_key": visit.form_key})

    async def connect(self, request: Request) -> Response:
        """Off to Daygate, with a state that only this browser holds."""
        visit = self._visits.of(request)
        response = _see_other(self.client.authorize_url(*visit.begin()))
        return self._visits.keep(visit, response)

    async def callback(self, request: Request) -> Response:
        """Back from Daygate."""
        query, visit = request.query_params, self._visits.of(request)
        verifier = visit.pending.pop(query.get("state", ""), None)
        if verifier is None or not self.client.is_issuer(query.get("iss", "")):
            return _notice(
                "That was not begun here",
                "The answer does not belong to a request of this browser. Nothing was connected.",
                status=400,
            )
        if "code" not in query:
            return _notice("Nothing was connected", _said(query.get("error", "")))
        try:
            tokens = await self.client.trade(query["code"], verifier)
        except Refused:
            return _notice("That took too long", "The code is not valid any more.", status=400)
        visit = self._visits.signed_in(visit, tokens)
        return self._visits.keep(visit, _see_other("/"))

    async def code(self, request: Request) -> Response:
        """For the flow by hand: show the code instead of trading it."""
        query = request.query_params
        shown = {name: query.get(name, "") for name in ("code", "state", "error")}
        return _page("code.html", shown)

    async def disconnect(self, request: Request) -> Response:
        """Give the agreement back."""
        visit = self._visits.of(request)
        if not visit.is_own_form(await _form_field(request, "form_key")):
            return _notice("Nothing was changed", "That form is not from this page.", status=403)
        if visit.tokens is not None:
            await self.client.revoke(visit.tokens)
            visit.tokens = None
        return _see_other("/")

    async def _context(self, visit: Visit) -> dict[str, Any]:
        account = (await self._read(visit, "/v1/account"))["account"]
        profiles = await self._profiles(visit)
        calendars = (await self._read(visit, "/v1/calendars"))["calendars"]
        zone = agenda.zone_named(account["default_tzid"])
        today = datetime.now(UTC).astimezone(zone).date()
        asked = {
            "tzid": zone.key,
            "from": today.isoformat(),
            "to": (today + timedelta(days=DAYS_AHEAD)).isoformat(),
        }
        events = await self._events(visit, asked)
        return {
            "account": account,
            "profiles": profiles,
            "calendars": [each for each in calendars if not each["calendar_deleted"]],
            "waiting": any(each["profile_initial_sync_required"] for each in profiles),
            "days": agenda.days(events, calendars, zone, today),
            "zone": zone.key,
            "server": self._server,
        }

    async def _profiles(self, visit: Visit) -> list[dict[str, Any]]:
        """The calendar accounts; those just connected are given time to be read."""
        found: list[dict[str, Any]] = []
        for _ in range(LOOKS):
            found = (await self._read(visit, "/v1/profiles"))["profiles"]
            if not any(each["profile_initial_sync_required"] for each in found):
                break
            await asyncio.sleep(self._look_s)
        return found

    async def _events(self, visit: Visit, query: Mapping[str, str]) -> list[dict[str, Any]]:
        body = await self._read(visit, "/v1/events", query)
        found: list[dict[str, Any]] = list(body["events"])
        for _ in range(MOST_PAGES):
            further = body["pages"].get("next_page")
            if not further:
                break
            body = await self._read(visit, further.removeprefix(self._server))
            found.extend(body["events"])
        return found

    async def _read(self, visit: Visit, path: str, query: Mapping[str, str] | None = None) -> Any:
        """One read; with a new access token if the old one has run out."""
        tokens = _tokens(visit)
        try:
            return await self.client.get(tokens, path, query or {})
        except Refused:
            visit.tokens = await self.client.renew(tokens)
            return await self.client.get(visit.tokens, path, query or {})


async def style(_request: Request) -> Response:
    """The style sheet."""
    return Response(STYLE_SHEET, media_type="text/css")


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (ClientError, TimeoutError, Unusual):
            return _notice("Daygate does not answer", "Try again in a moment.", status=502)

    return guarded


def _tokens(visit: Visit) -> Tokens:
    if visit.tokens is None:
        raise Refused
    return visit.tokens


async def _form_field(request: Request, name: str) -> str:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT_BYTES:
            return ""
    return parse_qs(body.decode(errors="replace")).get(name, [""])[0]


def _said(error: str) -> str:
    if error == "access_denied":
        return "You chose not to. You can change your mind at any time."
    return "Daygate could not finish the request."


def _page(template: str, context: Mapping[str, object], status: int = 200) -> Response:
    html = TEMPLATES.get_template(template).render(context)
    return HTMLResponse(html, status, HEADERS)


def _notice(title: str, text: str, status: int = 200) -> Response:
    return _page("notice.html", {"title": title, "text": text}, status)


def _see_other(location: str) -> Response:
    return RedirectResponse(location, 303, {"Cache-Control": "no-store"})
