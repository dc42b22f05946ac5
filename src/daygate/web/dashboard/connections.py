"""The accounts that people have connected through an application, and how they are."""

from starlette.responses import Response

from daygate.store import connections
from daygate.web.dashboard.apps import owned
from daygate.web.dashboard.desk import Desk

_PAGE = 200
_LONGEST_SEARCH = 320


async def connections_page(desk: Desk) -> Response:
    """GET /dashboard/apps/{application_id}/connections."""
    application = await owned(desk)
    search = desk.request.query_params.get("search", "").strip()[:_LONGEST_SEARCH]
    async with desk.store.read() as tx:
        found = await connections.of_application(
            tx, application.application_id, search=search, limit=_PAGE
        )
    context = {"application": application, "connections": found, "search": search, "most": _PAGE}
    return desk.page("connections.html", context)
