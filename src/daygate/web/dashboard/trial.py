"""Test connection: a developer walks through the own flow and sees every request and answer.

The redirect URI is a page of ours, so it works for verified applications too. `state` is sealed for
the session that began, and carries the PKCE verifier: what comes back elsewhere does not open.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from daygate.applications import secrets
from daygate.domain.application import Application
from daygate.domain.ids import AccountId
from daygate.kit.crypto import Undecryptable, fingerprint, random_text
from daygate.oauth import grants, pending
from daygate.oauth.request import AuthorizationRequest
from daygate.store import audit, tokens
from daygate.store import grants as stored_grants
from daygate.store.engine import Tx
from daygate.web.dashboard import exchange
from daygate.web.dashboard.apps import owned, path_of
from daygate.web.dashboard.desk import Desk, ring_of
from daygate.web.dashboard.exchange import Exchange
from daygate.web.oauth.flow import set_key
from daygate.web.pages import see_other, settings_of

SCOPE = "read_events"
_KEY_CHARS = 32
_VERIFIER_CHARS = 64  # RFC 7636 section 4.1: 43 to 128
_LONGEST_STATE = 2000


@dataclass(frozen=True, slots=True)
class Trial:
    """What the session that began it has to know when the browser comes back."""

    verifier: str = field(repr=False)
    begun_ms: int


async def trial_page(desk: Desk) -> Response:
    """GET /dashboard/apps/{application_id}/test."""
    return desk.page("trial.html", {"application": await owned(desk)})


async def begin(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/test: to the pages where a person connects."""
    await desk.form()
    application = await owned(desk)
    request, key = _request(desk, application), random_text(_KEY_CHARS)
    issuer = settings_of(desk.request).app_url
    handle = await desk.run(lambda tx: pending.begin(tx, application, request, key, issuer))
    response = see_other(f"/connect/{handle}")
    set_key(desk.request, response, handle, key)
    return response


async def back(desk: Desk) -> Response:
    """GET /dashboard/apps/{application_id}/try: the redirect URI of the trial."""
    application = await owned(desk)
    given = desk.request.query_params
    trial = _opened(desk, application, given.get("state", ""))
    if trial is None:
        return see_other(f"{path_of(application)}/test")
    came = _came_back(desk, application)
    if "code" not in given:
        return _shown(desk, application, [came])
    async with desk.store.read() as tx:
        held = await secrets.signing(tx, ring_of(desk.request), application.application_id)
    made = [came, *await _calls(desk, application, trial, held[-1])]
    return _shown(desk, application, made, held[-1])


async def _calls(desk: Desk, application: Application, trial: Trial, secret: str) -> list[Exchange]:
    code = desk.request.query_params["code"]
    body = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "client_secret": secret,
        "code": code,
        "redirect_uri": _redirect_uri(desk, application),
        "code_verifier": trial.verifier,
    }
    made = [await exchange.post(desk.request, "Trade the code", "/oauth/token", body)]
    token = str(made[0].body.get("access_token", ""))
    if made[0].ok and token:
        for title, path in (
            ("Who is it?", "/v1/userinfo"),
            ("Which calendars?", "/v1/calendars"),
        ):
            made.append(await exchange.get(desk.request, title, path, token))
        account_id = AccountId(str(made[0].body.get("sub", "")))
        await desk.run(lambda tx: _end(tx, desk, application, (account_id, code), trial))
    return made


async def _end(
    tx: Tx, desk: Desk, application: Application, gained: tuple[AccountId, str], trial: Trial
) -> None:
    """Take back what the trial gained: its tokens, and the grant if there was none before."""
    account_id, code = gained
    tx.enter(account_id)
    grant = await stored_grants.active(tx, account_id, application.application_id)
    await tokens.end_family(tx, fingerprint(code))
    if grant is not None and grant.created_ms >= trial.begun_ms:
        await grants.revoke(tx, account_id, grant.grant_id)
    await audit.append(
        tx,
        desk.actor.name,
        "connection.tested",
        application.application_id,
        account_id,
        desk.actor.address,
    )


def _request(desk: Desk, application: Application) -> AuthorizationRequest:
    verifier = random_text(_VERIFIER_CHARS)
    digest = hashlib.sha256(verifier.encode()).digest()
    kept = orjson.dumps({"verifier": verifier, "begun_ms": desk.now_ms})
    return AuthorizationRequest(
        client_id=application.client_id,
        redirect_uri=_redirect_uri(desk, application),
        response_type="code",
        scope=SCOPE,
        state=ring_of(desk.request).seal(kept, _place(desk, application)),
        code_challenge=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        code_challenge_method="S256",
    )


def _opened(desk: Desk, application: Application, state: str) -> Trial | None:
    if not state or len(state) > _LONGEST_STATE:
        return None
    try:
        kept = ring_of(desk.request).open_sealed(state, _place(desk, application))
    except Undecryptable:
        return None
    return Trial(**orjson.loads(kept))


def _came_back(desk: Desk, application: Application) -> Exchange:
    """The way to consent and back, as the application would have seen it."""
    given = desk.request.query_params
    asked = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": _redirect_uri(desk, application),
        "scope": SCOPE,
        "state": "STATE",
        "code_challenge": "CHALLENGE",
        "code_challenge_method": "S256",
    }
    answer = "\n".join(
        f"{name}={'STATE' if name == 'state' else given[name]}"
        for name in ("code", "error", "state", "iss")
        if name in given
    )
    sent = f"GET {settings_of(desk.request).app_url}/oauth/authorize?{urlencode(asked)}"
    status = 303 if "code" in given else 403
    return Exchange("Send the person, and get them back", sent, status, answer, {})


def _shown(
    desk: Desk, application: Application, made: list[Exchange], client_secret: str = ""
) -> Response:
    answered = made[1].body if len(made) > 1 else {}
    hidden = (
        client_secret,
        desk.request.query_params.get("code", ""),
        *(str(answered.get(name, "")) for name in ("access_token", "refresh_token")),
    )
    context = {
        "application": application,
        "made": [each.masked(*hidden) for each in made],
        "error": desk.request.query_params.get("error", "")[:80],
        "ok": all(each.ok for each in made) and len(made) > 1,
    }
    return desk.page("tried.html", context)


def _redirect_uri(desk: Desk, application: Application) -> str:
    return f"{settings_of(desk.request).app_url}{path_of(application)}/try"


def _place(desk: Desk, application: Application) -> str:
    return f"daygate|trial|{desk.session.handle}|{application.application_id}"
