"""The guard: no way of naming an inside address leads to a connection there."""

import socket

import pytest
from aiohttp import web

from daygate.kit.outbound import BadUrl, Blocked, Outbound, OutboundError, Redirects
from daygate.kit.outbound.addresses import AddressJudge
from daygate.kit.outbound.connections import PinningResolver
from tests.unit.kit.outbound.servers import Seen, answering, hello, recorder

# On loopback 127.0.0.2 plays the public host and 127.0.0.1 the inside one.
PUBLIC, INSIDE = "127.0.0.2", "127.0.0.1"
OPEN = {"allow": [f"{PUBLIC}/32"]}


async def pair(servers, outside: list[Seen], inside: list[Seen]) -> int:
    """Two servers on one port number, so that only the address tells them apart."""
    port = await servers.http(recorder(inside, hello), INSIDE)
    return int(await servers.http(recorder(outside, hello), PUBLIC, port))


async def test_g3_a_name_that_is_rebound_reaches_the_inside_never(servers, opened):
    outside: list[Seen] = []
    inside: list[Seen] = []
    port = await pair(servers, outside, inside)
    client = opened(**OPEN, lookup=answering([PUBLIC], [INSIDE]))
    await client.request("GET", f"http://rebind.example:{port}/")
    assert outside[0].host == f"rebind.example:{port}"
    await client.close()
    with pytest.raises(Blocked) as caught:
        await client.request("GET", f"http://rebind.example:{port}/")
    assert caught.value.network == "127.0.0.0/8"
    assert inside == []


async def test_g3_the_address_that_was_judged_is_the_one_that_is_dialled(servers, opened):
    asked = 0

    async def lookup(host: str) -> list[str]:
        nonlocal asked
        asked += 1
        return [PUBLIC]

    outside: list[Seen] = []
    port = await pair(servers, outside, [])
    await opened(**OPEN, lookup=lookup).request("GET", f"http://localhost:{port}/")
    assert asked == 1
    assert len(outside) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        [PUBLIC, INSIDE],
        [INSIDE, PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, "::ffff:127.0.0.1"],
        [PUBLIC, "64:ff9b::7f00:1"],
        [PUBLIC, "2002:7f00:1::"],
        [PUBLIC, "fe80::1%lo"],
        [*["1.1.1.1"] * 999, "10.0.0.1"],
    ],
)
async def test_g3_one_inside_address_among_many_refuses_the_name(servers, opened, addresses):
    outside: list[Seen] = []
    inside: list[Seen] = []
    port = await pair(servers, outside, inside)
    client = opened(**OPEN, lookup=answering(addresses))
    with pytest.raises(Blocked):
        await client.request("GET", f"http://mixed.example:{port}/")
    assert outside == inside == []


async def test_g3_of_a_thousand_addresses_few_are_tried():
    many = [f"93.184.{n // 250}.{n % 250}" for n in range(1000)]
    resolver = PinningResolver(answering(many), AddressJudge())
    assert [found["host"] for found in await resolver.resolve("many.example", 443)] == many[:8]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "\u2460\u2461\u2466.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
        "169.254.169.254",
        "[fd00:ec2::254]",
    ],
)
async def test_g2_no_spelling_of_an_inside_address_is_connected_to(servers, opened, host):
    inside: list[Seen] = []
    port = await servers.http(recorder(inside, hello), INSIDE)
    client = opened(allow=[], plain_http=True)
    with pytest.raises((Blocked, BadUrl)):
        await client.request("GET", f"http://{host}:{port}/")
    with pytest.raises((Blocked, BadUrl)):
        await client.check(f"http://{host}:{port}/")
    assert inside == []


@pytest.mark.parametrize("host", [INSIDE, "[::1]", "inside.example", "[::ffff:127.0.0.1]"])
async def test_g4_a_redirect_to_the_inside_is_refused(servers, opened, host):
    inside: list[Seen] = []
    inner = await servers.http(recorder(inside, hello), INSIDE)

    def inwards(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": f"http://{host}:{inner}/"})

    port = await servers.http(recorder([], inwards), PUBLIC)
    client = opened(**OPEN, lookup=answering([INSIDE]))
    with pytest.raises(Blocked) as caught:
        await client.request("GET", f"http://{PUBLIC}:{port}/", redirects=Redirects(max_hops=5))
    assert caught.value.public == "This server may not be reached from here; ask the operator"
    assert inside == []


async def test_the_guard_of_the_socket_holds_alone(servers, opened, monkeypatch):
    inside: list[Seen] = []
    port = await servers.http(recorder(inside, hello), INSIDE)
    monkeypatch.setattr("daygate.kit.outbound.client.refuse_literal", lambda judge, target: None)
    with pytest.raises(Blocked) as caught:
        await opened(allow=[]).request("GET", f"http://{INSIDE}:{port}/")
    assert caught.value.network == "127.0.0.0/8"
    assert inside == []


async def test_the_look_at_the_peer_holds_alone(servers, opened, monkeypatch):
    inside: list[Seen] = []
    port = await servers.http(recorder(inside, hello), INSIDE)
    monkeypatch.setattr("daygate.kit.outbound.client.refuse_literal", lambda judge, target: None)
    monkeypatch.setattr(
        "daygate.kit.outbound.connections.GuardedConnector._socket_for",
        lambda self, info: socket.socket(info[0], info[1], info[2]),
    )
    with pytest.raises(Blocked):
        await opened(allow=[]).request("GET", f"http://{INSIDE}:{port}/")
    assert inside == []


async def test_g1_plain_http_is_for_allowed_networks_unless_the_operator_opens_it(servers, opened):
    judge = AddressJudge.allowing(["127.0.0.1/32"])
    assert not judge.allows("1.1.1.1")
    client = opened(lookup=answering(["1.1.1.1"]))
    with pytest.raises(BadUrl, match="plain http"):
        await client.check("http://dav.example/")
    assert await opened(lookup=answering(["1.1.1.1"]), plain_http=True).check("http://dav.example/")
    assert await client.check("https://dav.example/")


async def test_g8_proxies_and_netrc_of_the_environment_are_ignored(
    servers, opened, monkeypatch, tmp_path
):
    proxied: list[Seen] = []
    seen: list[Seen] = []
    proxy = await servers.http(recorder(proxied, hello))
    port = await servers.http(recorder(seen, hello))
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hunter2\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
    monkeypatch.setenv("NETRC", str(netrc))
    await opened().request("GET", f"http://127.0.0.1:{port}/")
    assert proxied == []
    assert seen[0].authorization is None


async def test_g6_inside_ports_open_or_closed_are_refused_with_one_text(servers):
    port = await servers.http(recorder([], hello), INSIDE)
    texts = set()
    client = Outbound(plain_http=True)
    for number in (port, 9, 65535):
        with pytest.raises(OutboundError) as caught:
            await client.request("GET", f"http://{INSIDE}:{max(number, 1024)}/")
        texts.add((type(caught.value), caught.value.public, str(caught.value)))
    await client.close()
    assert len(texts) == 1
