"""A dashboard, a developer and a browser to meet it with."""

import pytest

from tests.unit.applications.people import developer
from tests.unit.web.dashboard.browser import Browser, dashboard


@pytest.fixture
def app(timed_store):
    return dashboard(timed_store)


@pytest.fixture
async def owner(timed_store):
    return await developer(timed_store)


@pytest.fixture
async def browser(app, owner):
    signed_in = Browser(app)
    await signed_in.sign_in(owner.email)
    return signed_in
