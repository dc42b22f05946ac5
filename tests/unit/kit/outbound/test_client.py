"""The client against real servers on loopback: limits, redirects, credentials, encodings."""

import asyncio
import gzip
import time

import pytest
from aiohttp import web

from daygate.kit.outbound import (
    BadCertificate,
    BadUrl,
    Garbled,
    HostLimits,
    Limits,
    Redirects,
    Resting,
    TimedOut,
    TooLarge,
    TooManyHops,
    Unreachable,
    Unresolvable,
)
from tests.unit.kit.outbound.servers import Seen, answering, certificate, drip, hello, recorder

DISCOVERY = Redirects(max_hops=5, keep_body=True)
SECRET = {"Authorization": "Basic aHVudGVyMg=="}


def local(port: int, path: str = "/") -> str:
    return f"http://127.0.0.1:{port}{path}"


async def test_an_answer_carries_status_headers_body_and_url(servers, opened):
    seen: list[Seen] = []
    port = await servers.http(recorder(seen, hello))
    answer = await opened().request(
        "REPORT", local(port, "/me%40home/?x=%20"), headers={"Depth": "1"}, body=b"<x/>"
    )
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["content-TYPE"] == "text/plain; charset=utf-8"
    assert answer.url == local(port, "/me%40home/?x=%20")
    assert (seen[0].method, seen[0].body) == ("REPORT", b"<x/>")
    assert seen[0].path == "/me%40home/?x=%20"
    assert seen[0].headers["Depth"] == "1"
    assert seen[0].headers["User-Agent"] == "Daygate"
    assert seen[0].headers["Accept-Encoding"] == "gzip, deflate"


async def test_a_repr_shows_nothing_of_what_was_said(servers, opened):
    port = await servers.http(recorder([], hello))
    answer = await opened().request("GET", local(port, "/?token=hunter2"))
    assert repr(answer) == "Answer(status=200)"


async def test_cookies_of_a_server_are_not_kept(servers, opened):
    seen: list[Seen] = []

    def with_cookie(request: web.BaseRequest) -> web.Response:
        return web.Response(headers={"Set-Cookie": "session=1"})

    port = await servers.http(recorder(seen, with_cookie))
    client = opened()
    for _ in range(2):
        await client.request("GET", local(port))
    assert "Cookie" not in seen[1].headers


async def test_g4_without_hops_a_redirect_is_an_answer(servers, opened):
    def away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=307, headers={"Location": "https://evil.example/"})

    port = await servers.http(recorder([], away))
    assert (await opened().request("POST", local(port), body=b"x")).status == 307


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_discovery_repeats_method_body_and_credentials_within_the_origin(
    servers, opened, status
):
    seen: list[Seen] = []

    def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/.well-known/caldav":
            return web.Response(status=status, headers={"Location": "/dav/%40me/"})
        return web.Response(status=207)

    port = await servers.http(recorder(seen, answer))
    got = await opened().request(
        "PROPFIND",
        local(port, "/.well-known/caldav"),
        headers=SECRET,
        body=b"<propfind/>",
        redirects=DISCOVERY,
    )
    assert (got.status, got.url) == (207, local(port, "/dav/%40me/"))
    assert [(s.method, s.body, s.authorization) for s in seen] == [
        ("PROPFIND", b"<propfind/>", SECRET["Authorization"])
    ] * 2


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (302, "GET", "GET"),
    ],
)
async def test_an_ordinary_redirect_changes_the_method_as_rfc_9110_says(
    servers, opened, status, method, then
):
    seen: list[Seen] = []

    def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/":
            return web.Response(status=status, headers={"Location": "/next"})
        return web.Response()

    port = await servers.http(recorder(seen, answer))
    await opened().request(
        method,
        local(port),
        headers={"Content-Type": "application/json"},
        body=b"{}",
        redirects=Redirects(max_hops=1),
    )
    assert seen[1].method == then
    assert seen[1].body == (b"{}" if then == "POST" or method == "GET" else seen[1].body)
    if then == "GET" and method != "GET":
        assert seen[1].body == b""
        assert "Content-Type" not in seen[1].headers


async def two_origins(servers, seen: list[Seen]) -> tuple[int, int]:
    """A server that redirects to a second one, which answers."""
    second = await servers.http(recorder(seen, hello))

    def away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": local(second, "/there")})

    return await servers.http(recorder(seen, away)), second


