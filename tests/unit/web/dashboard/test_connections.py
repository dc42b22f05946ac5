"""Connections: who is connected through this application, and how they are."""

import pytest
import sqlalchemy as sa

from daygate.applications import register
from daygate.link.kinds import LIST_CALENDARS
from daygate.oauth.grants import consent
from daygate.store.schema import accounts, profiles
from daygate.work.queue import Lane, enqueue
from tests.unit.applications.people import application
from tests.unit.oauth import rows
from tests.unit.web.dashboard.test_apps import created


@pytest.fixture
async def path(browser):
    return await created(browser)


@pytest.fixture
async def ursula(timed_store, owner, path):
    async with timed_store.read() as tx:
        (app,) = await register.of_owner(tx, owner.user_id)
    account_id, profile_ids = await rows.person(timed_store, 2)
    ticked = frozenset(profile_ids)
    async with timed_store.write() as tx:
        await consent(tx, account_id, app.application_id, "read_events", (ticked, ticked))
    return account_id, profile_ids


async def test_nobody_yet_tells_the_next_step(browser, path):
    assert "Nobody has connected a calendar yet" in (await browser.get(f"{path}/connections")).text


async def test_an_account_is_one_row_with_its_profiles_and_their_health(
    browser, timed_store, path, ursula
):
    account_id, profile_ids = ursula
    broken = sa.update(profiles).where(profiles.c.profile_id == profile_ids[0])
    async with timed_store.write() as tx:
        await tx.execute(broken.values(connected=False))
    page = await browser.get(f"{path}/connections")
    assert page.text.count(account_id) == 1
    assert all(profile_id in page.text for profile_id in profile_ids)
    assert page.text.count("Disconnected") == 1
    assert page.text.count("First synchronization") == 1


@pytest.mark.parametrize(
    ("search", "found"), [("ursula", True), ("URSULA@", True), ("%", False), ("nobody", False)]
)
async def test_names_are_found_by_a_part_of_them(browser, path, ursula, search, found):
    page = await browser.get(f"{path}/connections?search={search.replace('%', '%25')}")
    assert (ursula[0] in page.text) is found


async def test_ids_are_found_whole(browser, path, ursula):
    account_id, profile_ids = ursula
    for search in (account_id, profile_ids[1]):
        page = await browser.get(f"{path}/connections?search={search}")
        assert f"<code>{account_id}</code>" in page.text
    page = await browser.get(f"{path}/connections?search={account_id[:-1]}")
    assert f"<code>{account_id}</code>" not in page.text


async def test_another_application_sees_nothing_of_it(browser, timed_store, owner, ursula):
    other = await application(timed_store, owner, name="Other")
    page = await browser.get(f"/dashboard/apps/{other.application.application_id}/connections")
    assert ursula[0] not in page.text


async def test_each_profile_tells_how_it_is_and_whose_move_it_is(
    browser, timed_store, clock, path, ursula
):
    account_id, (one, two) = ursula
    values = {"connected": False, "last_fault": "blocked", "listed_ms": clock.ms}
    async with timed_store.write() as tx:
        await tx.execute(sa.update(profiles).where(profiles.c.profile_id == one).values(values))
        await enqueue(tx, account_id, LIST_CALENDARS, two, Lane.PULL, delay_s=60)
    text = (await browser.get(f"{path}/connections")).text
    first, second = (
        text.split(f"<code>{each}</code>")[1].split("</details>")[0] for each in (one, two)
    )
    assert "DAYGATE_ALLOW_NETWORKS" in first
    assert "<dt>Last look</dt><dd>2026-01-01 00:00 UTC</dd>" in first
    assert "<dt>Next look</dt><dd>none planned</dd>" in first
    assert "<dt>Calendars read</dt><dd>0 of 0</dd>" in second
    assert "<dt>Next look</dt><dd>2026-01-01 00:01 UTC</dd>" in second


async def test_an_account_is_found_by_its_address(browser, timed_store, path, ursula):
    async with timed_store.write() as tx:
        mail = sa.update(accounts).where(accounts.c.account_id == ursula[0])
        await tx.execute(mail.values(email="le.guin@example.org"))
    for search, found in (("le.guin@example.org", True), ("LE.GUIN", True), ("le.gui_", False)):
        page = await browser.get(f"{path}/connections?search={search}")
        assert (f"<code>{ursula[0]}</code>" in page.text) is found
