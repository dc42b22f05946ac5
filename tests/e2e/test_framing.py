"""No page of ours is shown inside somebody else's (T22)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.servers.chromium import SOON_MS, chromium
from tests.servers.gateway import Gateway, gateway

ELSEWHERE = "http://elsewhere.example/"
PAGES = ("/dashboard/sign-in", "/oauth/authorize?client_id=nobody")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    (tmp_path / "gateway").mkdir()
    with gateway(tmp_path / "gateway", None) as started:
        yield started


def test_t22_a_page_in_a_frame_of_another_site_stays_empty(house: Gateway) -> None:
    def around(route: Route) -> None:
        frames = "".join(f'<iframe src="{house.url}{path}"></iframe>' for path in PAGES)
        route.fulfill(content_type="text/html", body=f"<h1>Win a prize</h1>{frames}")

    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(SOON_MS)
        page.route(ELSEWHERE, around)
        page.goto(ELSEWHERE)
        inside = [frame for frame in page.frames if frame is not page.main_frame]
        assert [frame.url for frame in inside] == ["chrome-error://chromewebdata/"] * len(PAGES)
        for path in PAGES:
            page.goto(f"{house.url}{path}")
            assert page.get_by_text("Daygate").count(), "by itself it is shown"
