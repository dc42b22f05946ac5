"""The Chromium of this machine."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

SOON_MS = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


def look_until(page: Page, url: str, text: str) -> None:
    """Go there again and again until the page says so."""
    end = time.monotonic() + SOON_MS / 1000
    while True:
        page.goto(url)
        if page.get_by_text(text).count():
            return
        assert time.monotonic() < end, f"{text} does not appear"
        time.sleep(0.5)
