"""The sandbox as one ASGI application: CalDAV below /dav/, the people's page at /."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from daygate.sandbox.caldav import METHODS, serve
from daygate.sandbox.page import Page, style
from daygate.sandbox.places import CONTEXT
from daygate.sandbox.weather import Weather
from daygate.sandbox.world import World

# Discovery may begin anywhere (RFC 6764 section 5) and with any method.
EVERYWHERE = sorted(METHODS)


def sandbox_app(world: World) -> Starlette:
    """Serve a world. The world may be changed at any time, from the same event loop."""

    async def calendars(request: Request) -> Response:
        return await serve(world, request)

    async def well_known(request: Request) -> Response:
        # RFC 6764 section 5 leaves the kind of redirect open; 301 is what Radicale and Cyrus send.
        return RedirectResponse(request.scope.get("root_path", "") + CONTEXT, 301)

    page = Page(world)
    routes = [
        Route("/.well-known/caldav", well_known, methods=EVERYWHERE),
        Route("/", page.show, methods=["GET"]),
        Route("/sandbox.css", style, methods=["GET"]),
        Route("/people/{user}/events", page.add, methods=["POST"]),
        Route("/people/{user}/events/delete", page.delete, methods=["POST"]),
        Route("/people/{user}/password", page.password, methods=["POST"]),
        Route("/", calendars, methods=["OPTIONS", "PROPFIND"]),
        Route("/dav{rest:path}", calendars, methods=EVERYWHERE),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Weather, world=world)])
