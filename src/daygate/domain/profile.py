"""A calendar account as the house knows it: whose, at which service, how it is."""

from dataclasses import dataclass

from daygate.domain.ids import AccountId, CalendarId, ProfileId


@dataclass(frozen=True, slots=True)
class Account:
    """A person, as far as their calendars tell."""

    account_id: AccountId
    name: str
    email: str | None
    default_tzid: str


@dataclass(frozen=True, slots=True)
class ProfileBrief:
    """What a token answer says of the profile just linked."""

    profile_id: ProfileId
    profile_name: str
    provider_name: str
    provider_service: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One connected calendar account."""

    account_id: AccountId
    profile_id: ProfileId
    provider_key: str
    provider_name: str
    provider_service: str
    profile_name: str
    connected: bool
    initial_sync_done: bool
    last_fault: str
    failures: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar as the API lists it, with the profile it belongs to."""

    calendar_id: CalendarId
    name: str
    readonly: bool
    deleted: bool
    primary: bool
    profile_id: ProfileId
    profile_name: str
    provider_name: str


@dataclass(frozen=True, slots=True)
class ListedCalendar:
    """One calendar as its service lists it now, under the id it has here."""

    calendar_id: CalendarId
    remote_id: str
    name: str
    color: str | None
    position: int
    tzid: str | None
    readonly: bool
    primary: bool
    transparent: bool


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the copy of one calendar stands; `cursor` is the connector's own.

    `sweep` counts full listings. `rolled_to_s` is how far ahead occurrences are materialised.
    """

    calendar_id: CalendarId
    profile_id: ProfileId
    remote_id: str
    name: str
    tzid: str | None
    cursor: str | None
    fingerprint: str | None
    sweep: int
    failures: int
    last_fault: str
    deleted: bool
    initial_sync_done: bool
    objects_done: int
    objects_expected: int
    pulled_ms: int | None
    changed_ms: int | None
    rolled_to_s: int | None
