"""The cookie of one request: its proof is sealed for that request and that account alone."""

import pytest

from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import Browser, authorize, gate


def _flow_cookie(browser: Browser) -> str:
    handle = browser.base.rpartition("/")[2]
    return f"__Host-daygate_flow_{handle[:8]}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_t27_the_proof_of_another_request_proves_nothing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        ada, bruno = here.browser(), here.browser()
        await here.connect(await ada.get(authorize(app)), "ada")
        await here.connect(await bruno.get(authorize(app)), "bruno")
        own, foreign = ada.cookies[_flow_cookie(ada)], bruno.cookies[_flow_cookie(bruno)]
        key = own.partition(".")[0]
        for proof in ("", "junk", foreign.partition(".")[2]):
            ada.cookies[_flow_cookie(ada)] = f"{key}.{proof}"
            await ada.get(f"{ada.base}/consent")
            assert not ada.at.endswith("/consent")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_t14_state_with_a_line_break_cannot_split_the_answer(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app, state="a\r\nSet-Cookie: x=1"))
        await browser.post(f"{browser.base}/deny", {})
        assert "\r" not in browser.location
        assert "\n" not in browser.location
        assert browser.returned["state"] == "a\r\nSet-Cookie: x=1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_address_nobody_was_given_says_to_start_again(store):
    async with gate(store) as here:
        browser = here.browser()
        browser.cookies["__Host-daygate_flow_abcdefgh"] = "key"
        await browser.get("/connect/abcdefghij")
        assert browser.status == 400
        assert "This request has ended" in browser.text
