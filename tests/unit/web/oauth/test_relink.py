"""A relink address opens nothing by itself: only the same account at the service will do."""

import sqlalchemy as sa

from daygate.store import schema
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import Browser, Gate, authorize, gate


async def _broken(here: Gate, app) -> tuple[Browser, str]:
    """Ada's profile, disconnected, and the browser that connected it."""
    browser = await here.browser().get(authorize(app))
    await here.connect(browser, "ada")
    async with here.store.write() as tx:
        await tx.execute(sa.update(schema.profiles).values(connected=False))
    return browser, browser.offered()[0]


async def _connected(here: Gate) -> bool:
    async with here.store.read() as tx:
        row = await tx.first(sa.select(schema.profiles.c.connected))
    return bool(row and row.connected)


async def test_the_same_account_brings_the_profile_back(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        _, profile_id = await _broken(here, app)
        browser = await here.browser().get(f"/relink/{profile_id}")
        form = {"user": "ada", "password": here.world.app_password("ada")}
        await browser.post(browser.at, form)
        assert "is connected again" in browser.text
        assert await _connected(here)
        await browser.get(f"/relink/{profile_id}")
        assert "This is about" in browser.text


async def test_another_account_changes_nothing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        _, profile_id = await _broken(here, app)
        browser = await here.browser().get(f"/relink/{profile_id}")
        form = {"user": "bruno", "password": here.world.app_password("bruno")}
        await browser.post(browser.at, form)
        assert browser.status == 422
        assert "This is another account" in browser.text
        assert not await _connected(here)


async def test_only_its_own_browser_is_told_whose_it_is(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser, profile_id = await _broken(here, app)
        await browser.get(f"/relink/{profile_id}")
        assert "This is about" in browser.text
        stranger = await here.browser().get(f"/relink/{profile_id}")
        assert "This is about" not in stranger.text
        assert "ada" not in stranger.text.lower().replace("data", "")


async def test_an_unknown_profile_is_not_there(store):
    async with gate(store) as here:
        assert (await here.browser().get("/relink/pro_none")).status == 404
        assert (await here.browser().get("/relink/a%00b")).status == 404
