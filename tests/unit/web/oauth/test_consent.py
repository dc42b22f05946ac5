"""Consent: what is shown is what is granted, once, to whom it was shown for."""

import pytest

from daygate.domain.ids import GrantId
from daygate.domain.subject import Subject
from daygate.oauth import link_tokens
from daygate.store import profiles
from daygate.web.oauth.consent import may, may_not
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import authorize, gate


async def test_allowing_sends_a_code_back_with_state_and_issuer(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        assert "Read your events" in browser.text
        assert "Get your password" in browser.text
        await browser.allow()
        assert browser.status == 303
        assert set(browser.returned) == {"code", "state", "iss"}
        assert browser.returned["state"] == "s t&a=%te"


async def test_t26_a_second_click_gets_the_same_answer(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        base, token, form = browser.base, browser.csrf, {"profile": browser.ticked()}
        await browser.post(f"{base}/consent", form)
        first = browser.location
        await browser.post(f"{base}/consent", form, csrf=token)
        assert browser.location == first
        await browser.get(f"{base}/consent")
        assert "You have answered this already" in browser.text


async def test_t25_two_tabs_each_get_an_answer_of_their_own(store):
    one = await rows.save(store, rows.application(name="One"))
    two = await rows.save(store, rows.application(name="Two"))
    async with gate(store) as here:
        browser = await here.browser().get(authorize(one, state="1"))
        await here.connect(browser, "ada")
        first, token, ticked = browser.base, browser.csrf, browser.ticked()
        await browser.get(authorize(two, state="2", avoid_linking="true"))
        await here.connect(browser, "bruno")
        await browser.allow()
        assert browser.returned["state"] == "2"
        await browser.post(f"{first}/consent", {"profile": ticked}, csrf=token)
        assert browser.returned["state"] == "1"
        assert "code" in browser.returned


async def test_the_accounts_other_profiles_are_offered_and_not_ticked(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        ada = browser.ticked()
        await here.connect(browser, "bruno")
        assert len(browser.offered()) == 2
        assert browser.ticked() != ada
        assert len(browser.ticked()) == 1


async def test_what_the_application_has_already_stays_ticked(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.allow()
        await browser.get(authorize(app))
        await here.connect(browser, "bruno")
        assert len(browser.ticked()) == 2
        assert "Shared with this application already" in browser.text


async def test_nothing_ticked_is_asked_again(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.allow([])
        assert browser.status == 422
        assert "Tick at least one calendar account" in browser.text
        await browser.allow()
        assert "code" in browser.returned


async def test_t24_a_form_cannot_name_what_the_page_did_not_show(store):
    app = await rows.save(store, rows.application())
    account_id, (stranger,) = await rows.person(store)
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        form = {"profile": [stranger], "shown": [stranger], "client_id": "x", "scope": "read_write"}
        await browser.post(f"{browser.base}/consent", form)
        assert browser.status == 422
    async with store.read() as tx:
        assert not await profiles.in_use(tx, account_id, stranger)


async def test_a_link_token_joins_the_account_and_shows_nothing_else_of_it(store):
    app = await rows.save(store, rows.application())
    account_id, others = await rows.person(store, 2)
    async with store.write() as tx:
        token = await link_tokens.mint(
            tx, Subject(account_id, GrantId("grt_1"), app.application_id, "read_events", 0)
        )
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, link_token=token))
        await here.connect(browser, "ada")
        assert "Ursula" in browser.text
        assert len(browser.offered()) == 1
        assert not set(others) & set(browser.offered())
        assert not any("person" in name for name in browser.cookies)
        await browser.allow(others)
        assert browser.status == 422


async def test_an_unverified_application_over_its_limit_is_explained(store):
    app = await rows.save(store, rows.application(verified=False))
    async with gate(store, unverified_accounts=1) as here:
        first, browser = here.browser(), here.browser()
        await here.connect(await first.get(authorize(app)), "ada")
        assert "Nobody has verified this application" in first.text
        await first.allow()
        assert "code" in first.returned
        await here.connect(await browser.get(authorize(app)), "bruno")
        await browser.allow()
        assert browser.status == 400
        assert "cannot connect more people" in browser.text


async def test_denying_after_connecting_gives_nothing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        await browser.post(f"{browser.base}/deny", {})
        assert browser.returned["error"] == "access_denied"
        assert "code" not in browser.returned


@pytest.mark.parametrize(
    ("scope", "allowed", "refused"),
    [
        ("read_free_busy", ["read_free_busy", "list_calendars"], ["details", "write"]),
        ("read_events delete_event", ["read_events", "delete_event", "list_calendars"], []),
        ("create_event", ["create_event", "list_calendars"], ["events"]),
    ],
)
def test_words_say_what_it_may_and_what_it_may_not(scope, allowed, refused):
    assert may(scope) == allowed
    assert may_not(scope) == [*refused, "password", "others"]
