"""The words of a VEVENT: everything of an event but its times and its identity."""

import re
from datetime import UTC, datetime

from daygate.domain.event import (
    Attendee,
    Location,
    Participation,
    Person,
    Status,
    Transparency,
    Words,
)
from daygate.ical.component import Property
from daygate.ical.faults import BadValue
from daygate.ical.values import moment

Properties = dict[str, list[Property]]

_STATUS = {one.value.upper(): one for one in Status if one is not Status.UNKNOWN}
_TRANSPARENCY = {"OPAQUE": Transparency.OPAQUE, "TRANSPARENT": Transparency.TRANSPARENT}
_PARTICIPATION = {
    one.value.upper().replace("_", "-"): one
    for one in Participation
    if one is not Participation.UNKNOWN
}
# RFC 5545 section 3.8.1.6: two floats parted by a semicolon; some write a comma.
_GEO = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\\?[;,]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_MAILTO = "mailto:"


def words(properties: Properties) -> Words:
    """Read them all; an unreadable one counts as absent."""
    organizer = _first(properties, "ORGANIZER")
    return Words(
        summary=_text(properties, "SUMMARY"),
        description=_text(properties, "DESCRIPTION"),
        status=_status(properties),
        transparency=_transparency(properties),
        location=_location(properties),
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(filter(None, map(_attendee, properties.get("ATTENDEE", ())))),
        categories=tuple(
            name for source in properties.get("CATEGORIES", ()) for name in source.texts
        ),
        private=_token(properties, "CLASS") in ("PRIVATE", "CONFIDENTIAL"),
        url=_url(properties),
        created=_stamp(properties, "CREATED"),
        updated=_stamp(properties, "LAST-MODIFIED") or _stamp(properties, "DTSTAMP"),
    )


def _first(properties: Properties, name: str) -> Property | None:
    found = properties.get(name)
    return found[0] if found else None


def _text(properties: Properties, name: str) -> str:
    found = properties.get(name)
    return found[0].text if found else ""


def _token(properties: Properties, name: str) -> str:
    found = properties.get(name)
    return found[0].value.strip().upper() if found else ""


def _status(properties: Properties) -> Status:
    name = _token(properties, "STATUS")
    if not name:
        return Status.CONFIRMED
    return _STATUS.get(name, Status.UNKNOWN)


def _transparency(properties: Properties) -> Transparency:
    """RFC 5545 section 3.8.2.7: opaque by default; Outlook's own word only where it is absent."""
    name = _token(properties, "TRANSP")
    if name:
        return _TRANSPARENCY.get(name, Transparency.UNKNOWN)
    if _token(properties, "X-MICROSOFT-CDO-BUSYSTATUS") == "FREE":
        return Transparency.TRANSPARENT
    return Transparency.OPAQUE


def _location(properties: Properties) -> Location | None:
    description = _text(properties, "LOCATION")
    geo = _first(properties, "GEO")
    found = _GEO.fullmatch(geo.value) if geo else None
    if found:
        return Location(description, found[1], found[2])
    return Location(description) if description else None


def _email(source: Property) -> str | None:
    """The address behind a CAL-ADDRESS: `mailto:`, or the EMAIL parameter of RFC 7986."""
    value = source.value.strip()
    if value[: len(_MAILTO)].lower() == _MAILTO:
        value = value[len(_MAILTO) :].strip()
    else:
        value = source.params.get("EMAIL", "").strip()
    return value if "@" in value else None


def _person(source: Property) -> Person | None:
    email, name = _email(source), source.params.get("CN") or None
    return Person(email, name) if email or name else None


def _attendee(source: Property) -> Attendee | None:
    email = _email(source)
    if email is None:
        return None
    # RFC 5545 section 3.2.12: NEEDS-ACTION is the default.
    answer = source.params.get("PARTSTAT", "NEEDS-ACTION").upper()
    status = _PARTICIPATION.get(answer, Participation.UNKNOWN)
    return Attendee(email, source.params.get("CN") or None, status)


def _url(properties: Properties) -> str | None:
    found = properties.get("URL")
    value = found[0].value.strip() if found else ""
    return value if _WEB.fullmatch(value) else None


def _stamp(properties: Properties, name: str) -> datetime | None:
    """These are UTC by RFC 5545 section 3.8.7, whatever is written behind them."""
    found = properties.get(name)
    if not found:
        return None
    try:
        return moment(found[0].value).wall.replace(tzinfo=UTC)
    except BadValue:
        return None
