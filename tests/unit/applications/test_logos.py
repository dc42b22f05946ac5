"""T28: a logo is a small picture, served by us, and part of what was verified."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from daygate.applications import logos, register, verify
from daygate.domain.application import Application
from daygate.domain.developer import CONSOLE
from daygate.domain.errors import Invalid
from daygate.store import application_logos, applications, schema
from daygate.store.engine import Store
from tests.unit.applications.people import application, by, developer

PNG = (Path(__file__).parents[1] / "kit" / "pictures" / "plain.png").read_bytes()


def png(width_px: int, height_px: int) -> bytes:
    return PNG[:16] + width_px.to_bytes(4) + height_px.to_bytes(4) + PNG[24:]


async def reread(store: Store, app: Application) -> Application:
    async with store.read() as tx:
        found = await applications.by_id(tx, app.application_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png(31, 48),
        png(48, 2049),
        png(50_000, 50_000),
        PNG + bytes(logos.LARGEST_BYTES),
    ],
)
def test_what_is_no_small_picture_is_refused(content: bytes):
    with pytest.raises(Invalid) as refused:
        logos.checked(content)
    assert [error.field for error in refused.value.errors] == ["logo"]


@pytest.mark.parametrize("size", [(32, 32), (2048, 2048)])
def test_the_limits_themselves_are_allowed(size: tuple[int, int]):
    assert logos.checked(png(*size)).media_type == "image/png"


async def test_a_logo_is_found_by_its_stamp_and_a_new_one_has_another(store):
    owner = await developer(store)
    app = (await application(store, owner)).application
    assert app.logo == ""
    stamps = []
    for content in (PNG, png(64, 64)):
        logo = logos.checked(content)
        await store.transact(lambda tx, logo=logo: logos.replace(tx, app, logo, by(owner)))
        stamps.append((await reread(store, app)).logo)
    async with store.read() as tx:
        assert await application_logos.find(tx, app.client_id, stamps[0]) is None
        found = await application_logos.find(tx, app.client_id, stamps[1])
        assert found is not None
        assert (found.media_type, found.content) == ("image/png", png(64, 64))
        assert await application_logos.find(tx, "A" * 32, stamps[1]) is None


async def test_a_verified_application_with_another_logo_has_to_be_verified_again(store):
    owner = await developer(store)
    app = (await application(store, owner)).application
    app = await store.transact(lambda tx: verify.approve(tx, app, CONSOLE))
    await store.transact(lambda tx: logos.replace(tx, app, logos.checked(PNG), by(owner)))
    assert not (await reread(store, app)).verified


async def test_a_logo_goes_on_request_and_with_its_application(store):
    owner = await developer(store)
    app = (await application(store, owner)).application
    for end in (logos.remove, register.close):
        await store.transact(lambda tx: logos.replace(tx, app, logos.checked(PNG), by(owner)))
        await store.transact(lambda tx, end=end: end(tx, app, by(owner)))
        async with store.read() as tx:
            assert await tx.all(sa.select(schema.application_logos)) == []
    async with store.read() as tx:
        acts = await tx.all(sa.select(schema.audit.c.act).order_by(schema.audit.c.position))
    assert [row.act for row in acts][-4:] == [
        "logo.replaced", "logo.removed", "logo.replaced", "application.closed",
    ]  # fmt: skip