async def test_g4_credentials_stay_behind_when_the_origin_changes(servers, opened):
    seen: list[Seen] = []
    first, _ = await two_origins(servers, seen)
    await opened().request(
        "PROPFIND", local(first), headers={**SECRET, "cookie": "s=1"}, redirects=DISCOVERY
    )
    assert [s.authorization for s in seen] == [SECRET["Authorization"], None]
    assert "Cookie" not in seen[1].headers


async def test_g4_credentials_follow_only_where_the_caller_says_so(servers, opened):
    seen: list[Seen] = []
    asked: list[tuple[str, str]] = []
    first, second = await two_origins(servers, seen)

    def partition(from_url: str, to_url: str) -> bool:
        asked.append((from_url, to_url))
        return True

    redirects = Redirects(max_hops=5, keep_body=True, may_follow=partition)
    await opened().request("PROPFIND", local(first), headers=SECRET, redirects=redirects)
    assert seen[1].authorization == SECRET["Authorization"]
    assert asked == [(local(first), local(second, "/there"))]


async def test_g4_redirects_end_at_the_limit(servers, opened):
    seen: list[Seen] = []

    def on(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path + "x"})

    port = await servers.http(recorder(seen, on))
    with pytest.raises(TooManyHops):
        await opened().request("GET", local(port), redirects=Redirects(max_hops=5))
    assert len(seen) == 6


async def test_g4_a_redirect_from_https_to_http_is_refused(servers, opened, tmp_path):
    seen: list[Seen] = []
    inner = await servers.http(recorder(seen, hello))
    server, trusting = certificate(tmp_path, "dav.example")

    def down(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": f"http://dav.example:{inner}/"})

    port = await servers.http(recorder([], down), tls=server)
    client = opened(lookup=answering(["127.0.0.1"]), tls=trusting)
    with pytest.raises(BadUrl, match="from https to http"):
        await client.request("GET", f"https://dav.example:{port}/", redirects=DISCOVERY)
    assert seen == []


async def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    servers, opened, tmp_path
):
    seen: list[Seen] = []
    server, trusting = certificate(tmp_path, "dav.example")
    port = await servers.http(recorder(seen, hello), tls=server)
    client = opened(lookup=answering(["127.0.0.1"]), tls=trusting)
    await client.request("GET", f"https://dav.example:{port}/")
    assert seen[0].host == f"dav.example:{port}"
    with pytest.raises(BadCertificate):
        await client.request("GET", f"https://other.example:{port}/")
    with pytest.raises(BadCertificate):
        await opened().request("GET", f"https://127.0.0.1:{port}/")


async def test_tls_towards_a_plain_server_is_unreachable(servers, opened):
    port = await servers.http(recorder([], hello))
    with pytest.raises(Unreachable):
        await opened().request("GET", f"https://127.0.0.1:{port}/")


async def test_a_closed_port_is_unreachable_and_a_name_without_address_unresolvable(
    servers, opened
):
    port = await servers.http(recorder([], hello))
    await servers.stop()
    with pytest.raises(Unreachable):
        await opened().request("GET", local(port))
    with pytest.raises(Unresolvable):
        await opened(lookup=answering([])).request("GET", "https://dav.example/")
    with pytest.raises(Unresolvable):
        await opened().request("GET", "https://no-such-host.invalid/")


async def test_g5_a_slow_first_byte_times_out(servers, opened):
    port = await servers.raw(drip([b"HTTP/1.1 200 OK\r\n\r\n"], pause_s=5))
    started_s = time.monotonic()
    with pytest.raises(TimedOut):
        await opened().request("GET", local(port), limits=Limits(connect_s=0.1, first_byte_s=0.1))
    assert time.monotonic() - started_s < 2


async def test_g5_headers_that_trickle_do_not_move_the_deadline(servers, opened):
    lines = [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 100]
    port = await servers.raw(drip(lines, pause_s=0.02))
    with pytest.raises(TimedOut):
        await opened().request("GET", local(port), limits=Limits(connect_s=0.1, first_byte_s=0.1))


async def test_g5_a_body_that_trickles_times_out_after_the_grace_period(servers, opened):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    port = await servers.raw(drip([head, *[b"."] * 200], pause_s=0.02))
    limits = Limits(grace_s=0.1, slowest_bytes_per_s=1000)
    with pytest.raises(TimedOut, match="slower"):
        await opened().request("GET", local(port), limits=limits)


async def test_g5_a_body_that_stops_times_out_after_the_grace_period(servers, opened):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    port = await servers.raw(drip([head, b"", b"."], pause_s=0.5))
    with pytest.raises(TimedOut):
        await opened().request("GET", local(port), limits=Limits(first_byte_s=2, grace_s=0.1))


