"""The table of services that a password opens: `presets.toml`, checked and frozen."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

AppPassword = Literal["yes", "2fa", "no"]
# What generated passwords look like once their separators are gone: at least 16 small letters
# and digits (Apple, Yahoo, Yandex, Fastmail). People's own passwords seldom do.
_GENERATED = re.compile(r"[a-z0-9]{16,}")
_SEPARATORS = str.maketrans("", "", "- ")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """Where facts of a row come from, and when they were seen; no `facts` means all of them."""

    what: str
    seen: str = Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?|unknown)$")
    facts: tuple[Literal["address", "login", "password", "quirks"], ...] = ()


class Quirks(_Frozen):
    """How a server departs from the RFCs; `unknown` where nobody has looked."""

    sync: Literal["full", "fragile", "none", "unknown"] = "unknown"
    if_none_match: Literal["yes", "no", "unknown"] = "unknown"
    schedule_tag: Literal["yes", "no", "unknown"] = "unknown"
    auto_schedule: Literal["yes", "no", "claims", "unknown"] = "unknown"
    make_calendar: Literal["yes", "no", "unknown"] = "unknown"
    stable_url: Literal["yes", "no", "unknown"] = "unknown"
    free_busy: Literal["yes", "no", "unknown"] = "unknown"
    note: str = ""


class FormField(_Frozen):
    """One input of the connect form."""

    name: Literal["address", "host", "user", "password"]
    label: str
    hint: str = ""
    required: bool = True


class Preset(_Frozen):
    """One service. `base_url` may hold {host}, {user} and {local}.

    `domains` are mail domains; `yahoo.*` stands for any country. `hosts` are web hosts that a
    pasted address may show. `refer_to` names the service to use instead: such a row is known but
    not offered.
    """

    key: str = Field(pattern=r"^[a-z0-9_]+$")
    label: str
    base_url: str = ""
    domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    login: Literal["address", "local", "name", "either"] = "name"
    fields: tuple[FormField, ...] = ()
    app_password: AppPassword = "no"  # noqa: S105 - says whether, not which
    app_password_pattern: str | None = None
    help_url: str | None = None
    help_text: str = ""
    partition_hosts: tuple[str, ...] = ()
    lacks: tuple[Literal["write", "make_calendar", "rsvp", "delta"], ...] = ()
    quirks: Quirks = Quirks()
    sources: tuple[Source, ...] = ()
    unverified: tuple[str, ...] = ()
    verified: bool = False
    popular: bool = False
    refer_to: str | None = None

    @property
    def offered(self) -> bool:
        """Whether people may choose it."""
        return self.refer_to is None

    def has_domain(self, domain: str) -> bool:
        """Whether a mail domain belongs to the service."""
        return any(_covers(pattern, domain.lower()) for pattern in self.domains)

    def has_host(self, host: str) -> bool:
        """Whether a web host belongs to the service, or lies under one that does."""
        host = host.lower()
        return any(host == known or host.endswith(f".{known}") for known in self.hosts)

    def ordinary(self, password: str) -> bool:
        """Whether a refused password looks like a person's own where a generated one is due."""
        if self.app_password == "no":  # noqa: S105
            return False
        if self.app_password_pattern:
            return re.fullmatch(self.app_password_pattern, password) is None
        return _GENERATED.fullmatch(password.translate(_SEPARATORS)) is None


@cache
def presets() -> tuple[Preset, ...]:
    """Every row, in the table's order."""
    text = files("daygate.providers").joinpath("presets.toml").read_text("utf-8")
    rows = tomllib.loads(text)["preset"]
    return tuple(Preset.model_validate({"key": key, **row}) for key, row in rows.items())


def for_domain(domain: str) -> Preset | None:
    """The service behind a mail domain, offered or not."""
    return next((preset for preset in presets() if preset.has_domain(domain)), None)


def for_host(host: str) -> Preset | None:
    """The service behind a web host, offered or not."""
    return next((preset for preset in presets() if preset.has_host(host)), None)


def _covers(pattern: str, domain: str) -> bool:
    if not pattern.endswith(".*"):
        return domain == pattern
    # A country's two or three letters, perhaps under `co.` or `com.`; never a longer name, which
    # anybody may own.
    stem = re.escape(pattern.removesuffix(".*"))
    return re.fullmatch(rf"{stem}\.(co\.|com\.)?[a-z]{{2,3}}", domain) is not None
