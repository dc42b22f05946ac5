"""Where the search for a server starts, and whom the DNS may name."""

from collections.abc import Sequence

import pytest

from daygate.providers import faults
from daygate.providers.caldav.places import Service, Services, starts
from daygate.providers.doors import Entry


def dns(*services: Service) -> Services:
    async def ask(domain: str) -> Sequence[Service]:
        assert domain == "corp.example"
        return services

    return ask


def entry(*confirmed: str) -> Entry:
    return Entry(("a",), "b", domain="corp.example", confirmed=frozenset(confirmed))


OWN = ("https://corp.example/.well-known/caldav", "https://corp.example/")


async def test_without_records_the_domain_itself_is_asked() -> None:
    assert await starts(entry(), dns()) == OWN


async def test_a_server_under_the_domain_comes_first() -> None:
    found = await starts(entry(), dns(Service("dav.corp.example", 443, "/dav/")))
    assert found == ("https://dav.corp.example/dav/", *OWN)


async def test_a_service_not_offered_is_passed_over() -> None:
    assert await starts(entry(), dns(Service(".", 0))) == OWN


@pytest.mark.parametrize("host", ["dav.hosting.example", "evilcorp.example", "example"])
async def test_another_domain_needs_to_be_confirmed(host: str) -> None:
    with pytest.raises(faults.Refused) as caught:
        await starts(entry(), dns(Service(host, 443)))
    assert (caught.value.reason, caught.value.detail) == ("confirm_host", host)
    found = await starts(entry(host), dns(Service(host, 8443)))
    assert found[0] == f"https://{host}:8443/.well-known/caldav"


async def test_pasted_addresses_come_before_the_domain_and_once() -> None:
    pasted = Entry(("a",), "b", ("https://X.example/", "https://x.example:443/"))
    assert await starts(pasted, dns()) == ("https://x.example/",)


async def test_an_address_that_cannot_be_is_refused() -> None:
    with pytest.raises(faults.Refused):
        await starts(Entry(("a",), "b", ("https://[/",)), dns())
