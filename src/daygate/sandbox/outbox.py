"""POST to a scheduling outbox (RFC 6638 section 5): when other people are busy.

Nothing is delivered: a message that is not a question for busy times is refused.
"""

from collections.abc import Iterator, Sequence

from lxml import etree
from starlette.responses import Response

from daygate.domain.moments import Window
from daygate.sandbox.busy import calendar, vfreebusy
from daygate.sandbox.calls import Call
from daygate.sandbox.collections import Collection, Kind
from daygate.sandbox.filters import moment_of
from daygate.sandbox.ics_text import NotCalendarData, outline, unfold, value
from daygate.sandbox.multistatus import XML, caldav, element, error_response, href
from daygate.sandbox.places import Place
from daygate.sandbox.properties import View
from daygate.sandbox.world import World

SUCCESS = "2.0;Success"
NOBODY = "3.7;Invalid Calendar User"


def post(call: Call) -> Response:
    """Answer one question for the busy times of several people."""
    target = call.target
    if not isinstance(target, Place) or target.shelf.collection.kind is not Kind.OUTBOX:
        return Response(None, 405)
    try:
        lines = _question(call.body)
    except (NotCalendarData, UnicodeDecodeError):
        return error_response(400, element(caldav("valid-calendar-data")))
    window = _window(lines)
    if window is None:
        return error_response(403, element(caldav("valid-scheduling-message")))
    if _address(value(lines, "ORGANIZER") or "") not in target.person.addresses:
        return error_response(403, element(caldav("organizer-allowed")))
    asked = [line.partition(":")[2] for line in lines if line.upper().startswith("ATTENDEE")]
    rows = [_row(call.view, lines, window, who) for who in asked]
    body = element(caldav("schedule-response"), *rows)
    return Response(etree.tostring(body, xml_declaration=True, encoding="utf-8"), 200, None, XML)


def _question(body: bytes) -> Sequence[str]:
    """The lines of the only VFREEBUSY of a REQUEST; none for any other message."""
    top, components = outline(unfold(body.decode()))
    if value(top, "METHOD") != "REQUEST" or [name for name, _ in components] != ["VFREEBUSY"]:
        return ()
    return components[0][1]


def _window(lines: Sequence[str]) -> Window | None:
    start, end = value(lines, "DTSTART"), value(lines, "DTEND")
    if start is None or end is None:
        return None
    return Window(moment_of(start), moment_of(end))


def _row(view: View, lines: Sequence[str], window: Window, who: str) -> etree._Element:
    recipient = element(caldav("recipient"), href(who))
    person = view.world.person_of(_address(who))
    if person is None:
        return element(
            caldav("response"), recipient, element(caldav("request-status"), text=NOBODY)
        )
    kept = [line for line in lines if line.upper().startswith(("UID", "ORGANIZER"))]
    answer = vfreebusy(
        _own(view.world, person.user), window, person.tzinfo, *kept, f"ATTENDEE:{who}"
    )
    return element(
        caldav("response"),
        recipient,
        element(caldav("request-status"), text=SUCCESS),
        element(caldav("calendar-data"), text=calendar(answer, "METHOD:REPLY")),
    )


def _own(world: World, user: str) -> Iterator[Collection]:
    """The calendars that make a person busy: their own, unless they are transparent."""
    for shelf in world.calendars(user):
        if shelf.writable and not shelf.collection.look.transparent:
            yield shelf.collection


def _address(reference: str) -> str:
    scheme, _, address = reference.strip().partition(":")
    return address.lower() if scheme.lower() == "mailto" else ""
