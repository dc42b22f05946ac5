"""Account data: everything of one person, `account_id` leading every primary and unique key."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from daygate.store.columns import identifier, metadata, moment_ms, sha256, yes_no

accounts = Table(
    "accounts",
    metadata,
    identifier("account_id", primary=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=True),
    Column("default_tzid", String(64), nullable=False, default="Etc/UTC"),
    Column("change_position", BigInteger, nullable=False, default=0),
    moment_ms("created_ms"),
)
"""`change_position` is the last position given out in this account's `changes`."""

grants = Table(
    "grants",
    metadata,
    identifier("account_id", primary=True),
    identifier("grant_id", primary=True),
    identifier("application_id"),
    Column("scope", Text, nullable=False),
    moment_ms("created_ms"),
    moment_ms("revoked_ms", nullable=True),
    Index(None, "account_id", "application_id"),
    Index(None, "application_id", "revoked_ms"),
)

grant_profiles = Table(
    "grant_profiles",
    metadata,
    identifier("account_id", primary=True),
    identifier("grant_id", primary=True),
    identifier("profile_id", primary=True),
    Index(None, "account_id", "profile_id"),
)

profiles = Table(
    "profiles",
    metadata,
    identifier("account_id", primary=True),
    identifier("profile_id", primary=True),
    identifier("provider_key"),
    Column("provider_name", String(64), nullable=False),
    Column("provider_service", String(64), nullable=False),
    Column("profile_name", String(320), nullable=False),
    sha256("identity_hash"),
    Column("facts", Text, nullable=False, default="{}"),
    yes_no("connected", default=True),
    yes_no("initial_sync_done"),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_fault", String(64), nullable=False, default=""),
    moment_ms("listed_ms", nullable=True),
    moment_ms("created_ms"),
    UniqueConstraint("account_id", "identity_hash"),
)

credentials = Table(
    "credentials",
    metadata,
    identifier("account_id", primary=True),
    identifier("profile_id", primary=True),
    Column("secret_sealed", LargeBinary, nullable=False),
    moment_ms("stored_ms"),
)

calendars = Table(
    "calendars",
    metadata,
    identifier("account_id", primary=True),
    identifier("calendar_id", primary=True),
    identifier("profile_id"),
    Column("remote_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("color", String(16), nullable=True),
    Column("position", Integer, nullable=False, default=0),
    Column("tzid", String(64), nullable=True),
    yes_no("readonly"),
    yes_no("primary_calendar"),
    yes_no("deleted"),
    yes_no("transparent"),
    Column("fingerprint", Text, nullable=True),
    Column("cursor", Text, nullable=True),
    Column("sweep", Integer, nullable=False, default=0),
    yes_no("initial_sync_done"),
    Column("objects_done", Integer, nullable=False, default=0),
    Column("objects_expected", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_fault", String(64), nullable=False, default=""),
    Column("skipped", Integer, nullable=False, default=0),
    Column("longest_s", BigInteger, nullable=False, default=0),
    moment_ms("pulled_ms", nullable=True),
    moment_ms("changed_ms", nullable=True),
    Column("rolled_to_s", BigInteger, nullable=True),
    Index(None, "account_id", "profile_id"),
)
"""`longest_s` is the longest occurrence ever served: how far before a window a read must look."""

objects = Table(
    "objects",
    metadata,
    identifier("account_id", primary=True),
    identifier("calendar_id", primary=True),
    sha256("key_hash", primary=True),
    Column("key", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    sha256("raw_hash"),
    yes_no("recurring"),
    Column("starts_s", BigInteger, nullable=True),
    Column("ends_s", BigInteger, nullable=True),
    Column("flags", String(120), nullable=False, default=""),
    Column("sweep", Integer, nullable=False),
    Column("broken", Text, nullable=False, default=""),
)
"""The stored truth: each calendar object as the service gave it.

`starts_s` and `ends_s` bound an object that does not recur, so that a read or a roll of the window
finds it without reading it. `sweep` is the last full listing that saw it.
"""

occurrences = Table(
    "occurrences",
    metadata,
    identifier("account_id", primary=True),
    identifier("calendar_id", primary=True),
    identifier("event_uid", primary=True),
    sha256("key_hash"),
    Column("recurrence_id", String(32), nullable=False, default=""),
    Column("start_s", BigInteger, nullable=False),
    Column("end_s", BigInteger, nullable=False),
    yes_no("all_day"),
    Column("start_tzid", String(64), nullable=False),
    Column("end_tzid", String(64), nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("tail", LargeBinary, nullable=False),
    Column("lat", String(32), nullable=True),
    Column("long", String(32), nullable=True),
    Column("location", LargeBinary, nullable=True),
    Column("free_busy_status", String(16), nullable=False),
    yes_no("recurring"),
    yes_no("invited"),
    yes_no("deleted"),
    Column("created_s", BigInteger, nullable=False),
    Column("updated_s", BigInteger, nullable=False),
    Column("ever_from_s", BigInteger, nullable=False),
    Column("ever_to_s", BigInteger, nullable=False),
    Column("event_id", Text, nullable=True),
    identifier("application_id", nullable=True),
    sha256("body_hash"),
    moment_ms("changed_ms"),
    # The order of pages, then what counting them asks: a count touches no row.
    Index("ix_occurrences_page", "account_id", "start_s", "event_uid", "end_s", "all_day",
          "calendar_id", "deleted", "event_id", "free_busy_status"),
    Index(None, "account_id", "calendar_id", "key_hash"),
    Index(None, "account_id", "changed_ms"),
)  # fmt: skip
"""The served copy: one row per occurrence of the window, with the bytes equal for all readers.

`head` is the answer's opening with all that is the same for every reader; `tail` its plain times
and location, replaced when a reader asks for local times or positions. `ever_from_s` and
`ever_to_s` are the hull of every time the occurrence ever had. Rows of deleted occurrences stay,
marked, for delta readers.
"""

changes = Table(
    "changes",
    metadata,
    identifier("account_id", primary=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    identifier("calendar_id"),
    identifier("event_uid"),
    Column("kind", String(16), nullable=False),
    moment_ms("at_ms"),
)
"""The ordered log of what readers can notice, written in the same call that saves an occurrence."""

work = Table(
    "work",
    metadata,
    identifier("account_id", primary=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("lane", String(16), nullable=False),
    moment_ms("due_ms"),
    Column("generation", BigInteger, nullable=False, default=1),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claim", String(32), nullable=True),
    Column("claimed_generation", BigInteger, nullable=True),
    yes_no("parked"),
    Column("reason", Text, nullable=False, default=""),
    moment_ms("created_ms"),
    Index(None, "lane", "parked", "due_ms"),
)
"""One row per thing that needs attention; duplicates collapse on the primary key.

`claim` names the run that holds the row until `due_ms`; no claim means that it waits.
"""
