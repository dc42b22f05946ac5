"""OPTIONS, PROPFIND, GET and REPORT."""

from typing import TypeGuard

from starlette.responses import Response

from daygate.sandbox.bodies import BadBody, Wanted, wanted
from daygate.sandbox.calls import Call
from daygate.sandbox.conditions import etag_header, listed
from daygate.sandbox.multistatus import Multistatus, dav, element, error_response
from daygate.sandbox.places import Gap, Home, Leaf, Place, Principal, Resource
from daygate.sandbox.properties import View, describe
from daygate.sandbox.reports import CALENDAR_TYPE, report

# RFC 4918 section 18, RFC 3744 section 7.2, RFC 4791 section 5.1; the outbox answers
# questions for busy times and delivers nothing, so that calendar-auto-schedule is not claimed.
COMPLIANCE = "1, 3, access-control, calendar-access"
ALLOW = "OPTIONS, GET, HEAD, PUT, POST, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR"


def exists(target: Resource | None) -> TypeGuard[Resource]:
    """Whether something is stored there."""
    empty = isinstance(target, Leaf) and target.member is None
    return not (target is None or isinstance(target, Gap) or empty)


def options(_: Call) -> Response:
    return Response(None, 200, {"DAV": COMPLIANCE, "Allow": ALLOW})


def propfind(call: Call) -> Response:
    """RFC 4918 section 9.1."""
    if call.depth not in ("0", "1"):
        return error_response(403, element(dav("propfind-finite-depth")))
    shape, target = call.view.world.faults.shape, call.target
    if not exists(target):
        return Response(None, 404)
    if isinstance(target, Principal) and call.depth == "1" and shape.principal_depth_0_only:
        return Response(None, 400)
    root = call.xml()
    if root is not None and root.tag != dav("propfind"):
        raise BadBody("a propfind body is needed")
    resources = [target, *(_children(call.view, target) if call.depth == "1" else [])]
    answer = Multistatus(shape)
    describe(call.view, resources, Wanted(None) if root is None else wanted(root), answer)
    response = answer.answer()
    response.headers["DAV"] = COMPLIANCE
    return response


def _children(view: View, target: Resource) -> list[Resource]:
    match target:
        case Home(person):
            return [Place(person, shelf) for shelf in view.world.homes[person.user].values()]
        case Place(_, shelf):
            members = shelf.collection.members.items()
            return [Leaf(target, name, member) for name, member in members]
        case _:
            return []


def run_report(call: Call) -> Response:
    root = call.xml()
    if root is None:
        raise BadBody("a report body is needed")
    if not exists(call.target):
        return Response(None, 404)
    if not isinstance(call.target, Place):
        return error_response(403, element(dav("supported-report")))
    return report(call.view, call.target, root, call.request.headers.get("depth", "0"))


def get(call: Call) -> Response:
    """An object's text; collections have none."""
    target = call.target
    if not exists(target):
        return Response(None, 404)
    if not isinstance(target, Leaf) or target.member is None:
        return Response(None, 405, {"Allow": ALLOW})
    etag = etag_header(call.view.world.faults.write, target.member.etag)
    if target.member.etag in listed(call.request.headers.get("if-none-match")):
        return Response(None, 304, {"ETag": etag})
    return Response(target.member.text, 200, {"ETag": etag}, CALENDAR_TYPE)
