"""The sample application against a small authorization server that says what a test wants."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daygate.demo.sample.app import sample_app
from daygate.demo.sample.client import Registration
from daygate.demo.serving import listen, origin, served

HOSTILE = "<script>alert(1)</script>"
PROFILE = {"profile_id": "p", "profile_name": "ada", "profile_connected": True}


@dataclass
class Server:
    """Notes what it is sent; access tokens are `a1`, `a2`, ... and only the newest works."""

    url: str = ""
    issued: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    refuses: bool = False
    expired: bool = False
    unread: int = 0
    """How often it is to be asked before it has read the calendars."""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/oauth/token", self.token, methods=["POST"]),
                Route("/oauth/token/revoke", self.revoke, methods=["POST"]),
                Route("/v1/{what:path}", self.read),
            ]
        )

    async def token(self, request: Request) -> Response:
        self.forms.append({k: str(v) for k, v in (await request.form()).items()})
        if self.refuses:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.issued += 1
        self.expired = False
        return JSONResponse({"access_token": f"a{self.issued}", "refresh_token": "r"})

    async def revoke(self, request: Request) -> Response:
        self.forms.append({k: str(v) for k, v in (await request.form()).items()})
        self.refuses = self.expired = True
        return Response()

    async def read(self, request: Request) -> Response:
        if self.expired or request.headers["authorization"] != f"Bearer a{self.issued}":
            return Response(status_code=401)
        event = {"calendar_id": "c", "start": "2026-01-01", "end": "2026-01-02", "summary": HOSTILE}
        more = f"{self.url}/v1/events/pages/two"
        answers = {
            "account": {"account": {"default_tzid": "Europe/London"}},
            "profiles": {
                "profiles": [PROFILE | {"profile_initial_sync_required": self.unread > 0}]
            },
            "calendars": {"calendars": []},
            "events": {"events": [event], "pages": {"next_page": more}},
            "events/pages/two": {"events": [{**event, "summary": "Second page"}], "pages": {}},
        }
        what = request.path_params["what"]
        self.unread -= what == "profiles"
        return JSONResponse(answers[what])


@dataclass
class Browser:
    """A browser on the sample application, and the server it is sent to."""

    http: ClientSession
    home: str
    server: Server

    async def get(self, path: str = "/") -> tuple[int, str]:
        async with self.http.get(f"{self.home}{path}") as answer:
            return answer.status, await answer.text()

    async def begin(self) -> dict[str, str]:
        """Follow the link; what the authorization server is asked."""
        async with self.http.get(f"{self.home}/connect", allow_redirects=False) as answer:
            asked = parse_qs(urlsplit(answer.headers["location"]).query)
            return {name: values[0] for name, values in asked.items()}

    async def connect(self) -> None:
        state = (await self.begin())["state"]
        await self.get(f"/callback?code=good&state={state}&iss={self.server.url}")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    server = Server()
    async with AsyncExitStack() as stack:
        ours, theirs = (stack.enter_context(listen("127.0.0.1", 0)) for _ in range(2))
        server.url = origin(theirs)
        known = Registration(server.url, "the-client", "the-secret", origin(ours))
        await stack.enter_async_context(served(server.app(), theirs))
        await stack.enter_async_context(served(sample_app(known, look_s=0), ours))
        jar = CookieJar(unsafe=True)  # cookies of bare IP addresses
        http = await stack.enter_async_context(ClientSession(cookie_jar=jar))
        yield Browser(http, origin(ours), server)


async def test_a_code_is_traded_with_the_verifier_of_its_request(browser: Browser):
    asked = await browser.begin()
    _, page = await browser.get(f"/callback?code=c&state={asked['state']}&iss={browser.server.url}")
    assert "Your next two weeks" in page
    [form] = browser.server.forms
    assert form["code"] == "c"
    assert form["redirect_uri"] == asked["redirect_uri"] == f"{browser.home}/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len(form["code_verifier"]) >= 43  # RFC 7636 section 4.1


@pytest.mark.parametrize("state", ["", "state=other&", "state=used&"])
async def test_an_answer_that_this_browser_did_not_ask_for_is_not_used(
    browser: Browser, state: str
):
    if "used" in state:
        used = (await browser.begin())["state"]
        await browser.get(f"/callback?error=access_denied&state={used}&iss={browser.server.url}")
        state = f"state={used}&"
    status, page = await browser.get(f"/callback?{state}code=c&iss={browser.server.url}")
    assert (status, "not begun here" in page) == (400, True)
    assert browser.server.forms == []


@pytest.mark.parametrize("issuer", ["", "&iss=https://other.example"])
async def test_an_answer_of_another_server_is_not_used(browser: Browser, issuer: str):
    state = (await browser.begin())["state"]
    status, _ = await browser.get(f"/callback?code=c&state={state}{issuer}")
    assert (status, browser.server.forms) == (400, [])


async def test_a_refusal_of_the_person_is_told_in_words(browser: Browser):
    state = (await browser.begin())["state"]
    answer = f"/callback?error=access_denied&state={state}&iss={browser.server.url}"
    status, page = await browser.get(answer)
    assert (status, "You chose not to" in page) == (200, True)


async def test_hostile_titles_are_text_and_every_page_is_read(browser: Browser):
    await browser.connect()
    _, page = await browser.get()
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "Second page" in page


async def test_calendars_just_connected_are_waited_for(browser: Browser):
    await browser.connect()
    browser.server.unread = 2
    _, page = await browser.get()
    assert browser.server.unread < 0
    assert "still being fetched" not in page


async def test_calendars_that_take_long_are_not_waited_for_for_ever(browser: Browser):
    await browser.connect()
    browser.server.unread = 1000
    _, page = await browser.get()
    assert "still being fetched" in page


async def test_an_access_token_that_ran_out_is_renewed_unseen(browser: Browser):
    await browser.connect()
    browser.server.expired = True
    status, page = await browser.get()
    assert (status, "Your next two weeks" in page) == (200, True)
    assert browser.server.forms[-1]["grant_type"] == "refresh_token"


async def test_an_agreement_taken_back_elsewhere_ends_the_visit(browser: Browser):
    await browser.connect()
    browser.server.refuses = browser.server.expired = True
    assert "The connection has ended" in (await browser.get())[1]
    assert "Connect your calendar" in (await browser.get())[1]


async def test_the_key_of_a_visit_changes_when_tokens_arrive(browser: Browser):
    """Whoever planted a key in the browser before must not share what is connected after."""
    await browser.get("/connect?")
    planted = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}
    await browser.connect()
    async with ClientSession(cookies=planted) as stranger, stranger.get(browser.home) as answer:
        assert "Connect your calendar" in await answer.text()


async def test_disconnecting_needs_the_pages_own_form_and_revokes(browser: Browser):
    await browser.connect()
    async with browser.http.post(f"{browser.home}/disconnect", data={"form_key": "x"}) as answer:
        assert answer.status == 403
    _, page = await browser.get()
    key = page.partition('name="form_key" value="')[2].partition('"')[0]
    async with browser.http.post(f"{browser.home}/disconnect", data={"form_key": key}) as answer:
        assert "Connect your calendar" in await answer.text()
    assert browser.server.forms[-1]["token"] == "r"


async def test_the_page_for_the_flow_by_hand_shows_the_code_as_text(browser: Browser):
    _, page = await browser.get("/code?code=%3Cb%3E&state=by-hand")
    assert "&lt;b&gt;" in page
    assert browser.server.forms == []
