"""The language of a request: the application's `locale`, on every page, and the person's choice."""

import re

import pytest

from daygate.web.languages import LANGUAGES
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import Browser, authorize, gate

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TITLES = {
    "en": "Connect Fastmail",
    "de": "Fastmail verbinden",
    "fr": "Connecter Fastmail",
    "es": "Conectar Fastmail",
}
NOTHING_HERE = {
    "en": "There is nothing here",
    "de": "Hier ist nichts",
    "fr": "a rien ici",
    "es": "Aquí no hay nada",
}


def _speaks(browser: Browser, code: str) -> bool:
    assert browser.headers["Content-Language"] == code
    assert "Accept-Language" in browser.headers["Vary"]
    return f'<html lang="{code}">' in browser.text


@pytest.mark.parametrize("code", LANGUAGES)
async def test_every_page_speaks_the_language_that_the_application_named(store, code):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale=code))
        assert _speaks(browser, code)
        await browser.get(f"{browser.base}/service/fastmail")
        assert _speaks(browser, code)
        assert TITLES[code] in browser.text
        assert '<span lang="en">' not in browser.text
        await here.connect(browser, "ada")
        assert browser.at.endswith("/consent")
        assert _speaks(browser, code)


@pytest.mark.parametrize("code", LANGUAGES)
async def test_pages_of_trouble_do_too(store, code):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale=code))
        base = browser.base
        await browser.get(f"{base}/service/nobodys")
        assert browser.status == 404
        assert _speaks(browser, code)
        assert NOTHING_HERE[code] in browser.text
        await browser.get(base)
        await browser.post(f"{base}/deny", {}, csrf="forged")
        assert (browser.status, _speaks(browser, code)) == (403, True)
        await browser.get(base)
        await browser.post(f"{base}/deny", {})
        await browser.get(base)
        assert (browser.status, _speaks(browser, code)) == (400, True)


async def test_a_mistake_in_the_request_is_told_in_its_language_though_its_words_are_english(store):
    app = await rows.save(store, rows.application(verified=False))
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale="de", response_type="token"))
        assert _speaks(browser, "de")
        assert '<p lang="en"><bdi>unsupported_response_type' in browser.text
        assert 'href="/docs/errors#unsupported_response_type"' in browser.text


async def test_the_person_may_choose_another_language_and_keeps_it(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale="de"))
        assert re.search(r'<a href="\?locale=fr" hreflang="fr" lang="fr">', browser.text)
        await browser.get(f"{browser.base}?locale=fr")
        assert _speaks(browser, "fr")
        assert f"{browser.base}/service/fastmail?locale=fr" in browser.text


async def test_a_language_that_is_not_here_leaves_it_to_the_browser(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, locale="cy"))
        assert _speaks(browser, "en")
