"""Static files: read once, served under names that carry their hash, cacheable for ever."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

ROOT = Path(__file__).parent / "static"
PREFIX = "/static/"
_SERVED = {".css", ".js", ".svg", ".png", ".ico"}
_YEAR_S = 31_536_000
FOR_EVER = f"public, max-age={_YEAR_S}, immutable"
_HASH_HEX = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media_type: str
    path: str


def _asset(file: Path) -> Asset:
    content = file.read_bytes()
    name = PurePosixPath(file.relative_to(ROOT).as_posix())
    stamp = hashlib.sha256(content).hexdigest()[:_HASH_HEX]
    media_type = mimetypes.guess_type(name.name)[0] or "application/octet-stream"
    return Asset(content, media_type, f"{name.with_suffix('')}.{stamp}{name.suffix}")


@cache
def _assets() -> Mapping[str, Asset]:
    files = sorted(file for file in ROOT.rglob("*") if file.suffix in _SERVED)
    return {file.relative_to(ROOT).as_posix(): _asset(file) for file in files}


@cache
def _by_path() -> Mapping[str, Asset]:
    return {asset.path: asset for asset in _assets().values()}


def static(name: str) -> str:
    """The address of `static/<name>`; unknown names are a mistake of ours."""
    return PREFIX + _assets()[name].path


async def serve_static(request: Request) -> Response:
    """GET /static/{path}: exactly the hashed names; a file is never looked up on disk."""
    asset = _by_path().get(request.path_params["path"])
    if asset is None:
        return Response(status_code=404)
    return _respond(asset, FOR_EVER)


async def serve_favicon(_request: Request) -> Response:
    """GET /favicon.ico, which browsers ask for on pages of ours that are not HTML."""
    return _respond(_assets()["favicon.svg"], "public, max-age=86400")


def picture_headers(caching: str) -> dict[str, str]:
    """The headers of what a page draws: of the stated type or nothing, and for our pages alone."""
    return {
        "Cache-Control": caching,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        # An SVG opened as a document may style itself and do nothing else.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }


def _respond(asset: Asset, caching: str) -> Response:
    headers = picture_headers(caching)
    return Response(asset.content, 200, headers, media_type=asset.media_type)
