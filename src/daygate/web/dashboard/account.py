"""A developer's own sign-in: the browsers signed in, and the password."""

from starlette.responses import Response

from daygate.applications import members, sign_in
from daygate.applications.sign_in import SignInRefused
from daygate.domain.errors import Invalid
from daygate.web.dashboard.desk import Desk, passwords_of
from daygate.web.dashboard.entry import by_field, keep_session, prove
from daygate.web.pages import see_other

SESSIONS = "/dashboard/sessions"


async def sessions_page(desk: Desk) -> Response:
    """GET /dashboard/sessions."""
    return await _show(desk, {})


async def revoke_session(desk: Desk) -> Response:
    """POST /dashboard/sessions/revoke."""
    form = await desk.form()
    handle = form.one("session")
    await desk.run(lambda tx: sign_in.revoke(tx, desk.session, handle, desk.visitor))
    return see_other(f"{SESSIONS}?done=session-ended")


async def change_password(desk: Desk) -> Response:
    """POST /dashboard/password: the old one proves who it is, every other session ends."""
    form = await desk.form()
    fresh = form.one("new_password")
    faults = members.password_faults(fresh, desk.user.email)
    if faults:
        return await _show(desk, {"new_password": by_field(Invalid(faults))["password"]})
    try:
        signed_in = await prove(desk, form)
    except SignInRefused:
        return await _show(desk, {"password": "Wrong password."})
    renewed = await passwords_of(desk.request).hash(fresh)
    session = signed_in.session
    await desk.run(lambda tx: members.change_password(tx, session, renewed, desk.actor))
    return keep_session(desk.request, see_other(f"{SESSIONS}?done=password"), signed_in)


async def _show(desk: Desk, wrong: dict[str, str]) -> Response:
    async with desk.store.read() as tx:
        listed = await sign_in.listed(tx, desk.session)
    context = {"sessions": listed, "current": desk.session.handle, "wrong": wrong}
    return desk.page("sessions.html", context, status=422 if wrong else 200)
