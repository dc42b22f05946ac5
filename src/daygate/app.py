"""The ASGI process: parts + routes, and what becomes of everything that is raised."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from daygate.domain.errors import NotFound, Refusal, Unavailable
from daygate.kit.log import logger
from daygate.settings import Settings
from daygate.store.engine import Store
from daygate.web import errors
from daygate.web.frame import Frame
from daygate.web.pace import Pace, reconcile
from daygate.web.routes import ROUTES
from daygate.web.trouble import Trouble, refusal_page, trouble_page
from daygate.wiring import Parts, open_parts

_log = logger(__name__)


def build_app(settings: Settings, parts: Parts | None = None) -> ASGIApp:
    """The application. Without `parts` it opens its own when it starts, and closes them."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        opening = open_parts(settings) if parts is None else nullcontext(parts)
        async with opening as opened, _shared(app.state.pace, opened.store):
            app.state.parts = opened
            yield

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        exception_handlers={
            Refusal: _refused,
            OperationalError: _database_away,
            InterfaceError: _database_away,
            ConnectionError: _database_away,
            HTTPException: _http,
            Exception: _surprised,
        },
    )
    app.router.redirect_slashes = False
    app.state.pace = Pace(settings.api_per_s, settings.api_per_min)
    if parts is not None:
        app.state.parts = parts
    return Frame(app, settings)


@asynccontextmanager
async def _shared(pace: Pace, store: Store) -> AsyncIterator[None]:
    sharing = asyncio.create_task(reconcile(store, pace))
    try:
        yield
    finally:
        sharing.cancel()
        with suppress(asyncio.CancelledError):
            await sharing


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return errors.respond(error) if _is_api(request) else refusal_page(request, error)


async def _database_away(request: Request, error: Exception) -> Response:
    _log.warning("the database does not answer", error=type(error).__name__)
    return await _refused(request, Unavailable())


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        return await _refused(request, NotFound())
    return Response(b"", error.status_code, error.headers, media_type=errors.JSON_TYPE)


async def _surprised(request: Request, error: Exception) -> Response:
    _log.error("a request failed unexpectedly", exc_info=error)
    if _is_api(request):
        return Response(b"", 500, {"Status": "500 Internal Server Error"}, errors.JSON_TYPE)
    return trouble_page(request, Trouble("unexpected", 500))


def _is_api(request: Request) -> bool:
    path: Any = request.scope["path"]
    return bool(path.startswith(("/v1/", "/oauth/token", "/.well-known/")))
