"""Pictures are told by their header: three kinds, each as Chromium writes it, and nothing else."""

from pathlib import Path

import pytest

from daygate.kit.pictures import Picture, recognise

FOLDER = Path(__file__).parent / "pictures"
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
FILES = sorted(FOLDER.iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_picture_is_told_with_its_size(path: Path):
    assert recognise(path.read_bytes()) == Picture(TYPES[path.suffix], 48, 33)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_header_cut_off_anywhere_is_no_picture_and_no_error(path: Path):
    content = path.read_bytes()
    told = [length for length in range(len(content)) if recognise(content[:length])]
    # Once the size is read, the rest is not looked at: from there on every length is told.
    assert told == list(range(told[0], len(content)))
    assert told[0] >= 24


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='48' height='48'/>",
        b"GIF89a\x30\x00\x21\x00" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIDAT" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + bytes(40),
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40),
        b"\xff\xd8\xff" + b"\xff" * 1000,
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 1000,
        b"\xff\xd8\xff\xd9" + bytes(40),
    ],
)
def test_anything_else_is_not(content: bytes):
    assert recognise(content) is None
