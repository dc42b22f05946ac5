"""The password door: one form and one way through it for every preset."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from daygate.providers import faults, presets
from daygate.providers.base import Credential, Field, Form
from daygate.providers.presets import FormField, Preset

_MAX_CHARS = 1024
_KINDS = {"password": "password", "address": "text", "host": "text", "user": "text"}
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9_-]{1,63}\.)*[a-z0-9-]{1,63}", re.IGNORECASE)
_FEEDS = ("webcal", "webcals")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
WELL_KNOWN = "/.well-known/caldav"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person typed, understood: user names to try, a password, and where to start.

    `domain` is a mail domain to ask the DNS about. `confirmed` is a host that the person has
    seen named and agreed to.
    """

    users: tuple[str, ...]
    password: str = field(repr=False)
    starts: tuple[str, ...] = ()
    domain: str | None = None
    confirmed: frozenset[str] = frozenset()


Connect = Callable[[Entry], Awaitable[Credential]]


@dataclass(frozen=True, slots=True)
class PasswordDoor:
    """Asks for what the preset wants and hands it to `connect`.

    `dev` lets an address on this very machine go without https when no scheme was typed.
    """

    preset: Preset
    connect: Connect
    dev: bool = False

    def begin(self) -> Form:
        """The preset's form."""
        return Form(
            fields=tuple(_field(row) for row in self.preset.fields),
            help_url=self.preset.help_url,
            help_text=self.preset.help_text,
        )

    async def finish(self, answer: Mapping[str, str]) -> Credential:
        """Try the answer at the service; a refused password is explained by what the preset asks.

        The form may come back with `confirmed_host` after a `confirm_host` fault named it.
        """
        entry = self.entry(answer)
        try:
            return await self.connect(entry)
        except faults.NeedsRelink as fault:
            if fault.reason == "wrong_password" and self.preset.ordinary(entry.password):
                raise faults.NeedsRelink("app_password_needed", fault.detail) from fault
            raise

    def entry(self, answer: Mapping[str, str]) -> Entry:
        """Understand a form. Raises for an address that is none, or that another service owns."""
        typed = {name: value.strip() for name, value in answer.items()}
        if any(len(value) > _MAX_CHARS for value in typed.values()):
            raise faults.Refused("bad_address", "too long")
        users = self._users(typed)
        password = typed.get("password", "")
        if not users or not password:
            raise faults.NeedsRelink("wrong_password", "nothing was typed")
        confirmed = typed.get("confirmed_host", "").lower()
        return Entry(
            users=users,
            password=password,
            starts=self._starts(typed, users[0]),
            domain=self._domain(typed),
            confirmed=frozenset({confirmed} - {""}),
        )

    def _users(self, typed: Mapping[str, str]) -> tuple[str, ...]:
        """RFC 6764 section 6: the whole address, then what stands before the `@`."""
        user = typed.get("user", "")
        if not user and "@" in typed.get("address", "") and not _SCHEME.match(typed["address"]):
            user = typed["address"]
        local = user.partition("@")[0]
        if self.preset.login == "either":
            return tuple(dict.fromkeys(name for name in (user, local) if name))
        return tuple(filter(None, [local if self.preset.login == "local" else user]))

    def _starts(self, typed: Mapping[str, str], user: str) -> tuple[str, ...]:
        host = typed.get("host") or typed.get("address", "")
        if not self.preset.base_url or "{host}" in self.preset.base_url:
            return self._typed_place(host, user) if _is_place(host) else ()
        self._refuse_strangers(user.rpartition("@")[2] if "@" in user else "")
        return (_filled(self.preset.base_url, "", user),)

    def _typed_place(self, text: str, user: str) -> tuple[str, ...]:
        """The pasted address if it has a path, the preset's own path, then RFC 6764's."""
        root, path = self._parts(text)
        template = _filled(self.preset.base_url, f"{root}{path}".rstrip("/"), user)
        pasted = [f"{root}{path}"] if path.strip("/") else []
        own = [template] if template else []
        return (*pasted, *own, f"{root}{WELL_KNOWN}", f"{root}/")

    def _parts(self, text: str) -> tuple[str, str]:
        """Origin and path of what was typed as a server; https unless http was typed."""
        scheme = _SCHEME.match(text)
        if (scheme and scheme[1].lower() in _FEEDS) or text.lower().endswith(".ics"):
            raise faults.Refused("other_service", "ics")
        try:
            parts = urlsplit(text if scheme else f"https://{text}")
            host = parts.hostname or ""
            port = f":{parts.port}" if parts.port else ""
        except ValueError as error:
            raise faults.Refused("bad_address") from error
        if parts.scheme not in {"https", "http"} or not host or parts.username is not None:
            raise faults.Refused("bad_address")
        self._refuse_hosts(host)
        host = f"[{host}]" if ":" in host else host
        local = self.dev and not scheme and host in _LOOPBACK
        return f"{'http' if local else parts.scheme}://{host}{port}", parts.path

    def _domain(self, typed: Mapping[str, str]) -> str | None:
        """The mail domain of a typed address, when nothing else says where to look."""
        text = typed.get("address", "")
        if self.preset.base_url or _is_place(text):
            return None
        domain = text.rpartition("@")[2].lower().rstrip(".")
        if not _DOMAIN.fullmatch(domain):
            raise faults.Refused("bad_address")
        owner = presets.for_domain(domain) or presets.for_host(domain)
        if owner is not None and owner.key != self.preset.key:
            raise faults.Refused("other_service", owner.refer_to or owner.key)
        return domain

    def _refuse_strangers(self, domain: str) -> None:
        """A mail address of a service that has no password to give (Google, Microsoft, Proton).

        At iCloud an Apple ID may be any address, so only an address that must be wrong is refused.
        """
        owner = presets.for_domain(domain) if domain else None
        if owner is not None and owner.refer_to and not self.preset.partition_hosts:
            raise faults.Refused("other_service", owner.refer_to)

    def _refuse_hosts(self, host: str) -> None:
        """Hosts that only work through their own entry: another sign-in, or partition hosts."""
        owner = presets.for_host(host)
        if owner is None or owner.key == self.preset.key:
            return
        if owner.refer_to or owner.partition_hosts:
            raise faults.Refused("other_service", owner.refer_to or owner.key)


def _field(row: FormField) -> Field:
    return Field(
        name=row.name,
        label=row.label,
        kind=_KINDS[row.name],
        required=row.required,
        hint=row.hint,
    )


def _is_place(text: str) -> bool:
    """Whether something typed is a server rather than a mail address."""
    return bool(text) and ("@" not in text or _SCHEME.match(text) is not None)


def _filled(template: str, root: str, user: str) -> str:
    """A preset's address with its blanks filled; `root` brings a scheme of its own."""
    if not template:
        return ""
    text = template.replace("https://{host}", root).replace("{host}", urlsplit(root).netloc)
    local = user.partition("@")[0].lower()
    return text.replace("{user}", quote(user, safe="@")).replace("{local}", quote(local, safe=""))
