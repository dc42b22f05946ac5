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
from daygate.web.v1.queries import EventsQuery, read

KIND = "events"


async def get_events(request: Request) -> Response:
    """The first page; `only_managed` reads need no scope."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        query = read(EventsQuery, request.query_params)
        if not query.only_managed:
            require(caller, "read_events")
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


def _asked(query: EventsQuery) -> tuple[Asking | None, Asked, Shape]:
    asked = Asked(
        bounds=None,
        calendar_ids=query.calendar_ids,
        include_managed=query.include_managed,
        only_managed=query.only_managed,
        include_deleted=query.include_deleted,
        include_moved=query.include_moved,
        changed_since_ms=query.last_modified_ms,
    )
    shape = Shape(query.localized_times, query.include_geo, query.tzid)
    # Managed events ignore the default window: without bounds, all of them of all time come back.
    unbounded = query.only_managed and query.start is None and query.end is None
    return (None if unbounded else Asking(query.start, query.end, query.tzid)), asked, shape


def _answer(request: Request, caller: Subject, page: Page, asked: Asked, shape: Shape) -> Response:
    pages = paging.pages(request, caller, KIND, page, asked, asdict(shape))
    return spliced(pages, "events", (event(row, shape) for row in page.rows))
