"""The ASGI process: parts + routes, and what becomes of everything that is raised."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress

from starlette.applications import Starlette
from starlette.types import ASGIApp

from daygate.settings import Settings
from daygate.store.engine import DATABASE_AWAY, Store
from daygate.web.frame import Frame
from daygate.web.handlers import HANDLERS, database_away
from daygate.web.pace import Pace, reconcile
from daygate.web.routes import ROUTES
from daygate.wiring import Parts, open_parts


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
        exception_handlers={**HANDLERS, **dict.fromkeys(DATABASE_AWAY, database_away)},
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
