"""An application's logo: checked by its header, kept here, and part of what is verified."""

from daygate.domain.application import Application
from daygate.domain.developer import Actor
from daygate.domain.errors import Invalid, invalid
from daygate.kit import pictures
from daygate.store import application_changes, application_logos, audit
from daygate.store.application_logos import Logo
from daygate.store.engine import Tx

LARGEST_BYTES = 256_000
SMALLEST_PX = 32
LARGEST_PX = 2048
"""Browsers decode to four bytes a pixel: 16 MiB for one that is this wide and high."""


def checked(content: bytes) -> Logo:
    """A picture fit to be shown beside a name. Raises `Invalid` on `logo`."""
    if len(content) > LARGEST_BYTES:
        raise _wrong("errors.too_long", f"must have at most {LARGEST_BYTES // 1000} kB")
    picture = pictures.recognise(content)
    if picture is None:
        raise _wrong("errors.invalid", "must be a PNG, JPEG or WebP picture")
    sides = (picture.width_px, picture.height_px)
    if min(sides) < SMALLEST_PX or max(sides) > LARGEST_PX:
        raise _wrong(
            "errors.invalid", f"must be {SMALLEST_PX} to {LARGEST_PX} pixels wide and high"
        )
    return Logo(picture.media_type, content)


async def replace(tx: Tx, application: Application, logo: Logo, actor: Actor) -> None:
    """Give an application a logo.

    People go by it when they decide, so a verified application has to be verified again.
    """
    await application_logos.put(tx, application.application_id, logo)
    if application.verified:
        await application_changes.change(tx, application.application_id, {"verified": False})
    await _note(tx, application, "logo.replaced", actor)


async def remove(tx: Tx, application: Application, actor: Actor) -> None:
    """Take the logo away; its first letter stands there again."""
    if await application_logos.drop(tx, application.application_id):
        await _note(tx, application, "logo.removed", actor)


async def _note(tx: Tx, application: Application, act: str, actor: Actor) -> None:
    await audit.append(tx, actor.name, act, application.application_id, "", actor.address)


def _wrong(key: str, description: str) -> Invalid:
    return invalid("logo", key, description)
