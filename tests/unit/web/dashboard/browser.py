"""A browser without scripts: keeps cookies, follows redirects, fills in the forms it was shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from lxml import html
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daygate.domain.errors import Refusal
from daygate.settings import Settings
from daygate.store.engine import Store
from daygate.web.dashboard.routes import ROUTES
from daygate.web.errors import respond
from daygate.web.oauth.token import token
from daygate.web.pace import Pace
from daygate.web.v1.account import get_userinfo
from daygate.web.v1.calendars import get_calendars
from tests.unit.applications.people import PASSWORD, RING, quick_passwords

ORIGIN = "https://gate.example"


@dataclass(frozen=True, slots=True)
class Page:
    path: str
    status: int
    headers: Headers
    text: str

    def field(self, action: str, name: str) -> str:
        """The value of a field in the form that leads to `action`."""
        return self._find(f"//form[@action='{action}']//input[@name='{name}']/@value")

    def code(self, label: str) -> str:
        """A copyable value, by the id of its label."""
        return self._find(f"//code[@aria-labelledby='label-{label}']/text()")

    def _find(self, path: str) -> str:
        found = html.fromstring(self.text).xpath(path)
        assert isinstance(found, list)
        return str(found[0])


@dataclass
class Browser:
    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, *, follow: bool = True) -> Page:
        page = await self._ask("GET", path, b"")
        if follow and page.status == 303:
            return await self.get(page.headers["location"])
        return page

    async def submit(self, page: Page, action: str, follow: bool = True, **typed: str) -> Page:
        """Post the form of a page, its CSRF token included."""
        return await self.post(action, typed | {"csrf": page.field(action, "csrf")}, follow)

    async def upload(
        self, page: Page, action: str, files: Mapping[str, bytes], **typed: str
    ) -> Page:
        """Post a form of a page that has file inputs."""
        parts = [
            (f'name="{name}"', value.encode())
            for name, value in (typed | {"csrf": page.field(action, "csrf")}).items()
        ]
        parts += [(f'name="{name}"; filename="{name}"', value) for name, value in files.items()]
        body = b"".join(
            b"--b0undary\r\nContent-Disposition: form-data; " + said.encode() + b"\r\n\r\n"
            + value + b"\r\n"
            for said, value in parts
        )  # fmt: skip
        sent = {"content-type": "multipart/form-data; boundary=b0undary"}
        answer = await self._ask("POST", action, body + b"--b0undary--\r\n", sent)
        return await self.get(answer.headers["location"]) if answer.status == 303 else answer

    async def post(self, path: str, typed: Mapping[str, str], follow: bool = True) -> Page:
        page = await self._ask("POST", path, urlencode(typed).encode())
        if follow and page.status == 303:
            return await self.get(page.headers["location"])
        return page

    async def sign_in(self, email: str, password: str = PASSWORD, next_path: str = "") -> Page:
        door = await self.get(f"/dashboard/sign-in{next_path}")
        target = door.field("/dashboard/sign-in", "next")
        return await self.submit(
            door, "/dashboard/sign-in", email=email, password=password, next=target
        )

    async def _ask(
        self, method: str, path: str, body: bytes, sent_too: Mapping[str, str] | None = None
    ) -> Page:
        url = urlsplit(path)
        headers = {
            "host": urlsplit(ORIGIN).netloc,
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "user-agent": "Testfox/1.0",
        }
        if method == "POST":
            headers |= {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        headers |= {**(sent_too or {}), **self.headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": url.path,
            "query_string": url.query.encode(),
            "client": ("192.0.2.7", 4711),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message)

        await self.app(scope, receive, send)
        answer = Headers(raw=sent[0]["headers"])  # type: ignore[arg-type]
        self._keep(answer)
        text = b"".join(bytes(message.get("body", b"")) for message in sent[1:]).decode()  # type: ignore[call-overload]
        return Page(path, int(str(sent[0]["status"])), answer, text)

    def _keep(self, answer: Headers) -> None:
        for line in answer.getlist("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return respond(request, error)


def dashboard(store: Store, **settings: str) -> Starlette:
    """The dashboard on this database, beside the parts of the API that it calls."""
    api = [
        Route("/oauth/token", token, methods=["POST"]),
        Route("/v1/userinfo", get_userinfo),
        Route("/v1/calendars", get_calendars),
    ]
    app = Starlette(routes=[*ROUTES, *api], exception_handlers={Refusal: _refused})
    app.state.pace = Pace(50, 500)
    app.state.parts = SimpleNamespace(
        settings=Settings.model_validate({"public_url": ORIGIN} | settings),
        store=store,
        ring=RING,
        passwords=quick_passwords(),
    )
    return app
