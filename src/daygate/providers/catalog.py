"""Every provider there is, popular ones first; the only room that knows a provider by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from daygate.kit.outbound import Outbound
from daygate.providers import presets
from daygate.providers.base import Can, ProviderSpec
from daygate.providers.caldav import cursor
from daygate.providers.caldav.account import CalDav
from daygate.providers.caldav.client import Gates
from daygate.providers.caldav.places import Services, dns_services
from daygate.providers.doors import PasswordDoor
from daygate.providers.presets import FormField, Preset, Quirks

SANDBOX = "sandbox"
GENERIC = "generic"
# The API's names (`provider_name`) where they differ from the preset's key.
_API_NAMES = {"apple": "icloud", "caldav": GENERIC}
_OWN_NAMES = {"icloud": "apple", SANDBOX: SANDBOX}


@dataclass(frozen=True, slots=True)
class Catalog:
    """The providers this installation offers."""

    specs: Sequence[ProviderSpec]

    def by_key(self, key: str) -> ProviderSpec | None:
        """The provider whose key this is."""
        return next((spec for spec in self.specs if spec.key == key), None)

    def for_provider_name(self, name: str) -> ProviderSpec | None:
        """A key, or one of the API's names; None for anything else, so that the chooser shows."""
        return self.by_key(_API_NAMES.get(name, name))

    def for_address(self, mail: str) -> ProviderSpec | None:
        """The provider that a mail address belongs to, if its domain tells."""
        preset = presets.for_domain(mail.rpartition("@")[2])
        return self.by_key(preset.key) if preset else None


def catalog(
    outbound: Outbound,
    *,
    sandbox_url: str | None = None,
    dev: bool = False,
    services: Services = dns_services,
) -> Catalog:
    """Build the catalog on one outbound client.

    `sandbox_url` is where the sandbox's CalDAV is to be found, and makes it be offered. `services`
    asks the DNS for a domain's calendar server.
    """
    gates = Gates()
    rows = [preset for preset in presets.presets() if preset.offered]
    if sandbox_url is not None:
        rows.insert(0, _sandbox(sandbox_url))
    rows.sort(key=lambda preset: not preset.popular)
    return Catalog([_spec(CalDav(row, outbound, gates, services), dev) for row in rows])


def _spec(service: CalDav, dev: bool) -> ProviderSpec:
    preset = service.preset
    return ProviderSpec(
        key=preset.key,
        name=_OWN_NAMES.get(preset.key, "caldav"),
        service=preset.key,
        label=preset.label,
        can=_abilities(preset),
        door=PasswordDoor(preset, service.connect, dev),
        open=service.open,
        learns=cursor.in_words,
        verified=preset.verified,
        popular=preset.popular,
        domains=preset.domains,
    )


def _abilities(preset: Preset) -> Can:
    """A preset can only take away."""
    return Can.NOTHING if "delta" in preset.lacks else Can.DELTA


def _sandbox(url: str) -> Preset:
    """The sandbox asks for app passwords of four groups of four letters.

    Its homes may move to another port of the same host, as iCloud's move to partition hosts.
    """
    return Preset(
        key=SANDBOX,
        label="Sandbox",
        base_url=url,
        login="name",
        fields=(
            FormField(name="user", label="User name"),
            FormField(name="password", label="App password", hint="Four groups of four letters"),
        ),
        app_password="yes",  # noqa: S106 - says whether, not which
        app_password_pattern="([a-z]{4}-){3}[a-z]{4}",  # noqa: S106 - a shape, no secret
        partition_hosts=(f"{urlsplit(url).hostname}:*",),
        quirks=Quirks(sync="full"),
        verified=True,
        popular=True,
    )
