"""Real servers on loopback for the outbound tests, and names that lead to them."""

import asyncio
import datetime
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
RawHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    """One request as the server saw it."""

    method: str
    path: str
    host: str
    authorization: str | None
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Servers:
    """Starts servers and stops them all."""

    def __init__(self) -> None:
        self._runners: list[web.ServerRunner] = []
        self._raw: list[asyncio.Server] = []

    async def http(
        self,
        handler: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> int:
        runner = web.ServerRunner(web.Server(handler))
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
        return int(runner.addresses[0][1])

    async def raw(self, handler: RawHandler) -> int:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self._raw.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        for server in self._raw:
            server.close()
            await server.wait_closed()


def recorder(seen: list[Seen], answer: Callable[[web.BaseRequest], web.Response]) -> Handler:
    """Answer each request and keep what came."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(
            Seen(
                request.method,
                request.raw_path,
                request.headers["Host"],
                request.headers.get("Authorization"),
                await request.read(),
                dict(request.headers),
            )
        )
        return answer(request)

    return handle


def hello(request: web.BaseRequest) -> web.Response:
    return web.Response(text="hello")


def drip(pieces: Sequence[bytes], pause_s: float) -> RawHandler:
    """Send pieces with a pause before each."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            await asyncio.sleep(pause_s)
            writer.write(piece)
            await writer.drain()

    return handle


def answering(*rows: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A resolver that gives one row of addresses after the other, the last one for good."""
    left = list(rows)

    async def lookup(host: str) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return lookup


def certificate(folder: Path, *alternatives: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate; gives the server's context and that of a client which trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "daygate test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([_general(a) for a in alternatives]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def _general(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)
