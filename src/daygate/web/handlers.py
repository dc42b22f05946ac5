"""What becomes of everything that is raised: JSON for programs, a page for people, no trace."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.errors import NotFound, Refusal, Unavailable
from daygate.kit.log import logger
from daygate.web import errors, meanings
from daygate.web.trouble import Trouble, refusal_page, trouble_page

_log = logger(__name__)
_FOR_PROGRAMS = ("/v1/", "/oauth/token", "/.well-known/")


async def refused(request: Request, error: Exception) -> Response:
    """An expected "no"."""
    if not isinstance(error, Refusal):
        raise error
    return errors.respond(request, error) if _by_program(request) else refusal_page(request, error)


async def database_away(request: Request, error: Exception) -> Response:
    """The database cannot be asked now."""
    _log.warning("the database does not answer", error=type(error).__name__)
    return await refused(request, Unavailable())


async def from_router(request: Request, error: Exception) -> Response:
    """No such address, or not by this method."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code != meanings.WRONG_METHOD.status:
        return await refused(request, NotFound())
    headers = dict(error.headers or {})
    if _by_program(request):
        return errors.explain(request, meanings.WRONG_METHOD, headers=headers)
    return trouble_page(request, Trouble("wrong_method", error.status_code, headers=headers))


async def surprised(request: Request, error: Exception) -> Response:
    """A mistake of ours: logged whole, told with nothing but a reference."""
    _log.error("a request failed unexpectedly", exc_info=error)
    if _by_program(request):
        return errors.explain(request, meanings.UNEXPECTED)
    return trouble_page(request, Trouble("unexpected", meanings.UNEXPECTED.status))


HANDLERS: Mapping[Any, Any] = {
    Refusal: refused,
    HTTPException: from_router,
    Exception: surprised,
}
"""For Starlette's `exception_handlers`; what means that the database is away comes beside them."""


def _by_program(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.startswith(_FOR_PROGRAMS) or path == "/v1"
