"""Every table, in two families that are never mixed.

*Directory*: small, not partitioned, looked up by a name or a hash before the account is known.
*Account data*: `account_id` leads every primary and unique key, so that the rows of one person lie
together and can be hash-partitioned; no foreign key, join or transaction spans two accounts.

Moments are `_ms` (milliseconds since 1970 UTC, from the database's clock) or `_s` (whole seconds,
for event times). Ids are made by the application. Random secrets are stored as SHA-256 (`_hash`,
32 bytes); what is needed back is AES-256-GCM (`_sealed`).
"""

from daygate.store.account_data import (
    accounts,
    calendars,
    changes,
    credentials,
    grant_profiles,
    grants,
    objects,
    occurrences,
    profiles,
    work,
)
from daygate.store.columns import metadata
from daygate.store.directory import (
    access_tokens,
    application_logos,
    application_secrets,
    applications,
    audit,
    authorizations,
    browsers,
    codes,
    facts,
    identities,
    limits,
    link_tokens,
    recent_calls,
    redirect_uris,
    refresh_tokens,
    sessions,
    users,
    verifications,
)

DIRECTORY = (
    facts,
    users,
    sessions,
    browsers,
    applications,
    application_secrets,
    application_logos,
    redirect_uris,
    verifications,
    authorizations,
    codes,
    access_tokens,
    refresh_tokens,
    link_tokens,
    identities,
    limits,
    recent_calls,
    audit,
)
ACCOUNT_DATA = (
    accounts,
    grants,
    grant_profiles,
    profiles,
    credentials,
    calendars,
    objects,
    occurrences,
    changes,
    work,
)

__all__ = [
    "ACCOUNT_DATA",
    "DIRECTORY",
    "access_tokens",
    "accounts",
    "application_logos",
    "application_secrets",
    "applications",
    "audit",
    "authorizations",
    "browsers",
    "calendars",
    "changes",
    "codes",
    "credentials",
    "facts",
    "grant_profiles",
    "grants",
    "identities",
    "limits",
    "link_tokens",
    "metadata",
    "objects",
    "occurrences",
    "profiles",
    "recent_calls",
    "redirect_uris",
    "refresh_tokens",
    "sessions",
    "users",
    "verifications",
    "work",
]
