"""Account data."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Account data."""
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("default_tzid", sa.String(length=64), nullable=False),
        sa.Column("change_position", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "calendars",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.String(length=16), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tzid", sa.String(length=64), nullable=True),
        sa.Column("readonly", sa.Boolean(), nullable=False),
        sa.Column("primary_calendar", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("transparent", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("initial_sync_done", sa.Boolean(), nullable=False),
        sa.Column("objects_done", sa.Integer(), nullable=False),
        sa.Column("objects_expected", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.String(length=64), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("longest_s", sa.BigInteger(), nullable=False),
        sa.Column("pulled_ms", sa.BigInteger(), nullable=True),
        sa.Column("changed_ms", sa.BigInteger(), nullable=True),
        sa.Column("rolled_to_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "calendar_id", name=op.f("pk_calendars")),
    )
    op.create_index(
        op.f("ix_calendars_account_id_profile_id"),
        "calendars",
        ["account_id", "profile_id"],
        unique=False,
    )
    op.create_table(
        "changes",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("event_uid", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "position", name=op.f("pk_changes")),
    )
    op.create_table(
        "credentials",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "profile_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "grant_profiles",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "grant_id", "profile_id", name=op.f("pk_grant_profiles")
        ),
    )
    op.create_index(
        op.f("ix_grant_profiles_account_id_profile_id"),
        "grant_profiles",
        ["account_id", "profile_id"],
        unique=False,
    )
    op.create_table(
        "grants",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=64), nullable=False),
        sa.Column("application_id", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "grant_id", name=op.f("pk_grants")),
    )
    op.create_index(
        op.f("ix_grants_account_id_application_id"),
        "grants",
        ["account_id", "application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_grants_application_id_revoked_ms"),
        "grants",
        ["application_id", "revoked_ms"],
        unique=False,
    )
    op.create_table(
        "objects",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("starts_s", sa.BigInteger(), nullable=True),
        sa.Column("ends_s", sa.BigInteger(), nullable=True),
        sa.Column("flags", sa.String(length=120), nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "calendar_id", "key_hash", name=op.f("pk_objects")),
    )
    op.create_table(
        "occurrences",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("event_uid", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recurrence_id", sa.String(length=32), nullable=False),
        sa.Column("start_s", sa.BigInteger(), nullable=False),
        sa.Column("end_s", sa.BigInteger(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("start_tzid", sa.String(length=64), nullable=False),
        sa.Column("end_tzid", sa.String(length=64), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.LargeBinary(), nullable=False),
        sa.Column("lat", sa.String(length=32), nullable=True),
        sa.Column("long", sa.String(length=32), nullable=True),
        sa.Column("location", sa.LargeBinary(), nullable=True),
        sa.Column("free_busy_status", sa.String(length=16), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("updated_s", sa.BigInteger(), nullable=False),
        sa.Column("ever_from_s", sa.BigInteger(), nullable=False),
        sa.Column("ever_to_s", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("application_id", sa.String(length=64), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "calendar_id", "event_uid", name=op.f("pk_occurrences")
        ),
    )
    op.create_index(
        op.f("ix_occurrences_account_id_calendar_id_key_hash"),
        "occurrences",
        ["account_id", "calendar_id", "key_hash"],
        unique=False,
    )
    op.create_index(
        op.f("ix_occurrences_account_id_changed_ms"),
        "occurrences",
        ["account_id", "changed_ms"],
        unique=False,
    )
    op.create_index(
        "ix_occurrences_page",
        "occurrences",
        [
            "account_id",
            "start_s",
            "event_uid",
            "end_s",
            "all_day",
            "calendar_id",
            "deleted",
            "event_id",
            "free_busy_status",
        ],
        unique=False,
    )
    op.create_table(
        "profiles",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("provider_key", sa.String(length=64), nullable=False),
        sa.Column("provider_name", sa.String(length=64), nullable=False),
        sa.Column("provider_service", sa.String(length=64), nullable=False),
        sa.Column("profile_name", sa.String(length=320), nullable=False),
        sa.Column("identity_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("initial_sync_done", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.String(length=64), nullable=False),
        sa.Column("listed_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "profile_id", name=op.f("pk_profiles")),
        sa.UniqueConstraint(
            "account_id", "identity_hash", name=op.f("uq_profiles_account_id_identity_hash")
        ),
    )
    op.create_table(
        "work",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_generation", sa.BigInteger(), nullable=True),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "key", name=op.f("pk_work")),
    )
    op.create_index(
        op.f("ix_work_lane_parked_due_ms"), "work", ["lane", "parked", "due_ms"], unique=False
    )

    if op.get_bind().dialect.name == "postgresql":
        rule = (
            "account_id = current_setting('daygate.account', true) "
            "OR current_setting('daygate.house', true) = 'on' "
        )
        for table in (
            "accounts",
            "grants",
            "grant_profiles",
            "profiles",
            "credentials",
            "calendars",
            "objects",
            "occurrences",
            "changes",
            "work",
        ):
            op.execute(f"CREATE POLICY one_account ON {table} USING ({rule})")
