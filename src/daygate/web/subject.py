"""Who calls the API: the bearer of an access token. No `Subject` in a rule's signature = public."""

from starlette.requests import Request

from daygate.domain.errors import Forbidden, Malformed, Unauthenticated
from daygate.domain.ids import ApplicationId
from daygate.domain.subject import Subject
from daygate.oauth import scopes
from daygate.oauth.bearer import subject_of
from daygate.store.engine import Tx
from daygate.web.pace import Pace

_LONGEST_TOKEN = 512


async def subject(request: Request, tx: Tx, needed: str | None = None) -> Subject:
    """The caller, allowed to do what `needed` names and within its application's rate."""
    found = await subject_of(tx, bearer_token(request))
    tx.enter(found.account_id)
    within_pace(request, found.application_id)
    if needed is not None:
        require(found, needed)
    return found


def within_pace(request: Request, application_id: ApplicationId) -> None:
    """Count a call of an application, or raise `TooMany`."""
    pace: Pace = request.app.state.pace
    pace.take(application_id)


def require(caller: Subject, needed: str) -> None:
    """Raise `Forbidden` unless the caller's scope allows what `needed` names."""
    if not scopes.allows(caller.scope, needed):
        raise Forbidden(needed)


def bearer_token(request: Request) -> str:
    """The token of the one Authorization header (RFC 6750 section 2.1); never from the address."""
    headers = request.headers.getlist("authorization")
    if not headers:
        raise Unauthenticated(given=False)
    if len(headers) > 1:
        raise Malformed("more than one Authorization header")
    scheme, _, token = headers[0].partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        raise Unauthenticated(given=True)
    return token
