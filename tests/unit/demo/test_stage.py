"""A whole demo, asked over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from daygate.demo.programme import programme
from daygate.demo.stage import Demo, Place, open_demo


@pytest.fixture
async def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    monkeypatch.setenv("DAYGATE_DATABASE_URL", "postgresql://somewhere.example/real")
    monkeypatch.setenv("DAYGATE_HOST", "192.0.2.1")
    monkeypatch.setenv("DAYGATE_PUBLIC_URL", "https://calendars.example")
    async with open_demo(Place("127.0.0.1", 0, tmp_path / "demo")) as running:
        yield running


async def test_three_servers_answer_and_nothing_of_another_installation_is_used(demo: Demo):
    assert demo.settings.store_url.startswith("sqlite:///")
    assert demo.url.startswith("http://127.0.0.1:")
    async with ClientSession() as http:
        for url in (f"{demo.url}/readyz", demo.sandbox_url, demo.sample_url):
            async with http.get(url) as answer:
                assert answer.status == 200


async def test_a_name_that_only_points_here_is_refused(demo: Demo):
    """DNS rebinding: a page elsewhere must not reach a demo under a name of its own."""
    async with ClientSession() as http:
        for url in (f"{demo.url}/healthz", demo.sample_url, demo.sandbox_url):
            async with http.get(url, headers={"Host": "rebound.example"}) as answer:
                assert answer.status in {400, 421}


async def test_the_programme_tells_all_that_is_needed_to_begin(demo: Demo):
    told = "\n".join(programme(demo))
    for needed in (
        demo.url,
        demo.sample_url,
        demo.sandbox_url,
        demo.cast.email,
        demo.cast.password,
        demo.cast.client_id,
        demo.cast.client_secret,
        *map(demo.world.app_password, demo.world.people),
    ):
        assert needed in told


async def test_the_secret_told_is_the_applications(demo: Demo):
    fields = {"client_id": demo.cast.client_id, "grant_type": "refresh_token", "refresh_token": "x"}
    async with ClientSession() as http:
        for secret, error in ((demo.cast.client_secret, "invalid_grant"), ("y", "invalid_client")):
            body = {**fields, "client_secret": secret}
            async with http.post(f"{demo.url}/oauth/token", data=body) as answer:
                assert (await answer.json())["error"] == error
