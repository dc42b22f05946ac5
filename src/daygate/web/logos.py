"""Applications' logos, served from here: a page of ours never tells another host who reads it."""

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.application import Application
from daygate.store import application_logos
from daygate.store.engine import Store
from daygate.web.assets import FOR_EVER, picture_headers

PREFIX = "/logos"


def logo_path(application: Application) -> str:
    """Where the logo of an application is; empty if it has none."""
    if not application.logo:
        return ""
    return f"{PREFIX}/{application.client_id}/{application.logo}"


async def serve_logo(request: Request) -> Response:
    """GET /logos/{client_id}/{stamp}: the stamp changes with the picture."""
    client_id, stamp = request.path_params["client_id"], request.path_params["stamp"]
    if not (client_id.isascii() and client_id.isalnum()):
        return Response(status_code=404)
    store: Store = request.app.state.parts.store
    async with store.read() as tx:
        logo = await application_logos.find(tx, client_id, stamp)
    if logo is None:
        return Response(status_code=404)
    return Response(logo.content, 200, picture_headers(FOR_EVER), media_type=logo.media_type)
