"""The CalDAV server: which method does what, to whom, on what."""

import base64
import binascii
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from daygate.sandbox.bodies import BODY_LIMIT_BYTES, BadBody
from daygate.sandbox.calls import Call
from daygate.sandbox.multistatus import error_response, need_privilege
from daygate.sandbox.outbox import post
from daygate.sandbox.people import Person
from daygate.sandbox.places import Addresses, Leaf, Principal, Resource, Root, locate
from daygate.sandbox.properties import View
from daygate.sandbox.reading import ALLOW, get, options, propfind, run_report
from daygate.sandbox.storing import delete, mkcalendar, proppatch, put
from daygate.sandbox.world import World

Handler = Callable[[Call], Response]
XML_TYPES = ("application/xml", "text/xml")
XML_METHODS = frozenset({"PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR"})
REALM = 'Basic realm="Sandbox calendars", charset="UTF-8"'

METHODS: Mapping[str, Handler] = {
    "OPTIONS": options,
    "GET": get,
    "HEAD": get,
    "PUT": put,
    "POST": post,
    "DELETE": delete,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "REPORT": run_report,
    "MKCALENDAR": mkcalendar,
}


async def serve(world: World, request: Request) -> Response:
    """Answer one request below the context path."""
    person = _person(world, request)
    if person is None:
        return _unauthorized(world)
    if world.faults.transport.empty_403:
        return error_response(403)
    world.ripen()
    view = View(world, _addresses(world, request), person)
    body = await _body(request)
    if body is None:
        return Response("Too large", 413)
    target = locate(world, _path(request))
    call = Call(view, request, target, body)
    return _misdirected(call) or _unannounced(call) or _handled(call)


def _person(world: World, request: Request) -> Person | None:
    """Who signs in with HTTP Basic and an app password (RFC 7617)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    person = world.person_of(user)
    return person if person and world.admits(person.user, password) else None


def _unauthorized(world: World) -> Response:
    headers = {"WWW-Authenticate": REALM} if world.faults.transport.challenge else {}
    return Response("An app password is needed", 401, headers)


def _addresses(world: World, request: Request) -> Addresses:
    shape = world.faults.shape
    origin = f"{request.url.scheme}://{request.url.netloc}" if shape.absolute_hrefs else ""
    return Addresses(request.scope.get("root_path", ""), origin, shape.home_origin or "")


def _path(request: Request) -> str:
    """The decoded path below the mount point."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


async def _body(request: Request) -> bytes | None:
    """The whole body, or None when it passes the limit."""
    pieces, size_bytes = [], 0
    async for piece in request.stream():
        size_bytes += len(piece)
        if size_bytes > BODY_LIMIT_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _misdirected(call: Call) -> Response | None:
    """Refuse other people's homes, and homes on the wrong host."""
    owner, home_origin = _home_owner(call.target), call.view.world.faults.shape.home_origin
    if owner is None:
        return None
    url = call.request.url
    if home_origin not in (None, f"{url.scheme}://{url.netloc}"):
        return Response("This home lives on another host", 404)
    if owner == call.view.viewer:
        return None
    return need_privilege("read", url.path)


def _unannounced(call: Call) -> Response | None:
    """Refuse an XML body under another type, as Cyrus does."""
    typed = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.request.method in XML_METHODS and call.body.strip() and typed not in XML_TYPES:
        return Response("The body is not announced as XML", 415)
    return None


def _home_owner(target: Resource | None) -> Person | None:
    match target:
        case None | Root() | Principal():
            return None
        case Leaf(place):
            return place.person
        case _:
            return target.person


def _handled(call: Call) -> Response:
    handler = METHODS.get(call.request.method)
    if handler is None:
        return Response(None, 405, {"Allow": ALLOW})
    try:
        return handler(call)
    except BadBody as problem:
        return Response(str(problem), 400)
