"""What a developer sees of an account that is connected through their application."""

from dataclasses import dataclass

from daygate.domain.ids import AccountId, ProfileId


@dataclass(frozen=True, slots=True)
class ConnectedProfile:
    """One calendar account behind a grant, and its health."""

    profile_id: ProfileId
    name: str
    service: str
    connected: bool
    synced: bool
    last_fault: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One account; `account_id` is what the API calls `sub`."""

    account_id: AccountId
    scope: str
    since_ms: int
    profiles: tuple[ConnectedProfile, ...]
