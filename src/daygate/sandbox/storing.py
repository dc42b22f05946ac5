"""PUT, DELETE, MKCALENDAR and PROPPATCH."""

from collections.abc import Callable, Mapping

from lxml import etree
from starlette.responses import Response

from daygate.sandbox.bodies import BadBody
from daygate.sandbox.calls import Call
from daygate.sandbox.collections import Look
from daygate.sandbox.conditions import etag_header, holds
from daygate.sandbox.ics_text import NotCalendarData, Skimmed, skim, value
from daygate.sandbox.multistatus import (
    Multistatus,
    caldav,
    dav,
    element,
    error_response,
    href,
    need_privilege,
)
from daygate.sandbox.places import Gap, Leaf, Place
from daygate.sandbox.properties import COLOR, ORDER, View
from daygate.sandbox.reading import exists

REWRITTEN = "X-SANDBOX-REWRITTEN:TRUE"


def put(call: Call) -> Response:
    """RFC 4791 section 5.3.2: store an object, new or anew."""
    target = call.target
    if not isinstance(target, Leaf):
        return Response(None, 409 if target is None else 405)
    refusal = _refusal(call, target, "write-content")
    if refusal is not None:
        return refusal
    try:
        text = _arriving(call)
        skimmed = skim(text)
    except NotCalendarData as problem:
        return error_response(403, element(caldav(problem.precondition)))
    return (
        _unsuitable(call.view, target, skimmed)
        or _taken(call.view, target, skimmed)
        or _stored(call.view, target, text)
    )


def _refusal(call: Call, leaf: Leaf, privilege: str) -> Response | None:
    """The rights and conditions of every write to an object."""
    if not leaf.place.shelf.writable:
        return need_privilege(privilege, call.view.addresses.of(leaf))
    if not holds(call.request.headers, leaf.member, call.view.world.faults.write):
        return Response(None, 412)
    return None


def _arriving(call: Call) -> str:
    """The body as text, changed on arrival if the world says so."""
    if not call.request.headers.get("content-type", "").lower().startswith("text/calendar"):
        raise NotCalendarData("supported-calendar-data")
    try:
        text = call.body.decode()
    except UnicodeDecodeError as error:
        raise NotCalendarData("valid-calendar-data") from error
    if call.view.world.faults.write.rewrites:
        text = text.replace("\nEND:VEVENT", f"\n{REWRITTEN}\r\nEND:VEVENT")
    return text


def _unsuitable(view: View, leaf: Leaf, skimmed: Skimmed) -> Response | None:
    """What this collection does not hold."""
    if skimmed.component not in leaf.place.shelf.collection.components:
        return error_response(403, element(caldav("supported-calendar-component")))
    if view.world.faults.write.end_required and not _ends(skimmed):
        return error_response(403, element(caldav("valid-calendar-object-resource")))
    return None


def _taken(view: View, leaf: Leaf, skimmed: Skimmed) -> Response | None:
    """A UID that is here under another name, a name that is here under another UID."""
    holder = leaf.place.shelf.collection.by_uid(skimmed.uid)
    if leaf.member is not None and leaf.member.uid != skimmed.uid:
        holder = leaf.member
    elif holder is not None and holder.name == leaf.name:
        holder = None
    if holder is not None:
        path = view.addresses.of(Leaf(leaf.place, holder.name, holder))
        return error_response(409, element(caldav("no-uid-conflict"), href(path)))
    elsewhere = _elsewhere(view, leaf, skimmed.uid)
    if view.world.faults.write.one_uid_per_person and elsewhere is not None:
        return error_response(403, element(caldav("unique-scheduling-object-resource"), elsewhere))
    return None


def _elsewhere(view: View, leaf: Leaf, uid: str) -> etree._Element | None:
    """The href of an object with this UID in another calendar of the person."""
    person, here = leaf.place.person, leaf.place.shelf
    for shelf in view.world.homes[person.user].values():
        member = shelf.collection.by_uid(uid)
        if member is not None and shelf.collection is not here.collection:
            return href(view.addresses.of(Leaf(Place(person, shelf), member.name, member)))
    return None


def _ends(skimmed: Skimmed) -> bool:
    return any(value(skimmed.lines, name) for name in ("DTEND", "DURATION"))


