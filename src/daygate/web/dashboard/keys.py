"""An application's secrets and redirect URIs, and asking for it to be verified."""

from starlette.responses import Response

from daygate.applications import fields, redirects, secrets, verify
from daygate.domain.errors import Invalid
from daygate.domain.verification import Contact
from daygate.web.dashboard.apps import owned, path_of, show
from daygate.web.dashboard.desk import Desk, ring_of
from daygate.web.dashboard.entry import by_field
from daygate.web.dashboard.reveal import show_once
from daygate.web.pages import see_other

# What the page offers; anything else in the form counts as "now".
_RETIREMENTS_S = {"hour": 3600, "day": 86_400, "week": 7 * 86_400}


async def new_secret(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/secrets."""
    await desk.serious_form()
    application = await owned(desk)
    try:
        secret = await desk.run(
            lambda tx: secrets.issue(tx, ring_of(desk.request), application, desk.actor)
        )
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal))
    return show_once(desk, application, secret)


async def retire_secret(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/secrets/retire."""
    form, application = await desk.serious_form(), await owned(desk)
    in_s = _RETIREMENTS_S.get(form.one("when"), 0)
    secret_id = form.one("secret")
    try:
        await desk.run(lambda tx: secrets.retire(tx, application, secret_id, desk.actor, in_s=in_s))
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal))
    return see_other(f"{path_of(application)}?done=retired")


async def add_uri(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/uris; for a verified application it also asks."""
    form, application = await desk.serious_form(), await owned(desk)
    uri = form.one("uri").strip()
    contact = Contact(desk.user.email, desk.user.name)
    try:
        if application.verified:
            await desk.run(lambda tx: verify.request(tx, application, [uri], contact, desk.actor))
        else:
            await desk.run(lambda tx: redirects.add(tx, application, [uri], desk.actor))
    except Invalid as refusal:
        wrong = {"uri": " ".join(by_field(refusal).values())}
        return await show(desk, application, wrong, {"uri": uri})
    return see_other(f"{path_of(application)}?done=uri-added")


async def remove_uri(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/uris/remove."""
    form, application = await desk.serious_form(), await owned(desk)
    uri = form.one("uri")
    await desk.run(lambda tx: redirects.remove(tx, application, uri, desk.actor))
    return see_other(f"{path_of(application)}?done=uri-removed")


async def ask_for_verification(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/verification."""
    form, application = await desk.serious_form(), await owned(desk)
    typed = {"email": form.one("email"), "display_name": form.one("display_name")}
    try:
        name = fields.name(typed["display_name"], "display_name") if typed["display_name"] else ""
        contact = Contact(fields.email(typed["email"]), name)
        await desk.run(lambda tx: verify.request(tx, application, [], contact, desk.actor))
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal), typed)
    return see_other(f"{path_of(application)}?done=asked")
