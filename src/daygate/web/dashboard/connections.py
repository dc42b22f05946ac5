"""The accounts that people have connected through an application, and how they are."""

from starlette.responses import Response

from daygate.link.kinds import LIST_CALENDARS
from daygate.link.remedies import remedy_of
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
            tx, application.application_id, search=search, limit=_PAGE, look=LIST_CALENDARS
        )
    context = {
        "application": application,
        "connections": found,
        "search": search,
        "most": _PAGE,
        "remedy_of": remedy_of,
    }
    return desk.page("connections.html", context)
