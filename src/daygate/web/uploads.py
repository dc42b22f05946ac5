"""Forms that may carry a file: read whole, within a limit, and handed on as plain values."""

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from daygate.domain.errors import Malformed
from daygate.web.forms import Form, body_of, media_type_of, read_form

MULTIPART_TYPE = "multipart/form-data"  # RFC 7578
UPLOAD_LIMIT_BYTES = 320_000
"""A logo at its largest, and the fields beside it."""
_MOST_FIELDS = 50


async def read_upload(request: Request) -> Form:
    """A form with at most one file; one without files may come in the plain encoding."""
    if media_type_of(request) != MULTIPART_TYPE:
        return await read_form(request)
    body = await body_of(request, UPLOAD_LIMIT_BYTES)
    parser = MultiPartParser(
        request.headers,
        _once(body),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=UPLOAD_LIMIT_BYTES,
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, UnicodeError, ValueError):
        raise Malformed("the form cannot be read") from None
    values: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            values.setdefault(name, []).append(value)
    await parsed.close()
    return Form(values, files)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
