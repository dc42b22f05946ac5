"""Query parameters of reads, with all that clients of the public API send.

Booleans come as `True`, `true`, `1` or nothing; arrays as `calendar_ids[]=a`,
`calendar_ids[0]=a` or `calendar_ids=a`;
`from` and `to` as dates or times, times also with a space or with `UTC` at the end.
"""

import re
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

from starlette.datastructures import QueryParams

from daygate.domain.errors import FieldError, Invalid
from daygate.domain.ids import CalendarId
from daygate.domain.moments import epoch_s

_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no", ""})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.0+)?\s?(Z|UTC|[+-]\d{2}:?\d{2})", re.ASCII
)
_CALENDARS = re.compile(r"calendar_ids(\[[0-9]*\])?", re.ASCII)
_MOST_CALENDARS = 500
_ZONES = frozenset(available_timezones())
DEFAULT_TZID = "Etc/UTC"


class Reading:
    """Takes parameters one by one and remembers everything wrong with them."""

    def __init__(self, query: QueryParams) -> None:
        self._query = query
        self._errors: list[FieldError] = []

    def flag(self, name: str) -> bool:
        """A Boolean; absent is False."""
        text = self._query.get(name, "").strip().lower()
        if text not in _TRUE | _FALSE:
            self._wrong(name, "errors.invalid", "must be true or false")
        return text in _TRUE

    def edge(self, name: str) -> date | datetime | None:
        """A date or a time."""
        text = self._query.get(name, "").strip()
        if not text:
            return None
        found = parse_edge(text)
        if found is None:
            self._wrong(name, "errors.invalid", "must be a date or a time such as 2014-08-05")
        return found

    def time_ms(self, name: str) -> int | None:
        """A time, in milliseconds since 1970."""
        text = self._query.get(name, "").strip()
        if not text:
            return None
        found = parse_time(text)
        if found is None:
            self._wrong(name, "errors.invalid", "must be a time such as 2014-08-05T14:30:00Z")
            return None
        return epoch_s(found) * 1000

    def tzid(self, name: str) -> str:
        """An IANA zone; absent is Etc/UTC."""
        text = self._query.get(name, "").strip() or DEFAULT_TZID
        if text not in _ZONES:
            self._wrong(name, "errors.not_recognized", "must be an IANA time zone name")
            return DEFAULT_TZID
        return text

    def calendar_ids(self, _name: str) -> tuple[CalendarId, ...]:
        """Calendar ids, each once; clients write the name in three ways."""
        given = [value for name, value in self._query.multi_items() if _CALENDARS.fullmatch(name)]
        if len(given) > _MOST_CALENDARS:
            self._wrong("calendar_ids", "errors.too_long", f"at most {_MOST_CALENDARS}")
        return tuple(dict.fromkeys(CalendarId(each) for each in given if each))

    def settle(self) -> None:
        """Raise `Invalid` with everything that was wrong."""
        if self._errors:
            raise Invalid(self._errors)

    def _wrong(self, field: str, key: str, description: str) -> None:
        self._errors.append(FieldError(field, key, description))


def parse_edge(text: str) -> date | datetime | None:
    """A date or a time; None if it is neither."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return parse_time(text)


def parse_time(text: str) -> datetime | None:
    """An aware UTC time without a fraction; None if it is none."""
    # In a query a bare plus means a space; an offset that lost its plus still has its shape.
    parts = _TIME.fullmatch(re.sub(r" (\d{2}:?\d{2})$", r"+\1", text))
    if parts is None:
        return None
    day, clock, _, zone = parts.groups()
    offset = "+00:00" if zone in ("Z", "UTC") else zone
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
