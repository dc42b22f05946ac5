"""Kept pieces -> the bytes of one answer: spliced, not rendered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from daygate.domain.moments import DAY_S, from_s, wire_day, wire_time, wire_time_s

_UTC = "Etc/UTC"


class Kept(Protocol):
    """The columns of a kept occurrence that an answer is made of; `Served` has them too."""

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
    def created_s(self) -> int | None: ...
    @property
    def updated_s(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """How a reader wants answers: zone beside each time, positions beside each place."""

    localized_times: bool = False
    include_geo: bool = False
    tzid: str = _UTC


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
    updated_s = kept.updated_s or kept.created_s or 0
    return b"".join(
        (
            kept.head,
            own,
            tail,
            _DELETED[kept.deleted],
            b',"created":"%b","updated":"%b"'
            % (_instant(kept.created_s or updated_s), _instant(updated_s)),
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
        text = wire_day(seconds // DAY_S)
        tzid = shape.tzid if tzid == _UTC else tzid
    elif shape.localized_times:
        text = local_time(from_s(seconds), tzid)
    else:
        text = wire_time_s(seconds)
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


def _instant(seconds: int) -> bytes:
    return wire_time_s(seconds).encode()
