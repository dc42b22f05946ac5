"""What a developer sees of an account that is connected through their application."""

from dataclasses import dataclass

from daygate.domain.ids import AccountId, ProfileId


@dataclass(frozen=True, slots=True)
class ConnectedProfile:
    """One calendar account behind a grant, and its health.

    `cursors` of its `calendars` have been read to the end once. `next_ms` is None while no look is
    planned.
    """

    profile_id: ProfileId
    name: str
    service: str
    connected: bool
    synced: bool
    last_fault: str
    calendars: int
    cursors: int
    looked_ms: int | None
    changed_ms: int | None
    next_ms: int | None


@dataclass(frozen=True, slots=True)
class Connection:
    """One account; `account_id` is what the API calls `sub`."""

    account_id: AccountId
    scope: str
    since_ms: int
    profiles: tuple[ConnectedProfile, ...]
