"""Coming and going: no fixation, no forged sign-in, no open redirect, no enumeration."""

import pytest

from daygate.applications.sign_in import RECENT_S
from tests.unit.applications.people import PASSWORD, developer
from tests.unit.web.dashboard.browser import Browser, dashboard

SESSION = "__Host-daygate_session"


async def test_signing_up_and_in_leads_to_an_empty_list_with_the_next_step(app):
    browser = Browser(app)
    form = await browser.get("/dashboard/sign-up")
    told = await browser.submit(
        form, "/dashboard/sign-up", name="New", email="new@example.org", password=PASSWORD
    )
    assert "its account exists now" in told.text
    home = await browser.sign_in("new@example.org")
    assert home.path == "/dashboard"
    assert "No application yet" in home.text
    assert "Create application" in home.text


async def test_a_known_address_gets_the_same_answer_as_a_new_one(app, owner):
    pages = []
    for email in (owner.email, "new@example.org"):
        browser = Browser(app)
        form = await browser.get("/dashboard/sign-up")
        told = await browser.submit(
            form, "/dashboard/sign-up", follow=False, name="N", email=email, password=PASSWORD
        )
        pages.append((told.status, told.headers.items(), told.text))
    assert pages[0] == pages[1]


async def test_a_wrong_password_and_an_unknown_address_look_alike(app, owner):
    texts = set()
    for email in (owner.email, "abc@example.org"):
        page = await Browser(app).sign_in(email, "wrong password")
        assert page.status == 422
        token = page.field("/dashboard/sign-in", "csrf")
        texts.add(page.text.replace(email, "EMAIL").replace(token, "CSRF"))
    assert len(texts) == 1


async def test_the_session_changes_whenever_the_password_is_given(app, owner):
    browser = Browser(app)
    await browser.sign_in(owner.email)
    first = browser.cookies[SESSION]
    form = await browser.get("/dashboard/confirm")
    await browser.submit(form, "/dashboard/confirm", password=PASSWORD, next="/dashboard")
    assert browser.cookies[SESSION] != first
    assert (await Browser(app, {SESSION: first}).get("/dashboard")).path.startswith(
        "/dashboard/sign-in"
    )


async def test_the_session_cookie_is_out_of_reach(app, owner):
    browser = Browser(app)
    form = await browser.get("/dashboard/sign-in")
    answer = await browser.submit(
        form, "/dashboard/sign-in", follow=False, email=owner.email, password=PASSWORD
    )
    cookie = next(c for c in answer.headers.getlist("set-cookie") if c.startswith(SESSION))
    lowered = cookie.lower()
    assert all(word in lowered for word in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain" not in lowered


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/dashboard",
        "javascript:alert(1)",
        "/dashboard/../oauth/authorize",
        "/dashboard//evil.example",
        "/dashboard?next=x",
        "/oauth/authorize",
    ],
)
async def test_signing_in_leads_to_our_own_pages_only(app, owner, target):
    browser = Browser(app)
    form = await browser.get(f"/dashboard/sign-in?next={target}")
    assert form.field("/dashboard/sign-in", "next") == "/dashboard"
    answer = await browser.submit(
        form,
        "/dashboard/sign-in",
        follow=False,
        email=owner.email,
        password=PASSWORD,
        next=target,
    )
    assert answer.headers["location"] == "/dashboard"


async def test_the_page_asked_for_comes_after_signing_in(app, owner):
    browser = Browser(app)
    door = await browser.get("/dashboard/sessions")
    assert door.path == "/dashboard/sign-in?next=/dashboard/sessions"
    page = await browser.sign_in(owner.email, next_path="?next=/dashboard/sessions")
    assert page.path == "/dashboard/sessions"


async def test_another_browsers_token_does_not_sign_anybody_in(app, owner):
    token = (await Browser(app).get("/dashboard/sign-in")).field("/dashboard/sign-in", "csrf")
    victim = Browser(app)
    await victim.get("/dashboard/sign-in")
    typed = {"csrf": token, "email": owner.email, "password": PASSWORD}
    assert (await victim.post("/dashboard/sign-in", typed)).status == 403
    assert SESSION not in victim.cookies


async def test_guessing_ends_in_429(app, owner):
    for _ in range(10):
        await Browser(app).sign_in(owner.email, "wrong password")
    refused = await Browser(app).sign_in(owner.email)
    assert refused.status == 429
    assert refused.headers["retry-after"] == "900"


async def test_closed_means_that_nobody_signs_up(timed_store):
    app = dashboard(timed_store, sign_up="closed")
    assert (await Browser(app).get("/dashboard/sign-up")).status == 404
    assert "Create one" not in (await Browser(app).get("/dashboard/sign-in")).text


async def test_signing_out_ends_the_session_everywhere(app, browser):
    secret = browser.cookies[SESSION]
    page = await browser.submit(await browser.get("/dashboard"), "/dashboard/sign-out")
    assert page.path == "/dashboard/sign-in"
    assert "sign-in" in (await Browser(app, {SESSION: secret}).get("/dashboard")).path


async def test_an_old_sign_in_has_to_give_the_password_before_a_serious_change(browser, clock):
    made = await browser.submit(
        await browser.get("/dashboard/apps/new"), "/dashboard/apps", name="Acme", url=""
    )
    path = made.path.removesuffix("/secret")
    page = await browser.get(path)
    clock.advance(s=RECENT_S)
    asked = await browser.submit(page, f"{path}/secrets")
    assert asked.path == f"/dashboard/confirm?next={path}"
    assert "Confirm your password" in (await browser.get(path)).text
    wrong = await browser.submit(asked, "/dashboard/confirm", password="wrong", next=path)
    assert wrong.status == 422
    back = await browser.submit(wrong, "/dashboard/confirm", password=PASSWORD, next=path)
    assert back.path == path
    assert (await browser.submit(back, f"{path}/secrets")).path == f"{path}/secret"


async def test_people_see_and_end_their_other_sessions(app, owner, browser):
    other = Browser(app)
    await other.sign_in(owner.email)
    page = await browser.get("/dashboard/sessions")
    handle = page.field("/dashboard/sessions/revoke", "session")
    ended = await browser.submit(page, "/dashboard/sessions/revoke", session=handle)
    assert "That session is ended" in ended.text
    assert "sign-in" in (await other.get("/dashboard")).path


async def test_a_new_password_needs_the_old_one(app, owner, browser):
    page = await browser.get("/dashboard/sessions")
    wrong = await browser.submit(
        page, "/dashboard/password", password="wrong", new_password="quite another one"
    )
    assert "Wrong password" in wrong.text
    done = await browser.submit(
        wrong, "/dashboard/password", password=PASSWORD, new_password="quite another one"
    )
    assert "Your password is changed" in done.text
    assert (await Browser(app).sign_in(owner.email)).status == 422
    assert (await Browser(app).sign_in(owner.email, "quite another one")).path == "/dashboard"


async def test_operators_pages_are_not_there_for_developers(app, browser, timed_store):
    for path in ("/dashboard/users", "/dashboard/verifications", "/dashboard/verifications/ver_x"):
        assert (await browser.get(path)).status == 404
    operator = await developer(timed_store, "op@example.org", operator=True)
    chair = Browser(app)
    await chair.sign_in(operator.email)
    assert "dev@example.org" in (await chair.get("/dashboard/users")).text
