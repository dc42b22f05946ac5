"""The live properties of each kind of resource, one table each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from daygate.sandbox.bodies import Wanted
from daygate.sandbox.collections import Kind, Member
from daygate.sandbox.multistatus import (
    APPLE,
    CALENDARSERVER,
    DAV,
    Multistatus,
    caldav,
    dav,
    element,
    href,
)
from daygate.sandbox.people import Person
from daygate.sandbox.places import Addresses, Home, Leaf, Place, Principal, Resource, Root
from daygate.sandbox.world import World

CTAG = f"{{{CALENDARSERVER}}}getctag"
SOURCE = f"{{{CALENDARSERVER}}}source"
SUBSCRIBED = f"{{{CALENDARSERVER}}}subscribed"
COLOR = f"{{{APPLE}}}calendar-color"
ORDER = f"{{{APPLE}}}calendar-order"
CALENDAR_DATA = caldav("calendar-data")

READ = ("read", "read-current-user-privilege-set")
WRITE = (*READ, "write", "write-content", "write-properties", "bind", "unbind")
REPORTS = tuple(map(caldav, ("calendar-multiget", "calendar-query", "free-busy-query")))
SYNC = dav("sync-collection")


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at which world, and how they address it."""

    world: World
    addresses: Addresses
    viewer: Person


Getter = Callable[[View, Any], etree._Element | None]
Table = Mapping[str, Getter]


def _collection(*more: str) -> etree._Element:
    kinds = (element(name) for name in (dav("collection"), *more))
    return element(dav("resourcetype"), *kinds)


def _current_user(view: View, _: Resource) -> etree._Element:
    me = href(view.addresses.principal(view.viewer.user))
    return element(dav("current-user-principal"), me)


def _displayed(name: str) -> etree._Element:
    return element(dav("displayname"), text=name)


def _person_calendars(view: View, principal: Principal) -> etree._Element:
    home = href(view.addresses.home(principal.person.user))
    return element(caldav("calendar-home-set"), home)


def _person_addresses(_: View, principal: Principal) -> etree._Element:
    hrefs = [href(f"mailto:{address}") for address in principal.person.addresses]
    hrefs[0].set("preferred", "1")
    return element(caldav("calendar-user-address-set"), *hrefs)


def _person_box(name: str, slug: str) -> Getter:
    def box(view: View, principal: Principal) -> etree._Element:
        home = view.addresses.home(principal.person.user)
        return element(caldav(name), href(f"{home}{slug}/"))

    return box


def _place_type(_: View, place: Place) -> etree._Element:
    kinds = {
        Kind.CALENDAR: (caldav("calendar"),),
        Kind.SUBSCRIPTION: (caldav("calendar"), SUBSCRIBED),
        Kind.INBOX: (caldav("schedule-inbox"),),
        Kind.OUTBOX: (caldav("schedule-outbox"),),
    }
    return _collection(*kinds[place.shelf.collection.kind])


def _privileges(view: View, place: Place) -> etree._Element | None:
    if view.world.faults.shape.terse_calendars:
        return None
    names = WRITE if place.shelf.writable else READ
    privileges = (element(dav("privilege"), element(dav(name))) for name in names)
    return element(dav("current-user-privilege-set"), *privileges)


def _components(view: View, place: Place) -> etree._Element | None:
    if view.world.faults.shape.terse_calendars:
        return None
    comps = (element(caldav("comp"), name=name) for name in place.shelf.collection.components)
    return element(caldav("supported-calendar-component-set"), *comps)


def _reports(view: View, place: Place) -> etree._Element:
    syncs = holds_events(place) and view.world.faults.sync.offered
    names = (*REPORTS, SYNC) if syncs else REPORTS
    reports = (element(dav("report"), element(name)) for name in names)
    return element(
        dav("supported-report-set"),
        *(element(dav("supported-report"), report) for report in reports),
    )


def holds_events(place: Place) -> bool:
    """Whether the collection is a calendar rather than an inbox or outbox."""
    return place.shelf.collection.kind in (Kind.CALENDAR, Kind.SUBSCRIPTION)


def _sync_token(view: View, place: Place) -> etree._Element | None:
    if not (holds_events(place) and view.world.faults.sync.offered):
        return None
    return element(dav("sync-token"), text=place.shelf.collection.token)


def _ctag(view: View, place: Place) -> etree._Element | None:
    if not (holds_events(place) and view.world.faults.sync.ctag):
        return None
    return element(CTAG, text=place.shelf.collection.ctag)


def _owner(view: View, place: Place) -> etree._Element:
    owner = view.addresses.principal(place.shelf.collection.owner)
    return element(dav("owner"), href(owner))


def _color(_: View, place: Place) -> etree._Element | None:
    shown = holds_events(place)
    return element(COLOR, text=place.shelf.collection.look.color) if shown else None


def _order(_: View, place: Place) -> etree._Element | None:
    shown = holds_events(place)
    return element(ORDER, text=str(place.shelf.collection.look.order)) if shown else None


