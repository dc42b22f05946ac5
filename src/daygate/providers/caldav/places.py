"""Where to start looking: RFC 6764 section 6, towards https and the person's own domain only."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.rdatatype
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from daygate.providers import faults
from daygate.providers.caldav.hrefs import BadHref, resolve
from daygate.providers.doors import Entry

_SERVICE = "_caldavs._tcp"
_LIFETIME_S = 5.0
_MAX_TARGETS = 5
WELL_KNOWN = "/.well-known/caldav"


@dataclass(frozen=True, slots=True)
class Service:
    """A server that a domain names for its calendars; host `.` means there is none."""

    host: str
    port: int
    path: str = WELL_KNOWN


Services = Callable[[str], Awaitable[Sequence[Service]]]
"""Asks the DNS for a domain's calendar servers, the preferred one first."""


async def dns_services(domain: str) -> list[Service]:
    """Ask this machine's resolver; none when it is silent."""
    try:
        resolver = dns.asyncresolver.Resolver()
    except dns.exception.DNSException:
        return []
    return await services_from(resolver, domain)


async def services_from(resolver: dns.asyncresolver.Resolver, domain: str) -> list[Service]:
    """SRV records of RFC 6764 section 3, and the path of section 4."""
    name = f"{_SERVICE}.{domain}"
    try:
        answer = await resolver.resolve(name, dns.rdatatype.SRV, lifetime=_LIFETIME_S)
    except dns.exception.DNSException:
        return []
    records = [record for record in answer if isinstance(record, SRV)]
    records.sort(key=lambda record: (record.priority, -record.weight))
    path = await _txt_path(resolver, name)
    return [
        Service(record.target.to_text(omit_final_dot=True).lower() or ".", record.port, path)
        for record in records[:_MAX_TARGETS]
    ]


async def starts(entry: Entry, services: Services) -> tuple[str, ...]:
    """Addresses to try in order, the pasted one first."""
    found = list(entry.starts)
    if entry.domain:
        found += await _of_domain(entry, services)
    try:
        return tuple(dict.fromkeys(resolve(start, start) for start in found))
    except BadHref as error:
        raise faults.Refused("bad_address") from error


async def _of_domain(entry: Entry, services: Services) -> list[str]:
    """SRV targets, then the domain's own well-known address, then its root.

    RFC 6764 section 8: a forged DNS answer must not carry a password away, so that a target
    outside the domain is used only after the person has seen its name.
    """
    domain = entry.domain or ""
    found = []
    for service in await services(domain):
        if service.host == ".":
            continue
        inside = service.host == domain or service.host.endswith(f".{domain}")
        if not inside and service.host not in entry.confirmed:
            raise faults.Refused("confirm_host", service.host)
        found.append(f"https://{service.host}:{service.port}{service.path}")
    return [*found, f"https://{domain}{WELL_KNOWN}", f"https://{domain}/"]


async def _txt_path(resolver: dns.asyncresolver.Resolver, name: str) -> str:
    try:
        answer = await resolver.resolve(name, dns.rdatatype.TXT, lifetime=_LIFETIME_S)
    except dns.exception.DNSException:
        return WELL_KNOWN
    for record in answer:
        for text in record.strings if isinstance(record, TXT) else ():
            key, _, value = text.decode("utf-8", "replace").partition("=")
            if key.strip().lower() == "path" and value.startswith("/"):
                return value
    return WELL_KNOWN
