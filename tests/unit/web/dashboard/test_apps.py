"""The developer's afternoon: create, copy, list URIs, ask, be verified."""

import json

import pytest

from daygate.applications import register
from daygate.kit.crypto import fingerprint
from daygate.store import applications
from daygate.web.dashboard.routes import OPERATORS, PUBLIC, ROUTES, SIGNED_IN
from tests.unit.applications.people import developer
from tests.unit.web.dashboard.browser import Browser, Page

URI = "https://acme.example/cb"


async def create(browser: Browser, name: str = "Acme Planner") -> Page:
    form = await browser.get("/dashboard/apps/new")
    return await browser.submit(form, "/dashboard/apps", name=name, url="https://acme.example")


async def created(browser: Browser) -> str:
    return (await create(browser)).path.removesuffix("/secret")


async def test_creating_an_application_gives_both_identifiers(browser, timed_store):
    page = await create(browser)
    assert "This application is not verified" in page.text
    client_id, secret = page.code("client-id"), page.code("client-secret")
    async with timed_store.read() as tx:
        found = await applications.by_secret_hash(tx, fingerprint(secret))
    assert found is not None
    assert found.client_id == client_id


async def test_the_secret_is_shown_once(browser):
    shown = await create(browser)
    secret = shown.code("client-secret")
    again = await browser.get(shown.path)
    assert again.path == shown.path.removesuffix("/secret")
    assert secret not in again.text
    assert f"…{secret[-4:]}" in again.text
    assert secret not in "".join(browser.cookies.values())


async def test_the_cookie_that_carries_a_secret_opens_in_its_own_session_only(app, browser, owner):
    form = await browser.get("/dashboard/apps/new")
    moved = await browser.submit(form, "/dashboard/apps", follow=False, name="A", url="")
    other = Browser(app)
    await other.sign_in(owner.email)
    name = "__Host-daygate_reveal"
    other.cookies[name] = browser.cookies[name]
    page = await other.get(moved.headers["location"])
    assert page.path == moved.headers["location"].removesuffix("/secret")


async def test_the_page_gives_an_authorize_url_and_calls_to_paste(browser):
    page = await browser.get(await created(browser))
    assert "https://gate.example/oauth/authorize?response_type=code&amp;client_id=" in page.text
    curl = page.text.split("curl https://gate.example/oauth/token", 1)[1].split("</code>", 1)[0]
    body = curl.split("-d &#39;", 1)[1].rsplit("&#39;", 1)[0]
    sent = json.loads(
        body.replace("&#34;", '"').replace("&#39;", "'").replace("'\"$CLIENT_SECRET\"'", "s")
    )
    assert sent["grant_type"] == "authorization_code"


async def test_a_name_cannot_become_markup(browser):
    page = await create(browser, "<img src=x onerror=alert(1)>")
    assert "<img" not in page.text
    assert "&lt;img" in page.text


async def test_a_form_with_faults_comes_back_as_it_was_typed(browser):
    form = await browser.get("/dashboard/apps/new")
    page = await browser.submit(form, "/dashboard/apps", name=" ", url="ftp://acme.example")
    assert page.status == 422
    assert "ftp://acme.example" in page.text
    assert page.text.count('class="wrong"') == 2


async def test_from_listing_a_uri_to_being_verified(app, browser, timed_store, owner):
    path = await created(browser)
    page = await browser.get(path)
    page = await browser.submit(page, f"{path}/uris", uri=URI)
    assert "Not approved yet" in page.text
    page = await browser.submit(
        page, f"{path}/verification", email="dev@example.org", display_name=""
    )
    assert "Waits for the operator" in page.text
    operator = await developer(timed_store, "op@example.org", operator=True)
    chair = Browser(app)
    await chair.sign_in(operator.email)
    queue = await chair.get("/dashboard/verifications")
    request = queue.text.split('href="/dashboard/verifications/')[1].split('"')[0]
    shown = await chair.get(f"/dashboard/verifications/{request}")
    done = await chair.submit(shown, f"/dashboard/verifications/{request}/accept", uri=URI)
    assert "Nothing waits" in done.text
    page = await browser.get(path)
    assert "This application is not verified" not in page.text
    assert "Approved" in page.text
    page = await browser.submit(page, f"{path}/uris", uri=f"{URI}2")
    assert "refused until then" in page.text


