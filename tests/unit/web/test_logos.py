"""T28: a logo comes from here, as the picture it was checked to be."""

import re
from types import SimpleNamespace

from starlette.applications import Starlette

from daygate.applications import logos
from daygate.domain.application import Application
from daygate.domain.developer import CONSOLE
from daygate.store.engine import Store
from daygate.web.routes import ROUTES
from tests.unit.applications.test_logos import PNG
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import Browser, authorize, gate
from tests.unit.web.site import HTTPS, Site


def pictures(store: Store) -> Browser:
    app = Starlette(routes=ROUTES)
    app.state.parts = SimpleNamespace(store=store)
    return Browser(Site(app, HTTPS))


async def with_logo(store: Store, **changes) -> Application:
    app = await rows.save(store, rows.application(**changes))
    await store.transact(lambda tx: logos.replace(tx, app, logos.checked(PNG), CONSOLE))
    return app


def shown(text: str) -> list[str]:
    return re.findall(r'<img [^>]*src="([^"]*)"', text)


async def test_the_connect_pages_show_it_and_it_is_there(store):
    app = await with_logo(store, verified=False)
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        (who_asks,) = shown(browser.text)
        await here.connect(browser, "ada")
        assert shown(browser.text) == [who_asks]
        assert "img-src 'self' data:;" in browser.headers["content-security-policy"]
    answer = await pictures(store).get(who_asks)
    assert (answer.status, answer.answer and answer.answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_without_a_logo_the_first_letter_stands_there(store):
    app = await rows.save(store, rows.application(name="ångström"))
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
    assert shown(browser.text) == []
    assert '<span class="monogram" aria-hidden="true">Å</span>' in browser.text


async def test_any_other_address_is_not_there(store):
    app = await with_logo(store)
    for path in (f"/logos/{app.client_id}/0000", "/logos/nobody/0000", "/logos/%00/0000"):
        assert (await pictures(store).get(path)).status == 404