def _stored(view: View, leaf: Leaf, text: str) -> Response:
    faults = view.world.faults.write
    member = leaf.place.shelf.collection.put(leaf.name, text)
    headers = {} if faults.rewrites else {"ETag": etag_header(faults, member.etag)}
    return Response(None, 201 if leaf.member is None else 204, headers)


def delete(call: Call) -> Response:
    """An object, or a calendar with all that is in it."""
    target = call.target
    if not exists(target):
        return Response(None, 404)
    if isinstance(target, Leaf):
        return _delete_object(call, target)
    if isinstance(target, Place) and target.shelf.writable:
        call.view.world.close_calendar(target.shelf.collection)
        return Response(None, 204)
    return need_privilege("unbind", call.view.addresses.of(target))


def _delete_object(call: Call, leaf: Leaf) -> Response:
    refusal = _refusal(call, leaf, "unbind")
    if refusal is not None:
        return refusal
    leaf.place.shelf.collection.remove(leaf.name)
    return Response(None, 204)


def mkcalendar(call: Call) -> Response:
    """RFC 4791 section 5.3.1."""
    target, world = call.target, call.view.world
    if not world.faults.write.mkcalendar_offered:
        return Response(None, 405)
    if isinstance(target, Place):
        return error_response(403, element(dav("resource-must-be-null")))
    if not isinstance(target, Gap):
        return error_response(403, element(caldav("calendar-collection-location-ok")))
    root = call.xml()
    if root is not None and root.tag != caldav("mkcalendar"):
        raise BadBody("a mkcalendar body is needed")
    settings = [] if root is None else _properties_below(root, "set")
    look = Look(target.slug)
    components = _component_names(settings) or ("VEVENT",)
    for setting in settings:
        if setting.tag in SETTERS:
            SETTERS[str(setting.tag)](look, setting)
    world.open_later(target.person.user, target.slug, look, components)
    return Response(None, 201)


def _properties_below(root: etree._Element, verb: str) -> list[etree._Element]:
    props = root.iterfind(f"{dav(verb)}/{dav('prop')}")
    return [node for prop in props for node in prop.iterchildren("*")]


def _component_names(settings: list[etree._Element]) -> tuple[str, ...]:
    wish = caldav("supported-calendar-component-set")
    comps = (comp for node in settings if node.tag == wish for comp in node.iterchildren("*"))
    return tuple(comp.get("name", "") for comp in comps)


def proppatch(call: Call) -> Response:
    """RFC 4918 section 9.2: all of it or none of it."""
    target, root = call.target, call.xml()
    if not isinstance(target, Place):
        return Response(None, 403 if exists(target) else 404)
    if not target.shelf.writable:
        return need_privilege("write-properties", call.view.addresses.of(target))
    if root is None or root.tag != dav("propertyupdate"):
        raise BadBody("a propertyupdate body is needed")
    settings = _properties_below(root, "set")
    refused = [node for node in settings if node.tag not in SETTERS]
    refused += _properties_below(root, "remove")
    accepted = [node for node in settings if node.tag in SETTERS]
    groups = {424: accepted, 403: refused} if refused else {200: accepted}
    if not refused:
        for node in accepted:
            SETTERS[str(node.tag)](target.shelf.collection.look, node)
    answer = Multistatus(call.view.world.faults.shape)
    named = {status: [element(str(n.tag)) for n in nodes] for status, nodes in groups.items()}
    answer.properties(call.view.addresses.of(target), named)
    return answer.answer()


def _set_name(look: Look, node: etree._Element) -> None:
    look.name = (node.text or "").strip()


def _set_color(look: Look, node: etree._Element) -> None:
    look.color = (node.text or "").strip()


def _set_order(look: Look, node: etree._Element) -> None:
    number = (node.text or "").strip()
    if not number.isdecimal():
        raise BadBody("calendar-order is a number")
    look.order = int(number)


def _set_timezone(look: Look, node: etree._Element) -> None:
    look.timezone = node.text


def _set_transparency(look: Look, node: etree._Element) -> None:
    look.transparent = node.find(caldav("transparent")) is not None


SETTERS: Mapping[str, Callable[[Look, etree._Element], None]] = {
    dav("displayname"): _set_name,
    COLOR: _set_color,
    ORDER: _set_order,
    caldav("calendar-timezone"): _set_timezone,
    caldav("schedule-calendar-transp"): _set_transparency,
}
