"""Forms with a file: read whole and byte for byte, within a limit, and never by surprise."""

import asyncio

import pytest
from starlette.responses import Response

from daygate.domain.errors import Refusal
from daygate.web.forms import csrf_token, posted
from daygate.web.uploads import UPLOAD_LIMIT_BYTES, read_upload
from tests.unit.web.site import HTTPS, site

GOOD = csrf_token("browser-secret", "logo")
BYTES = bytes(range(256)) + b"\r\n--not-the-boundary\r\n\n\r"
TYPE = 'multipart/form-data; boundary="b"'


async def _take(request):
    try:
        form = await posted(request, "browser-secret", "logo", read_upload)
    except Refusal as refusal:
        return Response(type(refusal).__name__, 400)
    return Response(form.one("name").encode() + b"|" + form.files.get("logo", b"none"))


def part(name: str, value: bytes, filename: str = "") -> bytes:
    said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    return b"--b\r\nContent-Disposition: " + said.encode() + b"\r\n\r\n" + value + b"\r\n"


def send(body: bytes, media_type: str = TYPE) -> bytes:
    headers = {"content-type": media_type, "origin": HTTPS}
    return asyncio.run(site(_take)._ask("POST", "/", headers, body)).content


def test_a_file_arrives_byte_for_byte_beside_its_fields():
    body = part("csrf", GOOD.encode()) + part("name", "Zoë".encode()) + part("logo", BYTES, "a.png")
    assert send(body + b"--b--\r\n") == "Zoë|".encode() + BYTES


def test_a_form_without_files_may_come_in_the_plain_encoding():
    body = f"csrf={GOOD}&name=plain".encode()
    assert send(body, "application/x-www-form-urlencoded") == b"plain|none"


def test_d2_a_file_does_not_replace_the_token():
    assert send(part("logo", BYTES, "a.png") + b"--b--\r\n") == b"Forbidden"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", TYPE),
        (b"no boundary anywhere", TYPE),
        (part("csrf", GOOD.encode()) + b"--b--\r\n", "multipart/form-data"),
        (part("one", b"1", "1.png") + part("two", b"2", "2.png") + b"--b--\r\n", TYPE),
        (b"".join(part(f"f{n}", b"") for n in range(51)) + b"--b--\r\n", TYPE),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_page(body: bytes, media_type: str):
    assert send(body, media_type) == b"Malformed"


def test_a_body_over_the_limit_is_refused():
    body = part("csrf", GOOD.encode()) + part("logo", bytes(UPLOAD_LIMIT_BYTES), "a.png")
    assert send(body + b"--b--\r\n") == b"TooLarge"
