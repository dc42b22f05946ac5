"""`POST /v1/application_verification`: an application asks to be verified, with its API key."""

from starlette.requests import Request
from starlette.responses import Response

from daygate.applications import verify
from daygate.domain.developer import Actor
from daygate.oauth.clients import by_api_key
from daygate.store.engine import Tx
from daygate.web.subject import bearer_token, within_pace
from daygate.web.v1.answers import json_answer, writing
from daygate.web.v1.bodies import read_body


async def request_verification(request: Request) -> Response:
    """Redirect URIs are added to those the application has, and wait for approval."""
    key = bearer_token(request)
    body = await read_body(request)
    address = request.client.host if request.client else ""

    async def rule(tx: Tx) -> Response:
        application = await by_api_key(tx, key)
        within_pace(request, application.application_id)
        uris, contact = verify.parse(body)
        actor = Actor(f"application:{application.application_id}", address)
        await verify.request(tx, application, uris, contact, actor)
        return json_answer({}, 202)

    return await writing(request, rule)
