"""What kind of picture bytes are and how large, told by their header alone; nothing is decoded."""

from collections.abc import Callable
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"  # PNG third edition, section 5.2
_IHDR = b"\x00\x00\x00\x0dIHDR"  # section 11.2.1: always the first chunk, 13 bytes long
_JPEG = b"\xff\xd8\xff"  # ITU-T T.81 annex B.1.1: start of image, then another marker
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # T.81 table B.1: TEM and RSTn carry nothing
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # T.81 table B.1: SOFn
_MOST_SEGMENTS = 200
_VP8_START = b"\x9d\x01\x2a"  # RFC 6386 section 9.1
_VP8L_START = 0x2F  # RFC 9649 section 3.4


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, and its size in pixels."""

    media_type: str
    width_px: int
    height_px: int


def recognise(content: bytes) -> Picture | None:
    """A PNG, JPEG or WebP picture; None for anything else, and for a header that is cut off."""
    for media_type, size_of in _KINDS.items():
        size = size_of(content)
        if size is not None and min(size) > 0:
            return Picture(media_type, *size)
    return None


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG + _IHDR) or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_JPEG):
        return None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if len(content) < at + 9 or content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return int.from_bytes(width), int.from_bytes(height)
        at += _length(content, at, marker)
    return None


def _length(content: bytes, at: int, marker: int) -> int:
    if marker == 0xFF:  # a fill byte (B.1.1.2)
        return 1
    if marker in _STANDALONE:
        return 2
    return 2 + int.from_bytes(content[at + 2 : at + 4])


def _webp(content: bytes) -> tuple[int, int] | None:
    """RFC 9649 section 2.3: `RIFF`, a length, `WEBP`, and the first chunk tells the size."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        return 1 + _little(content, 24, 3), 1 + _little(content, 27, 3)
    if chunk == b"VP8 " and content[23:26] == _VP8_START:
        return _little(content, 26, 2) & 0x3FFF, _little(content, 28, 2) & 0x3FFF
    if chunk == b"VP8L" and content[20] == _VP8L_START:
        bits = _little(content, 21, 4)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _little(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(content[at : at + length], "little")


_KINDS: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
}
