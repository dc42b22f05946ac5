"""L3: what a person does in the browser is written down: who, what, and from where."""

import sqlalchemy as sa

from daygate.store import audit, schema
from daygate.store.engine import Store
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import authorize, gate
from tests.unit.web.site import ADDRESS


async def deeds(store: Store) -> list[tuple[str, str, str]]:
    """Who did what to what, in order; every entry has the address, and the chain holds."""
    a = schema.audit.c
    async with store.read() as tx:
        found = await tx.all(sa.select(a.actor, a.act, a.subject, a.address).order_by(a.position))
        assert (await audit.verify(tx)).broken_at is None
    assert {row.address for row in found} <= {ADDRESS}
    return [(row.actor, row.act, row.subject) for row in found]


async def test_connecting_and_agreeing(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        (profile_id,) = browser.ticked()
        base, token, form = browser.base, browser.csrf, {"profile": profile_id}
        await browser.post(f"{base}/consent", form)
        await browser.post(f"{base}/consent", form, csrf=token)
    async with store.read() as tx:
        row = await tx.first(sa.select(schema.accounts.c.account_id))
    assert row is not None
    person = f"account:{row.account_id}"
    assert await deeds(store) == [
        (person, "profile.connected", profile_id),
        (person, "consent.given", app.application_id),
    ]


async def test_leaving_a_profile_unticked_and_connecting_it_anew(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        (ada,) = browser.ticked()
        await browser.allow()
        await browser.get(authorize(app))
        await here.connect(browser, "bruno")
        (bruno,) = set(browser.ticked()) - {ada}
        await browser.allow([bruno])
        await browser.get(authorize(app))
        await here.connect(browser, "ada")
    assert [(act, subject) for _, act, subject in await deeds(store)] == [
        ("profile.connected", ada),
        ("consent.given", app.application_id),
        ("profile.connected", bruno),
        ("profile.unlinked", ada),
        ("consent.given", app.application_id),
        ("profile.relinked", ada),
    ]


async def test_refusing_before_and_after_an_account_was_shown(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await browser.post(f"{browser.base}/deny", {})
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        (profile_id,) = browser.ticked()
        await browser.post(f"{browser.base}/deny", {})
    first, *rest = await deeds(store)
    assert first == ("visitor", "consent.refused", app.application_id)
    assert [(act, subject) for _, act, subject in rest] == [
        ("profile.connected", profile_id),
        ("profile.unlinked", profile_id),
        ("consent.refused", app.application_id),
    ]


async def test_relinking(store):
    app = await rows.save(store, rows.application())
    async with gate(store) as here:
        browser = await here.browser().get(authorize(app))
        await here.connect(browser, "ada")
        (profile_id,) = browser.ticked()
        await browser.get(f"/relink/{profile_id}")
        form = {"user": "ada", "password": here.world.app_password("ada")}
        await browser.post(browser.at, form)
    assert (await deeds(store))[-1][1:] == ("profile.relinked", profile_id)
