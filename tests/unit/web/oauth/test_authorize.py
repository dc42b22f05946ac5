"""What happens before anybody is asked: right requests wait, wrong ones stay on our page."""

import pytest

from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import authorize, gate


async def test_a_right_request_waits_under_an_address_of_its_own(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        shown = await here.browser().get(authorize(app))
        assert shown.at.startswith("/connect/")
        assert shown.status == 200
        assert "a.example" in shown.text
        csp = shown.headers["content-security-policy"]
        assert "form-action 'self' https:;" in f"{csp};"
        assert shown.headers["x-frame-options"] == "DENY"


async def test_an_application_may_post_its_request_from_its_own_page(store):
    app = await rows.save(store, rows.application())
    query = authorize(app).partition("?")[2].encode()
    async with gate(store) as here:
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": "https://a.example",
            "sec-fetch-site": "cross-site",
        }
        shown = await here.browser()._ask("POST", "/oauth/authorize", sent, query)
        assert shown.at.startswith("/connect/")


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"client_id": "a\x00b"}])
async def test_t1_an_unknown_client_gets_a_page_without_a_way_out(store, changes):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        shown = await here.browser().get(authorize(app, **changes))
        assert shown.status == 400
        assert "location" not in shown.headers
        assert "a.example" not in shown.text


async def test_t2_an_unregistered_redirect_gets_a_page_without_a_way_out(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        shown = await here.browser().get(authorize(app, redirect_uri="https://evil.example/"))
        assert shown.status == 400
        assert "evil.example" not in shown.text


async def test_t11_errors_of_a_verified_application_go_back_to_it(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        gone = await here.browser().get(authorize(app, scope="everything"))
        assert gone.status == 303
        assert gone.returned["error"] == "invalid_scope"
        assert gone.returned["state"] == "s t&a=%te"


async def test_t18_errors_of_an_unverified_application_wait_for_a_click(store):
    app = await rows.save(store, rows.application(verified=False))
    async with gate(store) as here:
        shown = await here.browser().get(authorize(app, scope="everything"))
        assert shown.status == 400
        assert 'role="button" href="https://a.example/cb?error=invalid_scope' in shown.text
        assert "Return to a.example" in shown.text


async def test_t20_looking_at_the_head_begins_nothing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        answer = await here.browser()._ask("HEAD", authorize(app), {}, b"")
        assert answer.status == 405
        assert not answer.cookies
