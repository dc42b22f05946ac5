"""Reading an answer's body: decompressed piece by piece, with caps on size, ratio and slowness."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from daygate.kit.outbound.faults import Garbled, TooLarge

_PIECE_BYTES = 65_536
# Below this size a high ratio is harmless: a short answer of repeated elements reaches it honestly.
_RATIO_FROM_BYTES = 1_048_576
_GZIP_WBITS = 16 + zlib.MAX_WBITS
_CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # RFC 9110 section 8.4.1
_ZLIB_METHOD = 8  # RFC 1950 section 2.2, low four bits of the first byte


@dataclass(slots=True)
class BodyReader:
    """Collects one body; `feed` takes bytes as they arrive and `finish` gives the whole."""

    host: str
    coding: str
    cap_bytes: int
    cap_ratio: int
    cut: bool = False
    received_bytes: int = 0
    full: bool = False
    _plain: bytearray = field(default_factory=bytearray)
    _stream: "zlib._Decompress | None" = None

    def __post_init__(self) -> None:
        self.coding = self.coding.strip().lower()
        if self.coding not in _CODINGS:
            raise Garbled(self.host, "a content coding that was not offered")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the wire."""
        self.received_bytes += len(chunk)
        for piece in self._decoded(chunk):
            self._keep(piece)
            if self.full:
                return

    def finish(self) -> bytes:
        """Give the body, or raise `Garbled` when its compressed form broke off."""
        if self._stream is not None and not self._stream.eof and not self.full:
            raise Garbled(self.host, "a compressed body that breaks off")
        return bytes(self._plain)

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        if self.coding in ("", "identity"):
            yield chunk
            return
        stream = self._stream = self._stream or _stream_for(self.coding, chunk)
        try:
            piece = stream.decompress(chunk, _PIECE_BYTES)
            while piece:
                yield piece
                piece = stream.decompress(stream.unconsumed_tail, _PIECE_BYTES)
        except zlib.error:
            raise Garbled(self.host, "a compressed body that cannot be read") from None
        if stream.unused_data:
            raise Garbled(self.host, "bytes after the end of a compressed body")

    def _keep(self, piece: bytes) -> None:
        self._plain += piece
        size = len(self._plain)
        if size > self.cap_bytes:
            if not self.cut:
                raise TooLarge(self.host, f"a body of more than {self.cap_bytes} bytes")
            del self._plain[self.cap_bytes :]
            self.full = True
        elif size > _RATIO_FROM_BYTES and size > self.cap_ratio * self.received_bytes:
            raise TooLarge(self.host, f"a body that grows more than {self.cap_ratio} times")


def _stream_for(coding: str, head: bytes) -> "zlib._Decompress":
    if coding != "deflate":
        return zlib.decompressobj(_GZIP_WBITS)
    # RFC 9110 section 8.4.1.2: some servers send the raw stream without the zlib wrapper.
    wrapped = head[0] & 0x0F == _ZLIB_METHOD
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


@dataclass(frozen=True, slots=True)
class Pace:
    """The slowest rate at which a body may trickle in once a grace period is over."""

    clock: Callable[[], float]
    started_s: float
    grace_s: float
    bytes_per_s: int

    def too_slow(self, received_bytes: int) -> bool:
        """Whether the bytes so far are too few for the time so far."""
        elapsed_s = self.clock() - self.started_s
        return elapsed_s > self.grace_s and received_bytes < elapsed_s * self.bytes_per_s
