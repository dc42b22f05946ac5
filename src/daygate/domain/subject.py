"""Who asks: an application, for one account, with what that account granted it."""

from dataclasses import dataclass

from daygate.domain.ids import AccountId, ApplicationId, GrantId


@dataclass(frozen=True, slots=True)
class Subject:
    """The bearer of a live access token. Every query of the API starts from one."""

    account_id: AccountId
    grant_id: GrantId
    application_id: ApplicationId
    scope: str
    """What this token may do: its own scope, cut to what the grant still holds."""
    asked_ms: int
    """When it was asked, by the clock of the store."""
