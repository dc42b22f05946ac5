"""Picking a service and showing what opens the calendars there."""

import pytest
import sqlalchemy as sa

from daygate.store import schema
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import authorize, gate


async def test_the_page_says_who_asks_and_offers_services(store):
    app = await rows.save(store, rows.application(name="<b>Planner\u202e</b>", verified=False))
    async with gate(store) as here:
        shown = await here.browser().get(authorize(app))
        assert "&lt;b&gt;Planner&lt;/b&gt;" in shown.text
        assert "Not verified" in shown.text
        assert "/service/sandbox" in shown.text
        assert "/service/icloud" in shown.text


async def test_a_named_service_skips_the_chooser_and_another_may_be_picked(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, provider_name="apple"))
        assert browser.at.endswith("/service/icloud")
        await browser.get(f"{browser.base}?choose=1")
        assert "/service/sandbox" in browser.text


async def test_an_unknown_service_name_shows_the_chooser(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, provider_name="acme"))
        assert "/service/sandbox" in browser.text


async def test_a_wrong_password_is_explained_and_only_the_name_is_kept(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await browser.connect("ada", "aaaa-bbbb-cccc-dddd")
        assert browser.status == 422
        assert "did not accept this user name and password" in browser.text
        assert 'value="ada"' in browser.text
        assert "aaaa-bbbb" not in browser.text


async def test_an_ordinary_password_is_told_from_a_wrong_one(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await browser.connect("ada", "ada-at-home")
        assert "wants an app password here" in browser.text


async def test_guessing_has_an_end(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        for _ in range(31):
            await browser.connect("", "")
        assert browser.status == 429


async def test_t23_a_form_without_the_token_of_this_request_is_refused(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser, other = here.browser(), here.browser()
        await other.get(authorize(app))
        await browser.get(authorize(app, provider_name="sandbox"))
        form = {"user": "ada", "password": here.world.app_password("ada")}
        await browser.post(browser.at, form, csrf=other.csrf)
        assert browser.status == 403


async def test_a_request_opens_only_in_the_browser_that_began_it(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        stranger = await here.browser().get(browser.at)
        assert stranger.status == 400
        assert "another browser" in stranger.text


async def test_saying_no_goes_back_before_anything_is_typed(store):
    app = await rows.save(store, rows.application(verified=False))
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await browser.post(f"{browser.base}/deny", {})
        assert browser.returned["error"] == "access_denied"
        assert browser.returned["state"] == "s t&a=%te"


async def test_t27_connecting_changes_the_cookies_and_the_bare_key_opens_nothing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        before = dict(browser.cookies)
        await here.connect(browser, "ada")
        assert browser.at.endswith("/consent")
        assert not before.items() & browser.cookies.items()
        planter = here.browser()
        planter.cookies = before
        await planter.get(browser.at)
        assert not planter.at.endswith("/consent")
        assert "Ada" not in planter.text


async def test_a_remembered_browser_may_go_on_or_say_that_it_is_somebody_else(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.get(authorize(app))
        assert "This browser is known as" in browser.text
        await browser.post(f"{browser.base}/account", {"profile": browser.offered_accounts()[0]})
        assert browser.at.endswith("/consent")
        await browser.post(f"{browser.base}/not-me", {})
        assert "This browser is known as" not in browser.text
        await browser.get(f"{browser.base}/consent")
        assert not browser.at.endswith("/consent")


async def _kept(store) -> int:
    async with store.read() as tx:
        return len(await tx.all(sa.select(schema.profiles.c.profile_id)))


@pytest.mark.parametrize("answer", ["deny", "not-me"])
async def test_what_is_connected_and_shared_with_nobody_is_not_kept(store, answer):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.post(f"{browser.base}/{answer}", {})
        assert await _kept(store) == 0


@pytest.mark.parametrize("answer", ["deny", "not-me"])
async def test_what_another_consent_shares_stays(store, answer):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.allow()
        await browser.get(authorize(app))
        await here.connect(browser, "ada")
        await browser.post(f"{browser.base}/{answer}", {})
        assert await _kept(store) == 1


async def test_somebody_elses_profile_cannot_be_gone_on_with(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        ada, bruno = here.browser(), here.browser()
        await here.connect(await ada.get(authorize(app)), "ada")
        await here.connect(await bruno.get(authorize(app)), "bruno")
        stolen = ada.offered()[0]
        await bruno.get(authorize(app))
        await bruno.post(f"{bruno.base}/account", {"profile": stolen})
        assert bruno.status == 404


async def test_avoid_linking_keeps_the_browsers_account_out_of_it(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.get(authorize(app, avoid_linking="true"))
        assert "This browser is known as" not in browser.text
        await here.connect(browser, "bruno")
        assert len(browser.offered()) == 1


async def test_the_language_chosen_on_a_page_stays(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale="fr"))
        assert 'lang="fr"' in browser.text
        await browser.get(f"{browser.base}?locale=de")
        assert '<html lang="de">' in browser.text
        assert "/service/sandbox?locale=de" in browser.text