async def test_a_refusal_is_read_by_the_developer(app, browser, timed_store):
    path = await created(browser)
    page = await browser.submit(await browser.get(path), f"{path}/uris", uri=URI)
    await browser.submit(page, f"{path}/verification", email="dev@example.org", display_name="D")
    await developer(timed_store, "op@example.org", operator=True)
    chair = Browser(app)
    await chair.sign_in("op@example.org")
    queue = await chair.get("/dashboard/verifications")
    place = (
        "/dashboard/verifications/"
        + queue.text.split('"/dashboard/verifications/')[1].split('"')[0]
    )
    empty = await chair.submit(await chair.get(place), f"{place}/refuse", reason=" ")
    assert empty.status == 422
    await chair.submit(empty, f"{place}/refuse", reason="Whose host is this?")
    assert "Whose host is this?" in (await browser.get(path)).text


async def test_secrets_are_rotated_on_the_page(browser, timed_store, clock):
    shown = await create(browser)
    path, first = shown.path.removesuffix("/secret"), shown.code("client-secret")
    clock.advance(s=1)  # the page lists the oldest first
    page = await browser.get(path)
    second = (await browser.submit(page, f"{path}/secrets")).code("client-secret")
    page = await browser.get(path)
    assert "Two secrets are live" in page.text
    secret_id = page.field(f"{path}/secrets/retire", "secret")
    await browser.submit(page, f"{path}/secrets/retire", secret=secret_id, when="now")
    async with timed_store.read() as tx:
        assert await applications.by_secret_hash(tx, fingerprint(first)) is None
        assert await applications.by_secret_hash(tx, fingerprint(second)) is not None


async def test_no_form_makes_an_application_verified(browser, timed_store, owner):
    path = await created(browser)
    page = await browser.get(path)
    await browser.submit(
        page,
        f"{path}/options",
        token_shape="flat",
        refresh_mode="rotating",
        access_token_life_s="600",
        verified="true",
        host_wildcards="true",
        owner_id="usr_x",
    )
    async with timed_store.read() as tx:
        (found,) = await register.of_owner(tx, owner.user_id)
    assert (found.verified, found.host_wildcards) == (False, False)
    assert found.access_token_life_s == 600


async def test_deleting_takes_the_name_typed_again(browser, timed_store, owner):
    path = await created(browser)
    page = await browser.submit(await browser.get(path), f"{path}/delete", name="acme")
    assert page.status == 422
    gone = await browser.submit(page, f"{path}/delete", name="Acme Planner")
    assert "No application yet" in gone.text
    assert (await browser.get(path)).status == 404


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{application_id}" in route.path], ids=lambda r: r.path
)
async def test_somebody_elses_application_is_not_there(app, browser, timed_store, route):
    path = await created(browser)
    await developer(timed_store, "other@example.org")
    other = Browser(app)
    home = await other.sign_in("other@example.org")
    target = route.path.replace("/dashboard/apps/{application_id}", path)
    if "POST" in route.methods:
        token = home.field("/dashboard/sign-out", "csrf")
        assert (await other.post(target, {"csrf": token, "name": "X"})).status == 404
    else:
        assert (await other.get(target)).status == 404


@pytest.mark.parametrize("route", [*SIGNED_IN, *OPERATORS], ids=lambda r: r.path)
async def test_every_page_but_the_doors_needs_a_session(app, route):
    path = route.path.replace("{application_id}", "app_x").replace("{verification_id}", "ver_x")
    ask = Browser(app).post(path, {}) if "POST" in route.methods else Browser(app).get(path)
    assert (await ask).path.startswith("/dashboard/sign-in")


@pytest.mark.parametrize("route", [*PUBLIC, *SIGNED_IN, *OPERATORS], ids=lambda r: r.path)
async def test_every_change_needs_a_token_of_this_session(app, browser, timed_store, route):
    if "POST" not in route.methods:
        return
    await developer(timed_store, "op@example.org", operator=True)
    chair = Browser(app)
    await chair.sign_in("op@example.org")
    path = route.path.replace("{application_id}", "app_x").replace("{verification_id}", "ver_x")
    stolen = (await browser.get("/dashboard")).field("/dashboard/sign-out", "csrf")
    for token in ("", stolen):
        assert (await chair.post(path, {"csrf": token})).status == 403


async def test_a_form_from_another_site_is_refused(browser):
    page = await browser.get("/dashboard/apps/new")
    browser.headers["origin"] = "https://evil.example"
    assert (await browser.submit(page, "/dashboard/apps", name="A", url="")).status == 403
