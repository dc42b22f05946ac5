"""Coming and going: sign up, sign in, give the password again, sign out."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from daygate.applications import attempts, members, sign_in
from daygate.applications.sign_in import SignedIn, SignInRefused
from daygate.domain.errors import Invalid, NotFound
from daygate.domain.moments import MS_PER_S
from daygate.kit.crypto import random_text
from daygate.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from daygate.web.dashboard.desk import (
    HOME,
    LOCALE,
    SIGN_IN,
    Desk,
    desk_of,
    own_path,
    passwords_of,
    store_of,
    visitor_of,
)
from daygate.web.forms import Form, csrf_token, posted
from daygate.web.pages import page, see_other, settings_of
from daygate.web.transaction import in_transaction

DOOR: Final = "daygate_door"
"""Binds the forms shown to somebody not signed in yet to their browser (login CSRF)."""
_DOOR_PURPOSE = "door"
_DOOR_S = 3600
_DOOR_CHARS = 32
_WRONG = "Wrong e-mail address or password."


async def sign_in_page(request: Request) -> Response:
    """GET /dashboard/sign-in."""
    if await desk_of(request) is not None:
        return see_other(own_path(request.query_params.get("next", "")))
    signed_up = request.query_params.get("done") == "signed-up"
    context = {"next": own_path(request.query_params.get("next", "")), "signed_up": signed_up}
    return _door_page(request, "sign_in.html", context)


async def sign_in_now(request: Request) -> Response:
    """POST /dashboard/sign-in."""
    form = await posted(request, read_cookie(request, DOOR), _DOOR_PURPOSE)
    leading_to = own_path(form.one("next"))
    try:
        signed_in = await _check(request, form.one("email"), form.one("password"))
    except SignInRefused:
        context = {"next": leading_to, "email": form.one("email"), "wrong": _WRONG}
        return _door_page(request, "sign_in.html", context, status=422)
    return _let_in(request, signed_in, leading_to)


async def sign_up_page(request: Request) -> Response:
    """GET /dashboard/sign-up."""
    _refuse_when_closed(request)
    return _door_page(request, "sign_up.html", {"next": HOME})


async def sign_up_now(request: Request) -> Response:
    """POST /dashboard/sign-up: the answer is the same whether the address is known or not."""
    _refuse_when_closed(request)
    form = await posted(request, read_cookie(request, DOOR), _DOOR_PURPOSE)
    store, visitor = store_of(request), visitor_of(request)
    await in_transaction(store, lambda tx: attempts.count_sign_up(tx, visitor))
    try:
        newcomer = await members.prepare(
            passwords_of(request),
            email=form.one("email"),
            name=form.one("name"),
            password=form.one("password"),
        )
    except Invalid as refusal:
        typed = {"email": form.one("email"), "name": form.one("name")}
        return _door_page(request, "sign_up.html", typed | {"wrong": by_field(refusal)}, status=422)
    await in_transaction(store, lambda tx: members.sign_up(tx, newcomer, visitor))
    return see_other(f"{SIGN_IN}?done=signed-up")


async def confirm_page(desk: Desk) -> Response:
    """GET /dashboard/confirm: the password again, before what could hand an application over."""
    return desk.page(
        "confirm.html", {"next": own_path(desk.request.query_params.get("next", "")), "wrong": ""}
    )


async def confirm_now(desk: Desk) -> Response:
    """POST /dashboard/confirm."""
    form = await desk.form()
    leading_to = own_path(form.one("next"))
    try:
        signed_in = await prove(desk, form)
    except SignInRefused:
        context = {"next": leading_to, "wrong": "Wrong password."}
        return desk.page("confirm.html", context, status=422)
    return _let_in(desk.request, signed_in, leading_to)


async def prove(desk: Desk, form: Form) -> SignedIn:
    """Check the password of somebody signed in; a new session takes the place of this one."""
    await desk.run(lambda tx: attempts.count_proof(tx, desk.user.user_id))
    passwords = passwords_of(desk.request)
    verdict = await passwords.verify(desk.user.password_hash, form.one("password"))
    return await desk.run(
        lambda tx: sign_in.enter(tx, desk.user, verdict, desk.visitor, desk.secret)
    )


async def sign_out(desk: Desk) -> Response:
    """POST /dashboard/sign-out."""
    await desk.form()
    await desk.run(lambda tx: sign_in.sign_out(tx, desk.session, desk.visitor))
    response = see_other(SIGN_IN)
    drop_cookie(desk.request, response, SESSION)
    return response


def keep_session(request: Request, response: Response, signed_in: SignedIn) -> Response:
    """Give the browser the secret of its new session."""
    life_s = (signed_in.session.expires_ms - signed_in.session.created_ms) // MS_PER_S
    set_cookie(request, response, SESSION, signed_in.secret, max_age_s=life_s)
    return response


def by_field(refusal: Invalid) -> dict[str, str]:
    """What is wrong, by the name of the input it belongs to."""
    return {error.field: _sentence(error.description) for error in refusal.errors}


async def _check(request: Request, email: str, password: str) -> SignedIn:
    store, visitor, passwords = store_of(request), visitor_of(request), passwords_of(request)
    user = await in_transaction(store, lambda tx: sign_in.knock(tx, email, visitor))
    verdict = await passwords.verify(user.password_hash if user else None, password)
    former = read_cookie(request, SESSION)
    signed_in = await in_transaction(
        store, lambda tx: sign_in.enter(tx, user, verdict, visitor, former)
    )
    if user is not None and verdict.rehash:
        renewed = await passwords.hash(password)
        await in_transaction(store, lambda tx: sign_in.renew_hash(tx, user, renewed))
    return signed_in


def _let_in(request: Request, signed_in: SignedIn, path: str) -> Response:
    response = keep_session(request, see_other(path), signed_in)
    drop_cookie(request, response, DOOR)
    return response


def _door_page(
    request: Request, template: str, context: Mapping[str, object], *, status: int = 200
) -> Response:
    door = read_cookie(request, DOOR) or random_text(_DOOR_CHARS)
    blank = {"email": "", "name": "", "next": HOME, "wrong": "", "signed_up": False, "nav": []}
    always = {
        "locale": LOCALE,
        "csrf": csrf_token(door, _DOOR_PURPOSE),
        "open": settings_of(request).sign_up == "open",
        "user": None,
    }
    response = page(request, f"dashboard/{template}", blank | always | dict(context), status=status)
    set_cookie(request, response, DOOR, door, max_age_s=_DOOR_S)
    return response


def _refuse_when_closed(request: Request) -> None:
    if settings_of(request).sign_up != "open":
        raise NotFound


def _sentence(description: str) -> str:
    return f"{description[:1].upper()}{description[1:]}."
