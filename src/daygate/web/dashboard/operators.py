"""The operator's pages: what waits to be verified, and who has an account."""

from starlette.responses import Response

from daygate.applications import members, options, register, verify
from daygate.applications.verify import Asked
from daygate.domain.errors import Invalid
from daygate.web.dashboard.desk import Desk
from daygate.web.dashboard.entry import by_field
from daygate.web.pages import see_other

QUEUE = "/dashboard/verifications"
USERS = "/dashboard/users"


async def queue_page(desk: Desk) -> Response:
    """GET /dashboard/verifications."""
    async with desk.store.read() as tx:
        waiting = await verify.queue(tx)
    return desk.page("verifications.html", {"waiting": waiting})


async def request_page(desk: Desk) -> Response:
    """GET /dashboard/verifications/{verification_id}."""
    return await _show(desk, {})


async def accept(desk: Desk) -> Response:
    """POST /dashboard/verifications/{verification_id}/accept: what was on the page, no more."""
    form = await desk.serious_form()
    seen = set(form.all("uri"))
    try:
        await desk.run(lambda tx: verify.accept(tx, _id(desk), seen, desk.actor))
    except Invalid as refusal:
        return await _show(desk, by_field(refusal))
    return see_other(f"{QUEUE}?done=verified")


async def refuse(desk: Desk) -> Response:
    """POST /dashboard/verifications/{verification_id}/refuse."""
    form = await desk.serious_form()
    reason = form.one("reason")
    try:
        await desk.run(lambda tx: verify.refuse(tx, _id(desk), reason, desk.actor))
    except Invalid as refusal:
        return await _show(desk, by_field(refusal))
    return see_other(f"{QUEUE}?done=refused")


async def host_wildcards(desk: Desk) -> Response:
    """POST /dashboard/verifications/{verification_id}/host-wildcards."""
    form = await desk.serious_form()
    allowed = form.one("allowed") == "yes"
    application = (await _asked(desk)).application
    await desk.run(
        lambda tx: options.allow_host_wildcards(tx, application, desk.actor, allowed=allowed)
    )
    return see_other(f"{QUEUE}/{_id(desk)}")


async def users_page(desk: Desk) -> Response:
    """GET /dashboard/users."""
    async with desk.store.read() as tx:
        everyone = await members.every(tx)
        applications = await register.every(tx)
    owned: dict[str, list[str]] = {}
    for application in applications:
        owned.setdefault(application.owner_id, []).append(application.name)
    return desk.page("users.html", {"users": everyone, "owned": owned})


async def lock_user(desk: Desk) -> Response:
    """POST /dashboard/users/lock."""
    form = await desk.serious_form()
    user_id, disabled = form.one("user"), form.one("locked") == "yes"
    await desk.run(lambda tx: members.set_disabled(tx, user_id, desk.actor, disabled=disabled))
    return see_other(f"{USERS}?done={'locked' if disabled else 'unlocked'}")


async def _asked(desk: Desk) -> Asked:
    async with desk.store.read() as tx:
        return await verify.asked(tx, _id(desk))


async def _show(desk: Desk, wrong: dict[str, str]) -> Response:
    context = {"asked": await _asked(desk), "wrong": wrong}
    return desk.page("verification.html", context, status=422 if wrong else 200)


def _id(desk: Desk) -> str:
    return str(desk.request.path_params["verification_id"])
