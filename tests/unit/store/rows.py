"""Rows that tests of the store begin with."""

from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.profile import Profile


def unsynced(account_id: AccountId, profile_id: ProfileId) -> Profile:
    """A profile that has just been connected."""
    return Profile(
        account_id=account_id,
        profile_id=profile_id,
        provider_key="generic",
        provider_name="caldav",
        provider_service="generic",
        profile_name="somebody@example.org",
        connected=True,
        initial_sync_done=False,
        last_fault="",
        failures=0,
    )
