"""The directory: small tables looked up by a name or a hash before the account is known."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from daygate.store.columns import identifier, metadata, moment_ms, sha256, yes_no

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
    identifier("user_id", primary=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", Text, nullable=False),
    yes_no("operator"),
    moment_ms("created_ms"),
    moment_ms("disabled_ms", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    sha256("session_hash", primary=True),
    identifier("user_id"),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    moment_ms("created_ms"),
    moment_ms("seen_ms"),
    moment_ms("expires_ms"),
    Index(None, "user_id"),
)
"""A developer signed in to the dashboard; the CSRF token is derived from the session's secret."""

browsers = Table(
    "browsers",
    metadata,
    sha256("browser_hash", primary=True),
    identifier("account_id"),
    moment_ms("created_ms"),
    moment_ms("seen_ms"),
    moment_ms("expires_ms"),
    Index(None, "account_id"),
)
"""A person's browser, signed in to an account by having connected one of its calendars."""

applications = Table(
    "applications",
    metadata,
    identifier("application_id", primary=True),
    Column("client_id", String(64), nullable=False, unique=True),
    identifier("owner_id"),
    Column("name", String(200), nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("contact_email", String(320), nullable=False, default=""),
    Column("contact_name", String(200), nullable=False, default=""),
    yes_no("verified"),
    Column("token_shape", String(16), nullable=False, default="nested"),
    Column("refresh_mode", String(16), nullable=False, default="same"),
    yes_no("require_pkce"),
    Column("access_token_life_s", Integer, nullable=False, default=3600),
    yes_no("host_wildcards"),
    moment_ms("created_ms"),
    moment_ms("disabled_ms", nullable=True),
    Index(None, "owner_id"),
)

application_secrets = Table(
    "application_secrets",
    metadata,
    identifier("secret_id", primary=True),
    identifier("application_id"),
    sha256("secret_hash"),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("hint", String(8), nullable=False),
    moment_ms("created_ms"),
    moment_ms("used_ms", nullable=True),
    moment_ms("retires_ms", nullable=True),
    UniqueConstraint("secret_hash"),
    Index(None, "application_id"),
)

application_logos = Table(
    "application_logos",
    metadata,
    identifier("application_id", primary=True),
    sha256("logo_hash"),
    Column("media_type", String(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
    moment_ms("stored_ms"),
)

redirect_uris = Table(
    "redirect_uris",
    metadata,
    identifier("application_id", primary=True),
    sha256("uri_hash", primary=True),
    Column("uri", Text, nullable=False),
    Column("state", String(16), nullable=False, default="pending"),
    moment_ms("created_ms"),
    moment_ms("decided_ms", nullable=True),
)

verifications = Table(
    "verifications",
    metadata,
    identifier("verification_id", primary=True),
    identifier("application_id"),
    Column("contact_email", String(320), nullable=False),
    Column("contact_name", String(200), nullable=False),
    Column("state", String(16), nullable=False, default="pending"),
    Column("reason", Text, nullable=False, default=""),
    identifier("decided_by", nullable=True),
    moment_ms("created_ms"),
    moment_ms("decided_ms", nullable=True),
    Index(None, "application_id"),
    Index(None, "state", "created_ms"),
)

authorizations = Table(
    "authorizations",
    metadata,
    sha256("authorization_hash", primary=True),
    sha256("browser_key_hash"),
    identifier("application_id"),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("state", Text, nullable=False),
    yes_no("state_given"),
    Column("code_challenge", String(128), nullable=True),
    identifier("provider_key", nullable=True),
    yes_no("avoid_linking"),
    Column("locale", String(16), nullable=False, default=""),
    identifier("link_account_id", nullable=True),
    identifier("account_id", nullable=True),
    identifier("profile_id", nullable=True),
    Column("outcome", Text, nullable=True),
    moment_ms("created_ms"),
    moment_ms("expires_ms"),
    Index(None, "profile_id"),
    Index(None, "expires_ms"),
)
"""An authorization request while a person decides: the server's own copy, which no form can change.

`browser_key_hash` binds it to the browser that started it. `outcome` is the Location once settled.
"""

codes = Table(
    "codes",
    metadata,
    sha256("code_hash", primary=True),
    identifier("account_id"),
    identifier("grant_id"),
    identifier("application_id"),
    identifier("profile_id"),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("code_challenge", String(128), nullable=True),
    moment_ms("created_ms"),
    moment_ms("expires_ms"),
    moment_ms("used_ms", nullable=True),
    moment_ms("burnt_ms", nullable=True),
    Index(None, "expires_ms"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    sha256("token_hash", primary=True),
    identifier("account_id"),
    identifier("grant_id"),
    identifier("application_id"),
    Column("scope", Text, nullable=False),
    sha256("code_hash", nullable=True),
    moment_ms("created_ms"),
    moment_ms("expires_ms"),
    Index(None, "grant_id"),
    Index(None, "code_hash"),
    Index(None, "expires_ms"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    sha256("token_hash", primary=True),
    identifier("account_id"),
    identifier("grant_id"),
    identifier("application_id"),
    Column("scope", Text, nullable=False),
    sha256("code_hash", nullable=True),
    sha256("family_hash"),
    Column("generation", Integer, nullable=False, default=0),
    moment_ms("created_ms"),
    moment_ms("used_ms", nullable=True),
    moment_ms("superseded_ms", nullable=True),
    Column("successor_sealed", LargeBinary, nullable=True),
    Column("grace_uses", SmallInteger, nullable=False, default=0),
    moment_ms("revoked_ms", nullable=True),
    Index(None, "grant_id"),
    Index(None, "code_hash"),
    Index(None, "family_hash"),
)

link_tokens = Table(
    "link_tokens",
    metadata,
    sha256("token_hash", primary=True),
    identifier("account_id"),
    identifier("application_id"),
    moment_ms("expires_ms"),
    moment_ms("used_ms", nullable=True),
)

identities = Table(
    "identities",
    metadata,
    sha256("identity_hash", primary=True),
    identifier("account_id", primary=True),
    identifier("profile_id"),
    Index(None, "profile_id"),
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

recent_calls = Table(
    "recent_calls",
    metadata,
    identifier("process_id", primary=True),
    identifier("application_id", primary=True),
    Column("of_second", Integer, nullable=False),
    Column("of_minute", Integer, nullable=False),
    moment_ms("told_ms"),
    Index(None, "application_id"),
)
"""What each API process has let through of late, as it tells the others every second."""

audit = Table(
    "audit",
    metadata,
    identifier("entry_id", primary=True),
    Column("position", BigInteger, nullable=False, unique=True),
    moment_ms("at_ms"),
    Column("actor", String(80), nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", String(64), nullable=False),
    sha256("chain_hash"),
    Index(None, "subject", "at_ms"),
)
"""Append-only; each entry's hash covers the entry before it."""