def _transparency(_: View, place: Place) -> etree._Element:
    name = "transparent" if place.shelf.collection.look.transparent else "opaque"
    return element(caldav("schedule-calendar-transp"), element(caldav(name)))


def _timezone(_: View, place: Place) -> etree._Element | None:
    zone = place.shelf.collection.look.timezone
    return None if zone is None else element(caldav("calendar-timezone"), text=zone)


def _source(_: View, place: Place) -> etree._Element | None:
    source = place.shelf.collection.source
    return None if source is None else element(SOURCE, href(source))


def _default_calendar(view: View, place: Place) -> etree._Element | None:
    """RFC 6638 section 9.2: a property of the inbox."""
    writable = (shelf for shelf in view.world.calendars(place.person.user) if shelf.writable)
    first = next(writable, None)
    if place.shelf.collection.kind is not Kind.INBOX or first is None:
        return None
    path = view.addresses.of(Place(place.person, first))
    return element(caldav("schedule-default-calendar-URL"), href(path))


def _content_type(member: Member) -> str:
    return f"text/calendar; charset=utf-8; component={member.component}"


def _of_leaf(name: str, text: Callable[[Member], str]) -> dict[str, Getter]:
    def told(_: View, leaf: Leaf) -> etree._Element | None:
        return None if leaf.member is None else element(name, text=text(leaf.member))

    return {name: told}


COMMON: Table = {dav("current-user-principal"): _current_user}

ROOT: Table = {**COMMON, dav("resourcetype"): lambda _view, _root: _collection()}

PRINCIPAL: Table = {
    **COMMON,
    dav("resourcetype"): lambda _view, _principal: _collection(dav("principal")),
    dav("displayname"): lambda _view, principal: _displayed(principal.person.name),
    dav("principal-URL"): lambda view, principal: element(
        dav("principal-URL"), href(view.addresses.principal(principal.person.user))
    ),
    caldav("calendar-home-set"): _person_calendars,
    caldav("calendar-user-address-set"): _person_addresses,
    caldav("calendar-user-type"): lambda _view, _principal: element(
        caldav("calendar-user-type"), text="INDIVIDUAL"
    ),
    caldav("schedule-inbox-URL"): _person_box("schedule-inbox-URL", "inbox"),
    caldav("schedule-outbox-URL"): _person_box("schedule-outbox-URL", "outbox"),
}

HOME: Table = {
    **COMMON,
    dav("resourcetype"): lambda _view, _home: _collection(),
    dav("displayname"): lambda _view, home: _displayed(f"Calendars of {home.person.name}"),
    dav("owner"): lambda view, home: element(
        dav("owner"), href(view.addresses.principal(home.person.user))
    ),
}

PLACE: Table = {
    **COMMON,
    dav("resourcetype"): _place_type,
    dav("displayname"): lambda _view, place: _displayed(place.shelf.collection.look.name),
    dav("current-user-privilege-set"): _privileges,
    dav("owner"): _owner,
    dav("supported-report-set"): _reports,
    dav("sync-token"): _sync_token,
    CTAG: _ctag,
    caldav("supported-calendar-component-set"): _components,
    caldav("schedule-calendar-transp"): _transparency,
    caldav("schedule-default-calendar-URL"): _default_calendar,
    caldav("calendar-timezone"): _timezone,
    COLOR: _color,
    ORDER: _order,
    SOURCE: _source,
}

LEAF: Table = {
    **COMMON,
    dav("resourcetype"): lambda _view, _leaf: element(dav("resourcetype")),
    **_of_leaf(dav("getetag"), lambda member: member.etag),
    **_of_leaf(dav("getcontenttype"), _content_type),
    **_of_leaf(dav("getcontentlength"), lambda member: str(len(member.text.encode()))),
    **_of_leaf(CALENDAR_DATA, lambda member: member.text),
}

TABLES: Mapping[type, Table] = {
    Root: ROOT,
    Principal: PRINCIPAL,
    Home: HOME,
    Place: PLACE,
    Leaf: LEAF,
}


def describe(view: View, resources: Iterable[Resource], wish: Wanted, into: Multistatus) -> None:
    """Add one response per resource, with what it has of the wish and what it lacks."""
    for resource in resources:
        found, missing = _select(view, resource, wish)
        into.found(view.addresses.of(resource), found, missing)


def _select(view: View, resource: Resource, wish: Wanted) -> tuple[list[etree._Element], list[str]]:
    table = TABLES[type(resource)]
    # allprop leaves CalDAV's properties out (RFC 4791 section 5.2).
    names = wish.names or [name for name in table if name.startswith(f"{{{DAV}}}")]
    got = {name: table[name](view, resource) if name in table else None for name in names}
    found = [value for value in got.values() if value is not None]
    if wish.names_only:
        return [element(str(value.tag)) for value in found], []
    missing = [name for name, value in got.items() if value is None]
    return found, missing if wish.names is not None else []
