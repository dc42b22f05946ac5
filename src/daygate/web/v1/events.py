"""`GET /v1/events` and its further pages."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from daygate.calendars.bounds import Asking
from daygate.calendars.read import Page
from daygate.domain.subject import Subject
from daygate.occurrences.splice import Shape, event
from daygate.store.engine import Tx
from daygate.store.readings import Asked
from daygate.web.subject import require, subject
from daygate.web.v1 import paging
from daygate.web.v1.answers import reading, spliced
from daygate.web.v1.parameters import Reading

KIND = "events"


async def get_events(request: Request) -> Response:
    """The first page; `only_managed` reads need no scope."""
    query = Reading(request.query_params)
    only_managed = query.flag("only_managed")

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, None if only_managed else "read_events")
        asking, asked, shape = _asked(query)
        page, asked = await paging.begin(request, tx, caller, asking, asked)
        return _answer(request, caller, page, asked, shape)

    return await reading(request, rule)


async def get_more_events(request: Request) -> Response:
    """A further page."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        page, asked, extra = await paging.go_on(request, tx, caller, KIND)
        if not asked.only_managed:
            require(caller, "read_events")
        return _answer(request, caller, page, asked, Shape(**extra))

    return await reading(request, rule)


def _asked(query: Reading) -> tuple[Asking | None, Asked, Shape]:
    tzid = query.tzid("tzid")
    asking = Asking(query.edge("from"), query.edge("to"), tzid)
    asked = Asked(
        bounds=None,
        calendar_ids=query.calendar_ids(),
        include_managed=query.flag("include_managed"),
        only_managed=query.flag("only_managed"),
        include_deleted=query.flag("include_deleted"),
        include_moved=query.flag("include_moved"),
        changed_since_ms=query.time_ms("last_modified"),
    )
    shape = Shape(query.flag("localized_times"), query.flag("include_geo"), tzid)
    query.flag("google_event_ids")
    query.settle()
    # Managed events ignore the default window: without bounds, all of them of all time come back.
    unbounded = asked.only_managed and asking.start is None and asking.end is None
    return (None if unbounded else asking), asked, shape


def _answer(request: Request, caller: Subject, page: Page, asked: Asked, shape: Shape) -> Response:
    pages = paging.pages(request, caller, KIND, page, asked, asdict(shape))
    return spliced(pages, "events", (event(row, shape) for row in page.rows))
