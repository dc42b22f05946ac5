"""A developer's applications: the list, making one, the page of one."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import Response

from daygate.applications import options, redirects, register, secrets, verify
from daygate.applications.register import Wanted
from daygate.domain.application import Application
from daygate.domain.errors import Invalid
from daygate.web.dashboard.desk import HOME, Desk, ring_of
from daygate.web.dashboard.entry import by_field
from daygate.web.dashboard.reveal import forget, show_once, shown_once
from daygate.web.pages import see_other, settings_of
from daygate.web.uploads import read_upload

_EXAMPLE_REDIRECT = "https://your-application.example/callback"
_EXAMPLE_SCOPE = "read_events create_event delete_event"


async def home(desk: Desk) -> Response:
    """GET /dashboard."""
    async with desk.store.read() as tx:
        mine = await register.of_owner(tx, desk.user.user_id)
    return desk.page("home.html", {"applications": mine})


async def new_page(desk: Desk) -> Response:
    """GET /dashboard/apps/new."""
    return desk.page("new.html", {"typed": {"name": "", "url": ""}, "wrong": {}})


async def create(desk: Desk) -> Response:
    """POST /dashboard/apps."""
    form = await desk.form(read_upload)
    life_s = settings_of(desk.request).access_token_ttl_s
    logo = form.files.get("logo", b"")
    wanted = Wanted(form.one("name"), form.one("url"), access_token_life_s=life_s, logo=logo)
    try:
        made = await desk.run(
            lambda tx: register.register(tx, ring_of(desk.request), desk.user, wanted, desk.actor)
        )
    except Invalid as refusal:
        typed = {"name": wanted.name, "url": wanted.url}
        return desk.page("new.html", {"typed": typed, "wrong": by_field(refusal)}, status=422)
    return show_once(desk, made.application, made.client_secret)


async def secret_page(desk: Desk) -> Response:
    """GET /dashboard/apps/{application_id}/secret: the only time it is shown."""
    application = await owned(desk)
    secret = shown_once(desk, application)
    if secret is None:
        return see_other(path_of(application))
    context = {"application": application, "secret": secret, "steps": steps(desk, application)}
    return forget(desk, desk.page("secret.html", context))


async def app_page(desk: Desk) -> Response:
    """GET /dashboard/apps/{application_id}."""
    return await show(desk, await owned(desk))


async def rename(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/name."""
    form, application = await desk.serious_form(), await owned(desk)
    name, url = form.one("name"), form.one("url")
    try:
        await desk.run(lambda tx: register.rename(tx, application, name, url, desk.actor))
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal))
    return see_other(f"{path_of(application)}?done=saved")


async def choose_options(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/options."""
    form, application = await desk.form(), await owned(desk)
    try:
        chosen = options.parse(
            form.one("token_shape"),
            form.one("refresh_mode"),
            require_pkce=form.one("require_pkce") == "yes",
            life_s=form.one("access_token_life_s"),
        )
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal))
    await desk.run(lambda tx: options.choose(tx, application, chosen, desk.actor))
    return see_other(f"{path_of(application)}?done=saved")


async def close(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/delete: its name typed again says it is meant."""
    form, application = await desk.serious_form(), await owned(desk)
    if form.one("name").strip() != application.name:
        wrong = {"confirm": "Type the application's name exactly as it is written above."}
        return await show(desk, application, wrong)
    await desk.run(lambda tx: register.close(tx, application, desk.actor))
    return see_other(f"{HOME}?done=deleted")


async def owned(desk: Desk) -> Application:
    """The application of the path, if it is this developer's."""
    async with desk.store.read() as tx:
        return await register.owned(
            tx, desk.user.user_id, desk.request.path_params["application_id"]
        )


async def show(
    desk: Desk,
    application: Application,
    wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page of an application, with what is wrong in one of its forms."""
    async with desk.store.read() as tx:
        context = {
            "application": application,
            "secrets": await secrets.live(tx, application),
            "uris": await redirects.listed(tx, application),
            "latest": await verify.latest(tx, application),
            "steps": steps(desk, application),
            "wrong": wrong or {},
            "typed": {"uri": "", "email": desk.user.email, "display_name": desk.user.name}
            | dict(typed or {}),
            "most_secrets": secrets.MOST_LIVE,
        }
    return desk.page("app.html", context, status=422 if wrong else 200)


def steps(desk: Desk, application: Application) -> dict[str, str]:
    """The authorize URL and the calls that follow it, ready to paste; never with the secret."""
    settings = settings_of(desk.request)
    uris = (*application.approved_uris, *application.pending_uris, _EXAMPLE_REDIRECT)
    redirect_uri = uris[0]
    query = (
        f"response_type=code&client_id={application.client_id}"
        f"&redirect_uri={quote(redirect_uri, safe='')}"
        f"&scope={quote(_EXAMPLE_SCOPE, safe='_')}&state=STATE"
    )
    token = f"{settings.api_base_url}/oauth/token"
    client = f'"client_id":"{application.client_id}","client_secret":"\'"$CLIENT_SECRET"\'"'
    exchange = f'"grant_type":"authorization_code","code":"CODE","redirect_uri":"{redirect_uri}"'
    refresh = '"grant_type":"refresh_token","refresh_token":"REFRESH_TOKEN"'
    json_type = "-H 'Content-Type: application/json'"
    return {
        "authorize": f"{settings.app_url}/oauth/authorize?{query}",
        "exchange": f"curl {token} {json_type} \\\n  -d '{{{client},{exchange}}}'",
        "read": f"curl {settings.api_base_url}/v1/calendars "
        "\\\n  -H 'Authorization: Bearer ACCESS_TOKEN'",
        "refresh": f"curl {token} {json_type} \\\n  -d '{{{client},{refresh}}}'",
    }


def path_of(application: Application) -> str:
    """The page of an application."""
    return f"/dashboard/apps/{application.application_id}"
