"""Who sits at the dashboard: the session behind a request, and what every page of it needs."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from daygate.applications import sign_in
from daygate.domain.developer import Actor, Session, User, Visitor, acting
from daygate.domain.errors import NotFound, Refusal
from daygate.domain.moments import from_ms
from daygate.kit.crypto import KeyRing
from daygate.kit.passwords import Passwords
from daygate.store.engine import Store, Tx
from daygate.web.cookies import SESSION, read_cookie
from daygate.web.forms import Form, Reader, csrf_token, posted, read_form
from daygate.web.pages import page, see_other
from daygate.web.transaction import in_transaction
from daygate.web.trouble import refusal_page

T = TypeVar("T")
HOME = "/dashboard"
SIGN_IN = "/dashboard/sign-in"
CONFIRM = "/dashboard/confirm"
PURPOSE = "dashboard"
LOCALE = "en"
"""Developers and operators get English, whatever their browser asks for."""
_LONGEST_AGENT = 200
# Paths of ours and nothing else: no host, no query, no dots, no backslash.
_OWN_PATH = re.compile(r"/dashboard(?:/[A-Za-z0-9_-]{1,80}){0,6}")
_FORMS_STAND_ON = re.compile(
    r"/dashboard/(?:apps/[A-Za-z0-9_-]+|verifications/[A-Za-z0-9_-]+|users|sessions)"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A request of somebody signed in."""

    request: Request
    session: Session
    secret: str = field(repr=False)
    now_ms: int

    @property
    def user(self) -> User:
        """Who is signed in."""
        return self.session.user

    @property
    def store(self) -> Store:
        """The database."""
        return store_of(self.request)

    @property
    def visitor(self) -> Visitor:
        """Where the request came from."""
        return visitor_of(self.request)

    @property
    def actor(self) -> Actor:
        """The user, as the audit log names them."""
        return acting(self.user, self.visitor)

    @property
    def recent(self) -> bool:
        """Whether the password was given recently enough for a serious change."""
        return sign_in.is_recent(self.session, self.now_ms)

    async def form(self, read: Reader = read_form) -> Form:
        """The posted form, if a page of this session sent it."""
        return await posted(self.request, self.secret, PURPOSE, read)

    async def serious_form(self, read: Reader = read_form) -> Form:
        """The posted form, if the password was given recently; else its owner is asked for it."""
        form = await self.form(read)
        if not self.recent:
            raise PasswordNeeded
        return form

    async def run(self, rule: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a rule as the one transaction of this request."""
        return await in_transaction(self.store, rule)

    def page(
        self, template: str, context: Mapping[str, object] | None = None, *, status: int = 200
    ) -> Response:
        """A page of the dashboard."""
        always = {
            "locale": LOCALE,
            "csrf": csrf_token(self.secret, PURPOSE),
            "user": self.user,
            "nav": self._nav(),
            "at": from_ms,
            "now_ms": self.now_ms,
            "recent": self.recent,
            "here": self.request.url.path,
            "done": self.request.query_params.get("done", ""),
        }
        path = f"dashboard/{template}"
        return page(self.request, path, always | dict(context or {}), status=status)

    def _nav(self) -> list[dict[str, object]]:
        places = [("/dashboard", "Applications"), ("/dashboard/sessions", "Sign-in and sessions")]
        if self.user.operator:
            places += [("/dashboard/verifications", "Verification"), ("/dashboard/users", "Users")]
        here = self.request.url.path
        return [
            {"href": href, "label": label, "current": _is_within(here, href)}
            for href, label in places
        ]


class PasswordNeeded(Refusal):
    """Signed in, but for this the password has to have been given recently."""


Handler = Callable[[Desk], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(handler: Handler) -> Endpoint:
    """Serve somebody signed in; anybody else is sent to sign in first."""

    async def endpoint(request: Request) -> Response:
        try:
            desk = await desk_of(request)
            return await handler(desk) if desk else see_other(f"{SIGN_IN}{_next(request)}")
        except PasswordNeeded:
            return see_other(f"{CONFIRM}?next={_page_of(request)}")
        except Refusal as refusal:
            return refusal_page(request, refusal)

    return endpoint


def operators_only(handler: Handler) -> Endpoint:
    """Serve an operator; for anybody else the page is not there."""

    async def guarded(desk: Desk) -> Response:
        if not desk.user.operator:
            raise NotFound
        return await handler(desk)

    return signed_in(guarded)


def anybody(endpoint: Endpoint) -> Endpoint:
    """Serve whoever asks, with refusals as pages."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return refusal_page(request, refusal)

    return guarded


async def desk_of(request: Request) -> Desk | None:
    """The live session of the request's cookie."""
    secret = read_cookie(request, SESSION)
    if secret is None:
        return None
    store = store_of(request)
    async with store.read() as tx:
        session = await sign_in.current(tx, secret)
        now_ms = await tx.now_ms()
    if session is None:
        return None
    if sign_in.due_for_touch(session, now_ms):
        await store.transact(lambda tx: sign_in.touch(tx, session))
    return Desk(request, session, secret, now_ms)


def own_path(text: str) -> str:
    """The text if it is a path of the dashboard, else its first page."""
    return text if _OWN_PATH.fullmatch(text) else HOME


def visitor_of(request: Request) -> Visitor:
    """Where a request came from; proxies are believed where the server is told to."""
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", "")[:_LONGEST_AGENT])


def store_of(request: Request) -> Store:
    """The database of the process that answers."""
    store: Store = request.app.state.parts.store
    return store


def ring_of(request: Request) -> KeyRing:
    """The keys of the process that answers."""
    ring: KeyRing = request.app.state.parts.ring
    return ring


def passwords_of(request: Request) -> Passwords:
    """The password hasher of the process that answers."""
    passwords: Passwords = request.app.state.parts.passwords
    return passwords


def _next(request: Request) -> str:
    path = _page_of(request)
    return f"?next={path}" if path != HOME else ""


def _page_of(request: Request) -> str:
    """The page to come back to: this one, or the application's page a form stood on."""
    path = request.url.path
    if request.method != "GET":
        shown = _FORMS_STAND_ON.match(path)
        path = shown.group() if shown else HOME
    return own_path(path)


def _is_within(here: str, place: str) -> bool:
    if place == HOME:
        return here == HOME or here.startswith("/dashboard/apps/")
    return here == place or here.startswith(f"{place}/")