async def test_g5_the_total_counts_all_hops_together(servers, opened):
    async def slow(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response(status=302, headers={"Location": "/"})

    port = await servers.http(slow)
    with pytest.raises(TimedOut):
        await opened().request(
            "GET", local(port), limits=Limits(total_s=0.25), redirects=Redirects(max_hops=20)
        )


async def test_g5_a_bomb_is_too_large(servers, opened):
    bomb = gzip.compress(bytes(50_000_000))

    def explode(request: web.BaseRequest) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    port = await servers.http(recorder([], explode))
    with pytest.raises(TooLarge):
        await opened().request("GET", local(port))


async def test_a_compressed_answer_is_read_plain(servers, opened):
    def packed(request: web.BaseRequest) -> web.Response:
        return web.Response(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})

    port = await servers.http(recorder([], packed))
    client = opened()
    assert (await client.request("GET", local(port))).body == b"hello"
    assert (await client.request("HEAD", local(port))).body == b""


async def test_a_coding_that_was_not_offered_is_garbled(servers, opened):
    def packed(request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"x", headers={"Content-Encoding": "br"})

    port = await servers.http(recorder([], packed))
    with pytest.raises(Garbled):
        await opened().request("GET", local(port))


async def test_g5_a_body_over_the_limit_is_too_large_or_cut_as_the_caller_wishes(servers, opened):
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    announced = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"
    streamed = await servers.raw(drip([head, b"x" * 2000], pause_s=0))
    upfront = await servers.raw(drip([announced, b"x" * 2000], pause_s=0))
    for port in (streamed, upfront):
        with pytest.raises(TooLarge):
            await opened().request("GET", local(port), limits=Limits(body_bytes=1000))
        cut = Limits(body_bytes=1000, cut_body=True)
        assert (await opened().request("GET", local(port), limits=cut)).body == b"x" * 1000


@pytest.mark.parametrize(
    "lines", [[b"X: " + b"y" * 5000], [b"X-%d: %s" % (n, b"y" * 20) for n in range(200)]]
)
async def test_g5_headers_over_the_limit_are_too_large(servers, opened, lines):
    head = b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: 0", *lines, b"", b""])
    port = await servers.raw(drip([head], pause_s=0))
    with pytest.raises(TooLarge):
        await opened().request("GET", local(port), limits=Limits(header_bytes=4000))
    assert (await opened().request("GET", local(port))).status == 200


@pytest.mark.parametrize(
    "wire",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_f12_an_answer_that_is_no_http_is_garbled(servers, opened, wire):
    port = await servers.raw(drip([wire], pause_s=0))
    with pytest.raises(Garbled):
        await opened().request("GET", local(port))


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
)
async def test_f12_an_answer_that_breaks_off_is_unreachable(servers, opened, wire):
    port = await servers.raw(drip([wire], pause_s=0))
    with pytest.raises(Unreachable):
        await opened().request("GET", local(port))


async def test_a_connection_closed_without_an_answer_is_unreachable(servers, opened):
    port = await servers.raw(drip([], pause_s=0))
    with pytest.raises(Unreachable):
        await opened().request("POST", local(port), body=b"x")


async def test_no_error_quotes_the_url_or_keeps_aiohttps_message(servers, opened):
    port = await servers.raw(drip([], pause_s=0))
    with pytest.raises(Unreachable) as caught:
        await opened().request("POST", local(port, "/hook?token=hunter2"))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_g9_a_dead_host_is_left_alone_and_tried_again_later(servers, opened):
    now_s = 0.0
    port = await servers.raw(drip([], pause_s=0))
    client = opened(hosts=HostLimits(failures=3, rest_s=30), clock=lambda: now_s)
    for _ in range(3):
        with pytest.raises(Unreachable):
            await client.request("POST", local(port))
    with pytest.raises(Resting):
        await client.request("POST", local(port))
    now_s = 31.0
    with pytest.raises(Unreachable) as caught:
        await client.request("POST", local(port))
    assert not isinstance(caught.value, Resting)


async def test_a_deadline_that_passes_counts_against_the_host(servers, opened):
    port = await servers.raw(drip([b"x"], pause_s=5))
    client = opened(hosts=HostLimits(failures=1))
    with pytest.raises(TimedOut):
        await client.request("GET", local(port), limits=Limits(total_s=0.05))
    with pytest.raises(Resting):
        await client.request("GET", local(port))


async def test_a_closed_client_opens_again(servers, opened):
    port = await servers.http(recorder([], hello))
    client = opened()
    for _ in range(2):
        assert (await client.request("GET", local(port))).status == 200
        await client.close()
