"""`/oauth/authorize`: where an application sends a person (RFC 6749 section 4.1.1)."""

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.application import Application
from daygate.kit.crypto import random_text
from daygate.oauth import checks, pending
from daygate.oauth.request import AuthorizationRequest, from_pairs, parse_query
from daygate.store import applications
from daygate.store.engine import Store, Tx
from daygate.web.forms import read_form
from daygate.web.languages import remember
from daygate.web.oauth.flow import set_key
from daygate.web.pages import see_other, settings_of
from daygate.web.transaction import in_transaction

KEY_LENGTH = 32


async def authorize(request: Request) -> Response:
    """Check the request, keep it, and show who asks.

    A POST comes from the application's own page (section 3.1), so that its origin is foreign.
    """
    if request.method == "HEAD":
        return Response(status_code=405, headers={"Allow": "GET, POST"})
    asked = await _asked(request)
    remember(request, asked.locale)
    issuer = settings_of(request).app_url
    store: Store = request.app.state.parts.store
    key = random_text(KEY_LENGTH)

    async def begin(tx: Tx) -> str:
        found = await _application(tx, asked.client_id)
        application = checks.check(asked, found, issuer=issuer)
        return await pending.begin(tx, application, asked, key, issuer)

    handle = await in_transaction(store, begin)
    response = see_other(f"/connect/{handle}")
    set_key(request, response, handle, key)
    return response


async def _asked(request: Request) -> AuthorizationRequest:
    if request.method == "GET":
        return parse_query(request.scope["query_string"])
    form = await read_form(request)
    return from_pairs((name, value) for name, values in form.values.items() for value in values)


async def _application(tx: Tx, client_id: str) -> Application | None:
    # Ours are letters and digits; anything else need not bother the database.
    if not (client_id.isascii() and client_id.isalnum()):
        return None
    return await applications.by_client_id(tx, client_id)
