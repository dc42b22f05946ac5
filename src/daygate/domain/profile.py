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
    """One calendar of a profile, as the API lists it."""

    calendar_id: CalendarId
    profile_id: ProfileId
    name: str
    readonly: bool
    deleted: bool
    primary: bool


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the copy of one calendar stands; `cursor` is the connector's own."""

    calendar_id: CalendarId
    profile_id: ProfileId
    remote_id: str
    tzid: str | None
    cursor: str | None
    fingerprint: str | None
    sweep: int
    failures: int
    deleted: bool
    initial_sync_done: bool
