"""Every table, in two families that are never mixed.

*Directory*: small, not partitioned, looked up by a name or a hash before the account is known.
*Account data*: `account_id` leads every primary and unique key, so that the rows of one person lie
together and can be hash-partitioned; no foreign key, join or transaction spans two accounts.

Moments are `_ms` (milliseconds since 1970 UTC, from the database's clock) or `_s` (whole seconds,
for event times). Ids are made by the application. Random secrets are stored as SHA-256 (`_hash`,
32 bytes); what is needed back is AES-256-GCM (`_sealed`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str, *, primary: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), primary_key=primary, nullable=nullable and not primary)


def _hash(name: str, *, primary: bool = False, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(32), primary_key=primary, nullable=nullable and not primary)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _yes(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=default)


# --- Directory -----------------------------------------------------------------------------------

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What an installation knows of itself, such as the check value of its key ring."""

users = Table(
    "users",
    metadata,
    _id("user_id", primary=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", Text, nullable=False),
    _yes("operator"),
    _ms("created_ms"),
    _ms("disabled_ms", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    _hash("session_hash", primary=True),
    _id("user_id"),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    _ms("created_ms"),
    _ms("seen_ms"),
    _ms("expires_ms"),
    Index(None, "user_id"),
)
"""A developer signed in to the dashboard; the CSRF token is derived from the session's secret."""

browsers = Table(
    "browsers",
    metadata,
    _hash("browser_hash", primary=True),
    _id("account_id"),
    _ms("created_ms"),
    _ms("seen_ms"),
    _ms("expires_ms"),
    Index(None, "account_id"),
)
"""A person's browser, signed in to an account by having connected one of its calendars."""

applications = Table(
    "applications",
    metadata,
    _id("application_id", primary=True),
    Column("client_id", String(64), nullable=False, unique=True),
    _id("owner_id"),
    Column("name", String(200), nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("contact_email", String(320), nullable=False, default=""),
    Column("contact_name", String(200), nullable=False, default=""),
    _yes("verified"),
    Column("token_shape", String(16), nullable=False, default="nested"),
    Column("refresh_mode", String(16), nullable=False, default="same"),
    _yes("require_pkce"),
    Column("access_token_life_s", Integer, nullable=False, default=3600),
    _yes("host_wildcards"),
    _ms("created_ms"),
    _ms("disabled_ms", nullable=True),
    Index(None, "owner_id"),
)

application_secrets = Table(
    "application_secrets",
    metadata,
    _id("secret_id", primary=True),
    _id("application_id"),
    _hash("secret_hash"),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("hint", String(8), nullable=False),
    _ms("created_ms"),
    _ms("used_ms", nullable=True),
    _ms("retires_ms", nullable=True),
    UniqueConstraint("secret_hash"),
    Index(None, "application_id"),
)

redirect_uris = Table(
    "redirect_uris",
    metadata,
    _id("application_id", primary=True),
    _hash("uri_hash", primary=True),
    Column("uri", Text, nullable=False),
    Column("state", String(16), nullable=False, default="pending"),
    _ms("created_ms"),
    _ms("decided_ms", nullable=True),
)

verifications = Table(
    "verifications",
    metadata,
    _id("verification_id", primary=True),
    _id("application_id"),
    Column("contact_email", String(320), nullable=False),
    Column("contact_name", String(200), nullable=False),
    Column("state", String(16), nullable=False, default="pending"),
    Column("reason", Text, nullable=False, default=""),
    _id("decided_by", nullable=True),
    _ms("created_ms"),
    _ms("decided_ms", nullable=True),
    Index(None, "application_id"),
    Index(None, "state", "created_ms"),
)

authorizations = Table(
    "authorizations",
    metadata,
    _hash("authorization_hash", primary=True),
    _hash("browser_key_hash"),
    _id("application_id"),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("state", Text, nullable=False),
    _yes("state_given"),
    Column("code_challenge", String(128), nullable=True),
    _id("provider_key", nullable=True),
    _yes("avoid_linking"),
    Column("locale", String(16), nullable=False, default=""),
    _id("link_account_id", nullable=True),
    _id("account_id", nullable=True),
    _id("profile_id", nullable=True),
    Column("outcome", Text, nullable=True),
    _ms("created_ms"),
    _ms("expires_ms"),
)
"""An authorization request while a person decides: the server's own copy, which no form can change.

`browser_key_hash` binds it to the browser that started it. `outcome` is the Location once settled.
"""

codes = Table(
    "codes",
    metadata,
    _hash("code_hash", primary=True),
    _id("account_id"),
    _id("grant_id"),
    _id("application_id"),
    _id("profile_id"),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("code_challenge", String(128), nullable=True),
    _ms("created_ms"),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
    _ms("burnt_ms", nullable=True),
    Index(None, "expires_ms"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    _hash("token_hash", primary=True),
    _id("account_id"),
    _id("grant_id"),
    _id("application_id"),
    Column("scope", Text, nullable=False),
    _hash("code_hash", nullable=True),
    _ms("created_ms"),
    _ms("expires_ms"),
    Index(None, "grant_id"),
    Index(None, "code_hash"),
    Index(None, "expires_ms"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    _hash("token_hash", primary=True),
    _id("account_id"),
    _id("grant_id"),
    _id("application_id"),
    Column("scope", Text, nullable=False),
    _hash("code_hash", nullable=True),
    _hash("family_hash"),
    Column("generation", Integer, nullable=False, default=0),
    _ms("created_ms"),
    _ms("used_ms", nullable=True),
    _ms("superseded_ms", nullable=True),
    Column("successor_sealed", LargeBinary, nullable=True),
    Column("grace_uses", SmallInteger, nullable=False, default=0),
    _ms("revoked_ms", nullable=True),
    Index(None, "grant_id"),
    Index(None, "code_hash"),
    Index(None, "family_hash"),
)

link_tokens = Table(
    "link_tokens",
    metadata,
    _hash("token_hash", primary=True),
    _id("account_id"),
    _id("application_id"),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
)

identities = Table(
    "identities",
    metadata,
    _hash("identity_hash", primary=True),
    _id("account_id", primary=True),
    _id("profile_id"),
)
"""SHA-256 of (provider, identity at the service) -> the accounts that hold it."""

limits = Table(
    "limits",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("window_ms", BigInteger, primary_key=True),
    Column("used", Integer, nullable=False),
)
"""Durable counters of attempts; shared by every process, kept over restarts."""

audit = Table(
    "audit",
    metadata,
    _id("entry_id", primary=True),
    Column("position", BigInteger, nullable=False, unique=True),
    _ms("at_ms"),
    Column("actor", String(80), nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", String(64), nullable=False),
    _hash("chain_hash"),
    Index(None, "subject", "at_ms"),
)
"""Append-only; each entry's hash covers the entry before it."""

# --- Account data --------------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    _id("account_id", primary=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=True),
    Column("default_tzid", String(64), nullable=False, default="Etc/UTC"),
    _ms("created_ms"),
)

grants = Table(
    "grants",
    metadata,
    _id("account_id", primary=True),
    _id("grant_id", primary=True),
    _id("application_id"),
    Column("scope", Text, nullable=False),
    _ms("created_ms"),
    _ms("revoked_ms", nullable=True),
    Index(None, "account_id", "application_id"),
    Index(None, "application_id", "revoked_ms"),
)

grant_profiles = Table(
    "grant_profiles",
    metadata,
    _id("account_id", primary=True),
    _id("grant_id", primary=True),
    _id("profile_id", primary=True),
    Index(None, "account_id", "profile_id"),
)

profiles = Table(
    "profiles",
    metadata,
    _id("account_id", primary=True),
    _id("profile_id", primary=True),
    _id("provider_key"),
    Column("provider_name", String(64), nullable=False),
    Column("provider_service", String(64), nullable=False),
    Column("profile_name", String(320), nullable=False),
    _hash("identity_hash"),
    Column("facts", Text, nullable=False, default="{}"),
    _yes("connected", default=True),
    _yes("initial_sync_done"),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_fault", String(64), nullable=False, default=""),
    _ms("listed_ms", nullable=True),
    _ms("created_ms"),
    UniqueConstraint("account_id", "identity_hash"),
)

credentials = Table(
    "credentials",
    metadata,
    _id("account_id", primary=True),
    _id("profile_id", primary=True),
    Column("secret_sealed", LargeBinary, nullable=False),
    _ms("stored_ms"),
)

calendars = Table(
    "calendars",
    metadata,
    _id("account_id", primary=True),
    _id("calendar_id", primary=True),
    _id("profile_id"),
    Column("remote_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("color", String(16), nullable=True),
    Column("position", Integer, nullable=False, default=0),
    Column("tzid", String(64), nullable=True),
    _yes("readonly"),
    _yes("primary_calendar"),
    _yes("deleted"),
    _yes("transparent"),
    Column("fingerprint", Text, nullable=True),
    Column("cursor", Text, nullable=True),
    Column("sweep", Integer, nullable=False, default=0),
    _yes("initial_sync_done"),
    Column("objects_done", Integer, nullable=False, default=0),
    Column("objects_expected", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_fault", String(64), nullable=False, default=""),
    Column("skipped", Integer, nullable=False, default=0),
    _ms("pulled_ms", nullable=True),
    _ms("changed_ms", nullable=True),
    Column("rolled_to_s", BigInteger, nullable=True),
    Index(None, "account_id", "profile_id"),
)

objects = Table(
    "objects",
    metadata,
    _id("account_id", primary=True),
    _id("calendar_id", primary=True),
    _hash("key_hash", primary=True),
    Column("key", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    _hash("raw_hash"),
    _yes("recurring"),
    Column("flags", String(120), nullable=False, default=""),
    Column("sweep", Integer, nullable=False),
    Column("broken", Text, nullable=False, default=""),
)
"""The stored truth: each calendar object as the service gave it."""

occurrences = Table(
    "occurrences",
    metadata,
    _id("account_id", primary=True),
    _id("calendar_id", primary=True),
    _id("event_uid", primary=True),
    _hash("key_hash"),
    Column("recurrence_id", String(32), nullable=False, default=""),
    Column("start_s", BigInteger, nullable=False),
    Column("end_s", BigInteger, nullable=False),
    _yes("all_day"),
    Column("start_tzid", String(64), nullable=False),
    Column("end_tzid", String(64), nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("tail", LargeBinary, nullable=False),
    Column("lat", String(32), nullable=True),
    Column("long", String(32), nullable=True),
    Column("location", LargeBinary, nullable=True),
    Column("free_busy_status", String(16), nullable=False),
    _yes("recurring"),
    _yes("invited"),
    _yes("deleted"),
    Column("ever_from_s", BigInteger, nullable=False),
    Column("ever_to_s", BigInteger, nullable=False),
    Column("event_id", Text, nullable=True),
    _id("application_id", nullable=True),
    _hash("body_hash"),
    Column("created_s", BigInteger, nullable=False),
    _ms("changed_ms"),
    Index(None, "account_id", "start_s", "event_uid"),
    Index(None, "account_id", "calendar_id", "key_hash"),
    Index(None, "account_id", "changed_ms"),
)
"""The served copy: one row per occurrence of the window, with the bytes equal for all readers.

An answer is `head`, spliced columns, `tail`. `ever_from_s` and `ever_to_s` are the hull of every
time the occurrence ever had. Rows of deleted occurrences stay, marked, for delta readers.
"""

changes = Table(
    "changes",
    metadata,
    _id("account_id", primary=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    _id("calendar_id"),
    _id("event_uid"),
    Column("kind", String(16), nullable=False),
    _ms("at_ms"),
)
"""The ordered log of what readers can notice, written in the same call that saves an occurrence."""

work = Table(
    "work",
    metadata,
    _id("account_id", primary=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("lane", String(16), nullable=False),
    _ms("due_ms"),
    Column("generation", BigInteger, nullable=False, default=1),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claim", String(32), nullable=True),
    Column("claimed_generation", BigInteger, nullable=True),
    _yes("parked"),
    Column("reason", Text, nullable=False, default=""),
    _ms("created_ms"),
    Index(None, "lane", "parked", "due_ms"),
)
"""One row per thing that needs attention; duplicates collapse on the primary key.

`claim` names the run that holds the row until `due_ms`; no claim means that it waits.
"""

DIRECTORY = (
    facts, users, sessions, browsers, applications, application_secrets, redirect_uris,
    verifications, authorizations, codes, access_tokens, refresh_tokens, link_tokens, identities,
    limits, audit,
)  # fmt: skip
ACCOUNT_DATA = (
    accounts, grants, grant_profiles, profiles, credentials, calendars, objects, occurrences,
    changes, work,
)  # fmt: skip
