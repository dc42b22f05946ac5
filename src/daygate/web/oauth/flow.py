"""The way of one authorization request through the pages, as one browser walks it.

The browser holds a cookie per request, so that two tabs do not disturb each other. Its value is a
key, and once a calendar account has been shown in this pass, a proof of that sealed by the server:
whoever planted the bare key in somebody's browser gains nothing by what is connected there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.errors import Refusal
from daygate.domain.ids import AccountId
from daygate.kit.crypto import KeyRing, Undecryptable
from daygate.oauth import pending, redirects
from daygate.oauth.pending import LIFE_S, Pending
from daygate.oauth.refusals import (
    AuthorizationRefusal,
    NothingChosen,
    Redirected,
    Shown,
    TooManyAccounts,
    UnknownAuthorization,
    WrongBrowser,
)
from daygate.store.engine import Tx
from daygate.web.cookies import FLOW, PERSON, read_cookie, set_cookie
from daygate.web.forms import Form, csrf_token, posted
from daygate.web.languages import LANGUAGES, remember
from daygate.web.pages import leading_to, page, see_other
from daygate.web.transaction import in_transaction
from daygate.web.trouble import Trouble, refusal_page, trouble_page

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
_NAMED_BY = 8  # characters of the handle in the cookie's name: enough to tell tabs apart
_PROOF = "."


class Answered(Refusal):
    """The request has its answer; going there again would present its code twice."""

    def __init__(self, back: Pending) -> None:
        super().__init__("answered")
        self.pending = back


@dataclass(frozen=True, slots=True)
class Flow:
    """A request that waits, in the browser that began it.

    `account_id` is the account this browser has proved to be in this pass.
    """

    request: Request
    pending: Pending
    key: str = field(repr=False)
    account_id: AccountId | None

    @property
    def handle(self) -> str:
        """What stands in the address."""
        return self.pending.handle

    @property
    def person(self) -> str | None:
        """The secret of the browser's person cookie."""
        return read_cookie(self.request, PERSON)

    def path(self, rest: str = "") -> str:
        """A page of this request, in the language that was chosen on it."""
        locale = self.request.query_params.get("locale", "")
        return f"/connect/{self.handle}{rest}" + (f"?locale={locale}" if known(locale) else "")

    async def form(self) -> Form:
        """The posted form, if a page of this request sent it."""
        return await posted(self.request, self.key, self.handle)

    async def run(self, rule: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a rule as one transaction."""
        return await in_transaction(self.request.app.state.parts.store, rule)

    async def look(self, rule: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a rule that only reads."""
        async with self.request.app.state.parts.store.read() as tx:
            return await rule(tx)

    def page(self, template: str, context: dict[str, object], *, status: int = 200) -> Response:
        """A page of this request."""
        always = {
            "flow": self,
            "application": self.pending.application,
            "host": redirects.host(self.pending.redirect_uri),
            "csrf": csrf_token(self.key, self.handle),
        }
        leads = leading_to(self.pending.redirect_uri)
        template = f"connect/{template}"
        return page(self.request, template, always | context, status=status, form_action=leads)

    def prove(self, response: Response, account_id: AccountId | None) -> None:
        """Give the cookie a new value: with a proof of the account, or with none."""
        value = self.key
        if account_id is not None:
            ring: KeyRing = self.request.app.state.parts.ring
            value += _PROOF + ring.seal(account_id.encode(), _place(self.handle))
        set_key(self.request, response, self.handle, value)


def known(locale: str) -> bool:
    """Whether this is a language of ours, exactly as our links write it."""
    return locale in LANGUAGES


def set_key(request: Request, response: Response, handle: str, value: str) -> None:
    """Set the cookie of one request."""
    set_cookie(request, response, _cookie(handle), value, max_age_s=LIFE_S)


async def flow_of(request: Request) -> Flow:
    """The request that the address names, if this browser began it and nobody has answered it."""
    flow = await answered_or_not(request)
    if flow.pending.outcome is not None:
        raise Answered(flow.pending)
    return flow


async def answered_or_not(request: Request) -> Flow:
    """The same, when a second click is to get the first one's answer."""
    handle = request.path_params["handle"]
    cookie = read_cookie(request, _cookie(handle))
    if cookie is None:
        raise WrongBrowser
    key, _, proof = cookie.partition(_PROOF)
    async with request.app.state.parts.store.read() as tx:
        found = await pending.load(tx, handle, key)
    remember(request, found.locale)
    return Flow(request, found, key, _proved(request.app.state.parts.ring, found, proof))


def as_pages(endpoint: Endpoint) -> Endpoint:
    """Serve a handler with refusals as pages, or as redirects where those are safe."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Redirected as refusal:
            return see_other(refusal.location)
        except AuthorizationRefusal as refusal:
            return trouble_page(request, _trouble(refusal))
        except Answered as refusal:
            return trouble_page(request, _answered(refusal.pending))
        except Refusal as refusal:
            return refusal_page(request, refusal)

    return guarded


def _proved(ring: KeyRing, found: Pending, proof: str) -> AccountId | None:
    if not proof or found.account_id is None:
        return None
    try:
        named = ring.open_sealed(proof, _place(found.handle)).decode()
    except Undecryptable:
        return None
    return found.account_id if named == found.account_id else None


def _cookie(handle: str) -> str:
    return f"{FLOW}_{handle[:_NAMED_BY]}"


def _place(handle: str) -> str:
    return f"flow|account|{handle}"


_WORDS: dict[type[AuthorizationRefusal], str] = {
    UnknownAuthorization: "flow_over",
    WrongBrowser: "flow_elsewhere",
    TooManyAccounts: "flow_full",
    NothingChosen: "flow_nothing",
}


def _trouble(refusal: AuthorizationRefusal) -> Trouble:
    words = _WORDS.get(type(refusal), "flow_wrong")
    detail = f"{refusal.error}: {refusal.description}" if words == "flow_wrong" else ""
    location = refusal.location if isinstance(refusal, Shown) else None
    return Trouble(
        words,
        detail=detail,
        explained=refusal.error if detail else "",
        back_to=location,
        back_host=redirects.host(location) if location else "",
    )


def _answered(found: Pending) -> Trouble:
    parts = urlsplit(found.redirect_uri)
    return Trouble(
        "flow_answered",
        back_to=f"{parts.scheme}://{parts.netloc}/",
        back_host=parts.netloc,
    )
