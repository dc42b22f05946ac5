"""`GET /v1/free_busy` and its further pages: when, and nothing of what."""

from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import Response

from daygate.calendars.bounds import Asking
from daygate.calendars.read import Page
from daygate.domain.subject import Subject
from daygate.occurrences.splice import Shape, busy
from daygate.store.engine import Tx
from daygate.store.readings import Asked
from daygate.web.subject import subject
from daygate.web.v1 import paging
from daygate.web.v1.answers import reading, spliced
from daygate.web.v1.queries import FreeBusyQuery, read

KIND = "free_busy"


@dataclass(frozen=True, slots=True)
class _Wanted:
    localized_times: bool
    tzid: str
    include_ids: bool
    include_deleted: bool

    @property
    def shape(self) -> Shape:
        return Shape(localized_times=self.localized_times, tzid=self.tzid)


async def get_free_busy(request: Request) -> Response:
    """The first page: one entry an event, not merged across calendars."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, "read_free_busy")
        asking, asked, wanted = _asked(read(FreeBusyQuery, request.query_params))
        page, asked = await paging.begin(request, tx, caller, asking, asked)
        return _answer(request, caller, page, asked, wanted)

    return await reading(request, rule)


async def get_more_free_busy(request: Request) -> Response:
    """A further page."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, "read_free_busy")
        page, asked, extra = await paging.go_on(request, tx, caller, KIND)
        return _answer(request, caller, page, asked, _Wanted(**extra))

    return await reading(request, rule)


def _asked(query: FreeBusyQuery) -> tuple[Asking, Asked, _Wanted]:
    asked = Asked(
        bounds=None,
        calendar_ids=query.calendar_ids,
        include_managed=query.include_managed,
        include_deleted=query.include_deleted,
        include_free=query.include_free,
        changed_since_ms=query.last_modified_ms,
    )
    wanted = _Wanted(query.localized_times, query.tzid, query.include_ids, query.include_deleted)
    return Asking(query.start, query.end, query.tzid), asked, wanted


def _answer(
    request: Request, caller: Subject, page: Page, asked: Asked, wanted: _Wanted
) -> Response:
    pages = paging.pages(request, caller, KIND, page, asked, asdict(wanted))
    members = (
        busy(
            row,
            wanted.shape,
            include_ids=wanted.include_ids,
            include_deleted=wanted.include_deleted,
        )
        for row in page.rows
    )
    return spliced(pages, "free_busy", members)
