"""Every knob, read once from `DAYGATE_*` and `daygate.toml`; a bad one stops the boot."""

import ipaddress
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


class Settings(BaseSettings):
    """The settings of one process. Environment variables win over `daygate.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="DAYGATE_", frozen=True, extra="ignore", toml_file="daygate.toml"
    )

    profile: Literal["production", "dev"] = Field(
        "production",
        description="`dev` lets Daygate reach loopback addresses and binds to loopback only.",
    )
    data_dir: Path = Field(
        Path("var"), description="Where the SQLite database and a generated key ring live."
    )
    database_url: str | None = Field(
        None, description="`postgresql://...`; absent means SQLite in the data directory."
    )
    database_pool: int = Field(
        10, ge=1, le=200, description="Connections for reads, and as many for writes."
    )
    row_security: Literal["on", "off"] = Field(
        "off",
        description="`on`: PostgreSQL itself shows a transaction the rows of one account alone; "
        "needs `daygate migrate` and a role that is no superuser.",
    )
    secret_keys: SecretStr | None = Field(
        None,
        description="Key ring: comma-separated base64url keys of 32 bytes, the first one writes. "
        "On SQLite one is generated into the data directory; PostgreSQL refuses to start without.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8040, ge=0, le=65535, description="Port to listen on.")
    public_url: str | None = Field(
        None,
        description="What people and applications type: issuer, pages. Default: host and port.",
    )
    api_url: str | None = Field(None, description="Host of the API if it has its own name.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)] = (
        Field((), description="Proxies whose `X-Forwarded-*` headers are believed.")
    )
    allow_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_comma_separated)] = (
        Field((), description="Private networks (CIDR) that calendars may be reached on.")
    )
    poll_s: int = Field(
        60, ge=5, le=86_400, description="Shortest seconds between two looks at a calendar."
    )
    poll_quiet_s: int = Field(
        900, ge=5, le=86_400, description="Seconds between looks at a calendar nobody watches."
    )
    window_past_days: int = Field(42, ge=1, le=400, description="Days served behind today.")
    window_ahead_days: int = Field(201, ge=1, le=700, description="Days served ahead of today.")
    code_ttl_s: int = Field(300, ge=10, le=600, description="Life of an authorization code.")
    access_token_ttl_s: int = Field(
        3600, ge=60, le=86_400, description="Life of an access token of a new application."
    )
    unverified_accounts: int = Field(
        20, ge=1, description="Accounts an application may connect before it is verified."
    )
    sign_up: Literal["open", "closed"] = Field(
        "open", description="Whether developers may register themselves."
    )
    api_per_s: int = Field(
        50, ge=1, description="API calls per second and application, over all processes."
    )
    api_per_min: int = Field(
        500, ge=1, description="API calls per minute and application, over all processes."
    )
    sandbox_url: str | None = Field(
        None, description="Address of a sandbox to offer as a calendar service (dev only)."
    )
    log_format: Literal["json", "console"] = Field("json", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe lines written."
    )

    @field_validator("public_url", "api_url", "sandbox_url")
    @classmethod
    def _origin_only(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError("must be an http(s) address such as https://daygate.example.org")
        return value.rstrip("/")

    @property
    def app_url(self) -> str:
        """The public address without a trailing slash; also the issuer (RFC 8414)."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def api_base_url(self) -> str:
        """The API's address without a trailing slash."""
        return self.api_url or self.app_url

    @property
    def store_url(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'daygate.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then secrets in files, then `daygate.toml`."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, file_secret_settings, toml
