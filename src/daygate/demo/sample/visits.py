"""Who visits the sample application: one cookie per browser, everything else in memory."""

import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from daygate.demo.sample.client import Tokens

COOKIE = "planner"
_MOST_VISITS = 1000
_MOST_PENDING = 8


@dataclass(slots=True)
class Visit:
    """One browser: requests it has begun (state -> PKCE verifier), and its tokens."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    pending: dict[str, str] = field(default_factory=dict, repr=False)
    tokens: Tokens | None = None

    def begin(self) -> tuple[str, str]:
        """A new state and verifier; a few at once, for tabs."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        self.pending[state] = verifier
        while len(self.pending) > _MOST_PENDING:
            del self.pending[next(iter(self.pending))]
        return state, verifier

    def is_own_form(self, key: str) -> bool:
        """Whether a form was sent by a page of this visit."""
        return secrets.compare_digest(key.encode(), self.form_key.encode())


class Visits:
    """Every visit; the oldest is forgotten when there are too many."""

    def __init__(self) -> None:
        self._by_key: dict[str, Visit] = {}

    def of(self, request: Request) -> Visit:
        """The visit of a browser, or a new one."""
        return self._by_key.get(request.cookies.get(COOKIE, "")) or Visit()

    def keep(self, visit: Visit, response: Response) -> Response:
        """Remember a visit, in the browser too."""
        self._by_key[visit.key] = visit
        while len(self._by_key) > _MOST_VISITS:
            del self._by_key[next(iter(self._by_key))]
        # Lax: the browser must bring it along when Daygate sends the person back.
        response.set_cookie(COOKIE, visit.key, httponly=True, samesite="lax", path="/")
        return response

    def signed_in(self, visit: Visit, tokens: Tokens) -> Visit:
        """The visit under a new key: one that was planted in the browser opens nothing."""
        self._by_key.pop(visit.key, None)
        return Visit(tokens=tokens)
