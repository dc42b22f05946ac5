"""Where the search for a server starts, and whom the DNS may name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rrset
import pytest

from daygate.providers import faults
from daygate.providers.caldav.places import Service, Services, services_from, starts
from daygate.providers.doors import Entry


def named(*services: Service) -> Services:
    async def ask(domain: str) -> Sequence[Service]:
        assert domain == "corp.example"
        return services

    return ask


def entry(*confirmed: str) -> Entry:
    return Entry(("a",), "b", domain="corp.example", confirmed=frozenset(confirmed))


OWN = ("https://corp.example/.well-known/caldav", "https://corp.example/")


async def test_without_records_the_domain_itself_is_asked() -> None:
    assert await starts(entry(), named()) == OWN


async def test_a_server_under_the_domain_comes_first() -> None:
    found = await starts(entry(), named(Service("dav.corp.example", 443, "/dav/")))
    assert found == ("https://dav.corp.example/dav/", *OWN)


async def test_a_service_not_offered_is_passed_over() -> None:
    assert await starts(entry(), named(Service(".", 0))) == OWN


@pytest.mark.parametrize("host", ["dav.hosting.example", "evilcorp.example", "example"])
async def test_another_domain_needs_to_be_confirmed(host: str) -> None:
    with pytest.raises(faults.Refused) as caught:
        await starts(entry(), named(Service(host, 443)))
    assert (caught.value.reason, caught.value.detail) == ("confirm_host", host)
    found = await starts(entry(host), named(Service(host, 8443)))
    assert found[0] == f"https://{host}:8443/.well-known/caldav"


async def test_pasted_addresses_come_before_the_domain_and_once() -> None:
    pasted = Entry(("a",), "b", ("https://X.example/", "https://x.example:443/"))
    assert await starts(pasted, named()) == ("https://x.example/",)


async def test_an_address_that_cannot_be_is_refused() -> None:
    with pytest.raises(faults.Refused):
        await starts(Entry(("a",), "b", ("https://[/",)), named())


class Zone(asyncio.DatagramProtocol):
    """A name server that knows a handful of records."""

    def __init__(self, records: list[dns.rrset.RRset]) -> None:
        self.records = records

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA | dns.flags.RA
        asked = query.question[0]
        answer.answer = [
            one for one in self.records if (one.name, one.rdtype) == (asked.name, asked.rdtype)
        ]
        self.transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def resolver(records: list[dns.rrset.RRset]) -> AsyncIterator[dns.asyncresolver.Resolver]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Zone(records), local_addr=("127.0.0.1", 0)
    )
    found = dns.asyncresolver.Resolver(configure=False)
    found.nameservers = ["127.0.0.1"]
    found.port = transport.get_extra_info("sockname")[1]
    try:
        yield found
    finally:
        transport.close()
        await asyncio.sleep(0.02)  # sockets close in the next turns of the loop


NAME = "_caldavs._tcp.corp.example."


async def test_records_are_read_in_order_with_their_path() -> None:
    targets = ["10 0 443 backup.corp.example.", "0 1 8443 Dav.corp.example."]
    records = [
        dns.rrset.from_text(NAME, 60, "IN", "SRV", *targets),
        dns.rrset.from_text(NAME, 60, "IN", "TXT", '"txtvers=1" "path=/dav/"'),
    ]
    async with resolver(records) as asking:
        assert await services_from(asking, "corp.example") == [
            Service("dav.corp.example", 8443, "/dav/"),
            Service("backup.corp.example", 443, "/dav/"),
        ]


async def test_a_dot_means_no_service_and_silence_means_none() -> None:
    async with resolver([dns.rrset.from_text(NAME, 60, "IN", "SRV", "0 0 0 .")]) as asking:
        assert await services_from(asking, "corp.example") == [Service(".", 0)]
    async with resolver([]) as asking:
        assert await services_from(asking, "corp.example") == []
