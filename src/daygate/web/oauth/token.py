"""`/oauth/token` and `/oauth/token/revoke`: where applications trade codes and refresh tokens."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from daygate.applications.attempts import network_of
from daygate.domain.application import Client, TokenShape
from daygate.domain.errors import Refusal, TooLarge, TooMany
from daygate.domain.ids import AccountId
from daygate.domain.profile import ProfileBrief
from daygate.oauth import clients, codes, tokens
from daygate.oauth.clients import PresentedClient
from daygate.oauth.refusals import (
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    TokenRefusal,
    UnsupportedGrantType,
)
from daygate.oauth.tokens import Issued
from daygate.store.engine import Store, Tx
from daygate.web import errors, meanings
from daygate.web.errors import JSON_TYPE
from daygate.web.oauth import client_auth, parameters
from daygate.web.transaction import in_transaction

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749 section 5.1
_ALIASES = ("token", "refresh_token", "access_token")
"""A Node SDK revokes with `refresh_token` instead of the `token` of RFC 7009."""

Values = Mapping[str, str]
Rule = Callable[[Tx, Client, Values], Awaitable[Response]]
Shortcut = Callable[[Tx, PresentedClient, Values], Awaitable[Response | None]]


async def token(request: Request) -> Response:
    """Trade a code or a refresh token."""
    return await _answer(request, _trade, _plain_refresh)


async def revoke(request: Request) -> Response:
    """End the authorization behind a token, or of an account (RFC 7009)."""
    return await _answer(request, _revoke)


def token_answer(issued: Issued, shape: TokenShape, extra: Mapping[str, str]) -> dict[str, Any]:
    """The body of a token answer. A refresh token and a numeric life are always in it."""
    body: dict[str, Any] = {
        "token_type": "bearer",
        "access_token": issued.access_token,
        "expires_in": issued.expires_in_s,
        "refresh_token": issued.refresh_token,
        "scope": issued.scope,
        **extra,
    }
    if issued.profile is not None:
        body |= _linking_profile(issued.profile, shape)
    return body


def respond(status: int, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Response:
    """An answer that no cache keeps."""
    content = b"" if body is None else orjson.dumps(body)
    return Response(content, status, {**NO_STORE, **headers}, media_type=JSON_TYPE)


async def _answer(request: Request, rule: Rule, shortcut: Shortcut | None = None) -> Response:
    if request.method != "POST":
        headers = {**NO_STORE, "Allow": "POST"}
        return errors.explain(request, meanings.WRONG_METHOD, headers=headers)
    store: Store = request.app.state.parts.store
    network = network_of(request.client.host if request.client else "")
    try:
        values = await parameters.read(request)
        presented = client_auth.presented(request, values)

        if shortcut is not None:
            async with store.each() as tx:
                plain = await shortcut(tx, presented, values)
            if plain is not None:
                return plain

        async def act(tx: Tx) -> Response:
            client = await clients.authenticate(tx, presented, network)
            return await rule(tx, client, values)

        return await in_transaction(store, act)
    except (TokenRefusal, TooMany, TooLarge) as refusal:
        return refused(request, refusal)


def refused(request: Request, refusal: Refusal) -> Response:
    """RFC 6749 section 5.2."""
    kind = next(kind for kind in type(refusal).__mro__ if kind in meanings.TOKEN)
    meaning = meanings.TOKEN[kind]
    described = refusal.description if isinstance(refusal, TokenRefusal) else meaning.when
    body: dict[str, Any] = {"error": meaning.error, "error_description": described}
    if isinstance(refusal, InvalidGrant):
        named = {"key": "errors.unknown_or_used", "description": described}
        body["errors"] = {refusal.field: [named]}
    return errors.answer(request, meaning, body, {**NO_STORE, **_challenge(refusal)})


def _challenge(refusal: Refusal) -> Mapping[str, str]:
    match refusal:
        case InvalidClient(basic=True):
            return {"WWW-Authenticate": 'Basic realm="daygate", charset="UTF-8"'}
        case TooMany(retry_after_s=wait_s):
            return {"Retry-After": str(wait_s)}
        case _:
            return {}


async def _plain_refresh(tx: Tx, presented: PresentedClient, values: Values) -> Response | None:
    """Most requests here, by far, are refreshes with nothing special about them."""
    refresh_token = values.get("refresh_token", "")
    if values.get("grant_type") != "refresh_token" or not refresh_token or "scope" in values:
        return None
    issued = await tokens.refresh_at_once(tx, presented, refresh_token)
    return respond(200, token_answer(issued, TokenShape.NESTED, {}), {}) if issued else None


async def _trade(tx: Tx, client: Client, values: Values) -> Response:
    grant = GRANTS.get(_needed(values, "grant_type"))
    if grant is None:
        raise UnsupportedGrantType("grant_type must be authorization_code or refresh_token")
    return await grant(tx, client, values)


async def _code_grant(tx: Tx, client: Client, values: Values) -> Response:
    presented = codes.PresentedCode(
        _needed(values, "code"), values.get("redirect_uri", ""), values.get("code_verifier", "")
    )
    issued = await codes.redeem(tx, client, presented)
    whose = {"account_id": issued.account_id, "sub": issued.account_id}
    return respond(200, token_answer(issued, client.token_shape, whose), {})


async def _refresh_grant(tx: Tx, client: Client, values: Values) -> Response:
    presented = _needed(values, "refresh_token")
    issued = await tokens.refresh(tx, client, presented, values.get("scope", ""))
    return respond(200, token_answer(issued, client.token_shape, {}), {})


GRANTS: Mapping[str, Rule] = {
    "authorization_code": _code_grant,
    "refresh_token": _refresh_grant,
}


async def _revoke(tx: Tx, client: Client, values: Values) -> Response:
    named = next((values[name] for name in _ALIASES if name in values), None)
    if named is not None:
        await tokens.revoke(tx, client.application_id, named)
    else:
        account_id = AccountId(_needed(values, "sub"))
        await tokens.revoke_account(tx, client.application_id, account_id)
    # RFC 7009 section 2.2: an unknown token is as good as a revoked one.
    return respond(200, None, {})


def _needed(values: Values, name: str) -> str:
    if name not in values:
        raise InvalidRequest(f"{name} is missing")
    return values[name]


def _linking_profile(profile: ProfileBrief, shape: TokenShape) -> dict[str, Any]:
    named = {
        "provider_name": profile.provider_name,
        "provider_service": profile.provider_service,
        "profile_id": profile.profile_id,
        "profile_name": profile.profile_name,
    }
    if shape is TokenShape.FLAT:
        return {f"linking_profile_{name}": value for name, value in named.items()}
    return {"linking_profile": named}
