"""The query parameters of each read as one frozen model, which the API's description shows too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, get_type_hints

from starlette.datastructures import QueryParams

from daygate.domain.ids import CalendarId
from daygate.web.v1.parameters import Reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parameter:
    """How a value is taken from the query, and what it is for; `name` if Python has another."""

    take: Callable[[Reading, str], Any]
    what: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What both reads take."""

    tzid: Annotated[str, Parameter(Reading.tzid, "Zone of dates and of localized times.")]
    start: Annotated[
        date | datetime | None,
        Parameter(Reading.edge, "What ends on or after it. Default: 42 days ago.", "from"),
    ]
    end: Annotated[
        date | datetime | None,
        Parameter(Reading.edge, "What starts before it. Default: 201 days ahead.", "to"),
    ]
    calendar_ids: Annotated[
        tuple[CalendarId, ...], Parameter(Reading.calendar_ids, "Only these.", "calendar_ids[]")
    ]
    include_managed: Annotated[
        bool, Parameter(Reading.flag, "Also events that the application made.")
    ]
    include_deleted: Annotated[
        bool, Parameter(Reading.flag, "Also deleted events, marked as such.")
    ]
    last_modified_ms: Annotated[
        int | None,
        Parameter(Reading.time_ms, "Only what changed then or later.", "last_modified"),
    ]
    localized_times: Annotated[bool, Parameter(Reading.flag, "Times as objects with their zone.")]


@dataclass(frozen=True, slots=True)
class EventsQuery(Query):
    """`GET /v1/events`."""

    only_managed: Annotated[
        bool, Parameter(Reading.flag, "Only events that the application made; needs no scope.")
    ]
    include_moved: Annotated[
        bool, Parameter(Reading.flag, "Also events that ever were in the range.")
    ]
    include_geo: Annotated[bool, Parameter(Reading.flag, "Latitude and longitude of places.")]
    google_event_ids: Annotated[
        bool, Parameter(Reading.flag, "Taken; there is nothing to show yet.")
    ]


@dataclass(frozen=True, slots=True)
class FreeBusyQuery(Query):
    """`GET /v1/free_busy`."""

    include_free: Annotated[
        bool, Parameter(Reading.flag, "Also events that leave the person free.")
    ]
    include_ids: Annotated[bool, Parameter(Reading.flag, "The events' ids.")]


def _parameters(model: type[Any]) -> Mapping[str, Parameter]:
    hints = get_type_hints(model, include_extras=True)
    return {field: hint.__metadata__[0] for field, hint in hints.items()}


PARAMETERS: Mapping[type[Any], Mapping[str, Parameter]] = {
    model: _parameters(model) for model in (EventsQuery, FreeBusyQuery)
}
"""Every parameter of a model, by the name of its field."""


def read(model: type[T], query: QueryParams) -> T:
    """The model filled from a query; raises `Invalid` with everything that is wrong."""
    reading = Reading(query)
    taken = {
        field: each.take(reading, each.name or field) for field, each in PARAMETERS[model].items()
    }
    reading.settle()
    return model(**taken)
