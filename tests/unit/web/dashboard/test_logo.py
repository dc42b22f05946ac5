"""An application's logo in the dashboard: at creation, replaced, taken away, refused in words."""

import re

import pytest

from tests.unit.applications.people import developer
from tests.unit.applications.test_logos import PNG
from tests.unit.web.dashboard.browser import Browser, Page
from tests.unit.web.dashboard.test_apps import created

LOGO = re.compile(r'<img class="monogram" src="/logos/[A-Za-z0-9]{32}/([0-9a-f]{16})"')


def stamp(page: Page) -> str:
    found = LOGO.search(page.text)
    return found[1] if found else ""


async def upload(browser: Browser, path: str, content: bytes) -> Page:
    page = await browser.get(path)
    return await browser.upload(page, f"{path}/logo", {"logo": content})


async def test_a_logo_may_be_given_at_creation(browser):
    form = await browser.get("/dashboard/apps/new")
    typed = {"name": "Acme", "url": ""}
    await browser.upload(form, "/dashboard/apps", {"logo": PNG}, **typed)
    assert stamp(await browser.get("/dashboard"))
    refused = await browser.upload(form, "/dashboard/apps", {"logo": b"<svg/>"}, **typed)
    assert refused.status == 422
    assert "Must be a PNG, JPEG or WebP picture." in refused.text
    # A file input that was left empty sends an empty file.
    without = await browser.upload(form, "/dashboard/apps", {"logo": b""}, **typed)
    assert without.status == 200
    assert "Logo" not in without.text


async def test_a_logo_is_replaced_and_taken_away(browser):
    path = await created(browser)
    assert not stamp(await browser.get(path))
    first = stamp(await upload(browser, path, PNG))
    second = stamp(await upload(browser, path, PNG + b"\x00"))
    assert first
    assert second not in ("", first)
    page = await browser.get(path)
    assert not stamp(await browser.submit(page, f"{path}/logo/remove"))


@pytest.mark.parametrize("content", [b"", b"GIF89a" + bytes(40), PNG + bytes(260_000)])
async def test_what_is_no_logo_is_refused_in_words(browser, content: bytes):
    path = await created(browser)
    page = await upload(browser, path, content)
    assert page.status == 422
    assert 'id="wrong-logo"' in page.text


async def test_somebody_elses_application_keeps_its_logo(app, browser, timed_store):
    path = await created(browser)
    await upload(browser, path, PNG)
    from_elsewhere = Browser(app)
    await from_elsewhere.sign_in((await developer(timed_store, "other@example.org")).email)
    own = await from_elsewhere.get(await created(from_elsewhere))
    token = own.field(f"{own.path}/name", "csrf")
    for action in ("logo/remove", "logo"):
        page = await from_elsewhere.post(f"{path}/{action}", {"csrf": token})
        assert page.status == 404
    assert stamp(await browser.get(path))
