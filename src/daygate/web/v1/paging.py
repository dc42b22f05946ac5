"""The paging contract: `pages` always; `next_page` absolute, on our own host, absent at the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from daygate.calendars import cursor
from daygate.calendars.bounds import Asking, bounds
from daygate.calendars.read import Page, first_page, next_page
from daygate.domain.moments import from_ms
from daygate.domain.subject import Subject
from daygate.occurrences.window import Reach
from daygate.settings import Settings
from daygate.store.engine import Tx
from daygate.store.readings import Asked
from daygate.web.addresses import base_url
from daygate.web.v1.answers import parts_of

Extra = Mapping[str, Any]


def reach_of(settings: Settings) -> Reach:
    """How far the API serves behind and ahead of today."""
    return Reach(settings.window_past_days, settings.window_ahead_days)


async def begin(
    request: Request, tx: Tx, caller: Subject, asking: Asking | None, asked: Asked
) -> tuple[Page, Asked]:
    """The first page of a read, and the read with its bounds; no `asking` is all of time."""
    reach = reach_of(parts_of(request).settings)
    if asking is not None:
        asked = replace(asked, bounds=bounds(asking, reach, from_ms(caller.asked_ms)))
    return await first_page(tx, caller, asked, reach.materialised(caller.asked_ms)), asked


async def go_on(request: Request, tx: Tx, caller: Subject, kind: str) -> tuple[Page, Asked, Extra]:
    """The page a token leads to; other query parameters on its address are ignored."""
    parts = parts_of(request)
    found = cursor.unseal(parts.ring, caller, kind, request.path_params["page_token"])
    before = Page((), found.current, found.total, None)
    window = reach_of(parts.settings).materialised(caller.asked_ms)
    page = await next_page(tx, caller, found.asked, window, found.after, before)
    return page, found.asked, found.extra


def pages(
    request: Request, caller: Subject, kind: str, page: Page, asked: Asked, extra: Extra
) -> dict[str, Any]:
    """The `pages` object."""
    shape: dict[str, Any] = {"current": page.current, "total": page.total}
    if page.after is not None:
        parts = parts_of(request)
        token = cursor.seal(
            parts.ring,
            caller,
            kind,
            cursor.Cursor(asked, page.after, page.current, page.total, extra),
        )
        shape["next_page"] = f"{base_url(request, parts.settings)}/v1/{kind}/pages/{token}"
    return shape
