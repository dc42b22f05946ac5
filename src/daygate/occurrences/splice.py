"""Kept pieces -> the bytes of one answer: spliced, not rendered."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from daygate.domain.moments import from_s, wire_time
from daygate.domain.served import Served

_UTC = "Etc/UTC"


class Kept(Protocol):
    """The columns of a kept occurrence that an answer is made of."""

    @property
    def calendar_id(self) -> str: ...
    @property
    def event_uid(self) -> str: ...
    @property
    def start_s(self) -> int: ...
    @property
    def end_s(self) -> int: ...
    @property
    def all_day(self) -> bool: ...
    @property
    def start_tzid(self) -> str: ...
    @property
    def end_tzid(self) -> str: ...
    @property
    def head(self) -> bytes: ...
    @property
    def tail(self) -> bytes: ...
    @property
    def lat(self) -> str | None: ...
    @property
    def long(self) -> str | None: ...
    @property
    def location(self) -> bytes | None: ...
    @property
    def free_busy_status(self) -> str: ...
    @property
    def recurring(self) -> bool: ...
    @property
    def invited(self) -> bool: ...
    @property
    def deleted(self) -> bool: ...
    @property
    def event_id(self) -> str | None: ...
    @property
    def created_s(self) -> int: ...
    @property
    def updated_s(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """How a reader wants answers: zone beside each time, positions beside each place."""

    localized_times: bool = False
    include_geo: bool = False
    tzid: str = _UTC


@dataclass(frozen=True, slots=True)
class Loose:
    """An occurrence that is not kept, in the shape of one that is."""

    calendar_id: str
    event_uid: str
    start_s: int
    end_s: int
    all_day: bool
    start_tzid: str
    end_tzid: str
    head: bytes
    tail: bytes
    lat: str | None
    long: str | None
    location: bytes | None
    free_busy_status: str
    recurring: bool
    invited: bool
    created_s: int
    updated_s: int
    deleted: bool = False
    event_id: str | None = None


def kept_as(served: Served) -> Kept:
    """What has just been read from a stored object, ready to be spliced."""
    updated_s = served.updated_s or served.created_s or 0
    return Loose(
        calendar_id=served.calendar_id,
        event_uid=served.event_uid,
        start_s=served.start_s,
        end_s=served.end_s,
        all_day=served.all_day,
        start_tzid=served.start_tzid,
        end_tzid=served.end_tzid,
        head=served.head,
        tail=served.tail,
        lat=served.lat,
        long=served.long,
        location=served.location,
        free_busy_status=served.free_busy_status,
        recurring=served.recurring,
        invited=served.invited,
        created_s=served.created_s or updated_s,
        updated_s=updated_s,
    )


_OPTIONS = (
    b',"options":{"delete":false,"update":false,"change_participation_status":false}}',
    b',"options":{"delete":false,"update":false,"change_participation_status":true}}',
)
_OWN_OPTIONS = b',"options":{"delete":true,"update":true,"change_participation_status":false}}'
_DELETED = (b',"deleted":false', b',"deleted":true')


def event(kept: Kept, shape: Shape) -> bytes:
    """One member of `events`."""
    tail = kept.tail
    if shape.localized_times or (shape.include_geo and kept.lat is not None):
        tail = _times(kept, shape) + _location(kept, shape)
    own = b"" if kept.event_id is None else b',"event_id":' + orjson.dumps(kept.event_id)
    return b"".join(
        (
            kept.head,
            own,
            tail,
            _DELETED[kept.deleted],
            b',"created":"%b","updated":"%b"'
            % (_instant(kept.created_s), _instant(kept.updated_s)),
            _OPTIONS[kept.invited] if kept.event_id is None else _OWN_OPTIONS,
        )
    )


def busy(kept: Kept, shape: Shape, *, include_ids: bool, include_deleted: bool) -> bytes:
    """One member of `free_busy`: when, and nothing of what."""
    ids = b""
    if include_ids:
        own = b"" if kept.event_id is None else b',"event_id":' + orjson.dumps(kept.event_id)
        ids = b',"event_uid":"%b"' % kept.event_uid.encode() + own
    return b"".join(
        (
            b'{"calendar_id":"%b"' % kept.calendar_id.encode(),
            _times(kept, shape),
            b',"free_busy_status":"%b"' % kept.free_busy_status.encode(),
            ids,
            _DELETED[kept.deleted] if include_deleted else b"",
            b"}",
        )
    )


def _times(kept: Kept, shape: Shape) -> bytes:
    start = _time(kept.start_s, kept.start_tzid, kept.all_day, shape)
    end = _time(kept.end_s, kept.end_tzid, kept.all_day, shape)
    return b',"start":%b,"end":%b' % (start, end)


def _time(seconds: int, tzid: str, all_day: bool, shape: Shape) -> bytes:
    if all_day:
        text = from_s(seconds).date().isoformat()
        tzid = shape.tzid if tzid == _UTC else tzid
    elif shape.localized_times:
        text = local_time(from_s(seconds), tzid)
    else:
        text = wire_time(from_s(seconds))
    if not shape.localized_times:
        return b'"%b"' % text.encode()
    return b'{"time":"%b","tzid":"%b"}' % (text.encode(), tzid.encode())


def local_time(moment: datetime, tzid: str) -> str:
    """`2014-09-13T23:00:00+02:00`, or `...Z` where there is no offset to tell."""
    try:
        local = moment.astimezone(ZoneInfo(tzid))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return wire_time(moment)
    if not local.utcoffset():
        return wire_time(moment)
    return local.isoformat(timespec="seconds")


def _location(kept: Kept, shape: Shape) -> bytes:
    if kept.location is None:
        return b""
    geo = b""
    if shape.include_geo and kept.lat is not None and kept.long is not None:
        geo = b',"lat":%b,"long":%b' % (orjson.dumps(kept.lat), orjson.dumps(kept.long))
    return b',"location":{"description":%b%b}' % (kept.location, geo)


@lru_cache(maxsize=4096)
def _instant(seconds: int) -> bytes:
    return wire_time(from_s(seconds)).encode()
