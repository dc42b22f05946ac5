"""The provider door: what the rest of the house may know about a calendar service.

Everything that crosses it is ours: no vendor JSON, no XML, no rows. A connector raises `Fault`s and
nothing else. Ask what a provider *can*, never who it *is*.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import NewType, Protocol

from daygate.domain.moments import Window

Cursor = NewType("Cursor", str)
"""Opaque text owned by the connector; the house only stores it and hands it back."""


class Can(Flag):
    """Abilities beyond listing calendars and reading events, which every provider has."""

    NOTHING = 0
    WRITE = auto()
    MAKE_CALENDAR = auto()
    RSVP = auto()
    DELTA = auto()
    WATCH = auto()


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar as the service lists it. `remote_id` never changes while the calendar lives.

    `fingerprint` changes whenever anything in the calendar may have changed (sync token or ctag);
    None when the service offers neither, so that every look must be a pull.
    """

    remote_id: str
    name: str
    readonly: bool
    primary: bool
    color: str | None = None
    order: int = 0
    tzid: str | None = None
    transparent: bool = False
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """One stored calendar object: iCalendar text as the service gave it.

    `key` is the object's name at the service, `revision` its etag (normalised, strong).
    """

    key: str
    revision: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A step of reading changes.

    `removed` are keys gone at the service. `cursor` stands on the last page only. `complete` marks
    the last page of a full listing, so that every stored key not among those seen is gone.
    `unchanged` are keys seen in a full listing whose stored revision still holds. `done` and
    `expected` are object counts, for progress.
    """

    objects: Sequence[RemoteObject] = ()
    removed: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    cursor: Cursor | None = None
    complete: bool = False
    done: int = 0
    expected: int = 0


Known = Callable[[], Awaitable[Mapping[str, str]]]
"""Asks the house for what it holds of a calendar: key -> revision."""


class Connector(Protocol):
    """A live conversation with one person's calendar account; raises only `Fault`s."""

    async def calendars(self) -> Sequence[RemoteCalendar]:
        """Every calendar that can hold events, once each."""

    def changes(
        self, remote_id: str, since: Cursor | None, first: Window | None, known: Known
    ) -> AsyncIterator[Page]:
        """Pages of changes after `since`; with None a full listing.

        `first`: in a full listing, objects touching this window come on the first pages.
        """

    async def close(self) -> None:
        """Let go of connections; never raises."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What opens the account again. `secret` is stored encrypted and is never shown.

    `identity` names the account for ever: it is stated by what answered to these credentials, never
    by what a server claims about itself. `facts` are what a probe found, kept with the profile.
    """

    identity: str
    profile_name: str
    secret: Mapping[str, str] = field(repr=False)
    facts: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a password form."""

    name: str
    label: str
    kind: str = "text"  # text, email, password, url
    required: bool = True
    hint: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A page to ask the person for credentials; texts are message keys or plain English."""

    fields: tuple[Field, ...]
    intro: str = ""
    help_url: str | None = None
    help_text: str = ""


class Door(Protocol):
    """How a person lets us in."""

    def begin(self) -> Form:
        """What to ask the person."""

    async def finish(self, answer: Mapping[str, str]) -> Credential:
        """Try the answer at the service. Raises a `Fault` whose reason a page can explain."""


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """All that the rest of the house sees of a provider.

    `name` and `service` are the API's `provider_name` and `provider_service`; `key` is unique among
    the specs and is what `?provider_name=` and `daygate connect --provider` take.
    """

    key: str
    name: str
    service: str
    label: str
    can: Can
    door: Door
    open: Callable[[Mapping[str, str], Mapping[str, str]], Connector]
    """(secret, facts) of a stored credential -> a connector."""
    learns: Callable[[Cursor], str]
    """In plain words, how changes are learned from where a cursor stands."""
    verified: bool = True
    popular: bool = False
    domains: tuple[str, ...] = ()
