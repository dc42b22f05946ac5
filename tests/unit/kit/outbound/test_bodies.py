"""Bodies: decompressed with caps, in whatever pieces they arrive."""

import gzip
import zlib

import pytest

from daygate.kit.outbound.bodies import BodyReader, Pace
from daygate.kit.outbound.faults import Garbled, TooLarge

TEXT = bytes(range(256)) * 1000


def raw_deflate(plain: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(plain) + stream.flush()


def read(coding: str, wire: bytes, piece_bytes: int = 1000, cap_bytes: int = 10_000_000) -> bytes:
    reader = BodyReader("dav.example", coding, cap_bytes, cap_ratio=100)
    for at in range(0, len(wire), piece_bytes):
        reader.feed(wire[at : at + piece_bytes])
    return reader.finish()


@pytest.mark.parametrize("piece_bytes", [1, 7, 1000, 10_000_000])
@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        ("", TEXT[:5000]),
        ("identity", TEXT[:5000]),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
)
def test_a_body_is_the_same_however_it_is_coded_and_cut(coding, wire, piece_bytes):
    plain = read(coding, wire, piece_bytes)
    assert plain in (TEXT, TEXT[:5000])


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "*"])
def test_g5_a_coding_that_was_not_offered_or_a_second_layer_is_garbled(coding):
    with pytest.raises(Garbled):
        BodyReader("dav.example", coding, 1000, 100)


def test_an_empty_body_may_claim_any_coding():
    assert read("gzip", b"") == b""


def test_f12_a_compressed_body_that_breaks_off_is_garbled():
    with pytest.raises(Garbled, match="breaks off"):
        read("gzip", gzip.compress(TEXT)[:-9])


def test_a_compressed_body_that_is_none_is_garbled():
    with pytest.raises(Garbled, match="cannot be read"):
        read("gzip", b"<html>an error page</html>")


def test_bytes_after_the_end_are_garbled():
    with pytest.raises(Garbled, match="after the end"):
        read("gzip", gzip.compress(b"x") + gzip.compress(b"y"), 1_000_000)
    with pytest.raises(Garbled):
        read("gzip", gzip.compress(b"x") + b"yyyyyyyyyy", 3)


def test_g5_a_bomb_is_stopped_by_its_ratio_long_before_its_size():
    bomb = gzip.compress(bytes(100_000_000))
    reader = BodyReader("dav.example", "gzip", 1_000_000_000, 100)
    with pytest.raises(TooLarge, match="100 times"):
        reader.feed(bomb)
    assert len(reader._plain) < 12_000_000


def test_g5_the_cap_counts_decompressed_bytes():
    with pytest.raises(TooLarge, match="200000 bytes"):
        read("gzip", gzip.compress(TEXT), cap_bytes=200_000)
    assert read("gzip", gzip.compress(TEXT), cap_bytes=len(TEXT)) == TEXT


def test_a_small_body_may_be_very_compressible():
    plain = b"<event/>" * 100_000
    assert read("gzip", gzip.compress(plain)) == plain


@pytest.mark.parametrize(("coding", "wire"), [("", TEXT), ("gzip", gzip.compress(TEXT))])
def test_a_body_that_may_be_cut_ends_at_the_cap(coding, wire):
    reader = BodyReader("dav.example", coding, 1500, 100, cut=True)
    reader.feed(wire)
    assert reader.full
    assert reader.finish() == TEXT[:1500]


def test_g5_pace_is_judged_only_after_the_grace_period():
    now_s = 100.0
    pace = Pace(lambda: now_s, started_s=100.0, grace_s=10.0, bytes_per_s=1000)
    assert not pace.too_slow(0)
    now_s = 109.9
    assert not pace.too_slow(0)
    now_s = 110.1
    assert pace.too_slow(10_000)
    assert not pace.too_slow(10_200)
