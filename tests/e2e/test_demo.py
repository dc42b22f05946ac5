"""The first minute: one command, then a browser and the printed commands."""

import base64
import json
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from tests.servers.chromium import SOON_MS, chromium, look_until
from tests.servers.demo import COMMAND, Demo


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in a browser of its own; scripts are off, for every page works without."""
    with chromium() as browser:
        page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
        page.set_default_timeout(SOON_MS)
        yield page


def _agree(page: Page, demo: Demo, user: str) -> None:
    """From the chooser to the last button."""
    page.get_by_role("link", name="Sandbox").click()
    page.get_by_label("User name").fill(user)
    page.get_by_label("App password").fill(demo.after(user))
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).click()


def test_a_person_connects_sees_events_and_disconnects(demo: Demo, page: Page):
    page.goto(demo.after("Sample application"))
    page.get_by_role("link", name="Connect your calendar").click()
    _agree(page, demo, "ada")
    page.get_by_role("heading", name="Your next two weeks").wait_for()
    look_until(page, demo.after("Sample application"), "Stand-up")
    page.get_by_text("Times in Europe/London").wait_for()
    page.get_by_text('<script>alert("hello")</script>').wait_for()
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("link", name="Connect your calendar").wait_for()


def test_an_event_added_at_the_service_appears_in_the_application(demo: Demo, page: Page):
    page.goto(demo.after("Sample application"))
    page.get_by_role("link", name="Connect your calendar").click()
    _agree(page, demo, "bruno")
    look_until(page, demo.after("Sample application"), "Sync with London")
    _put(demo, "bruno", "Coffee with Ada")
    look_until(page, demo.after("Sample application"), "Coffee with Ada")


def test_saying_no_leads_back_with_nothing_connected(demo: Demo, page: Page):
    page.goto(demo.after("Sample application"))
    page.get_by_role("link", name="Connect your calendar").click()
    page.get_by_role("button", name=re.compile("Cancel and return")).click()
    page.get_by_text("You chose not to").wait_for()


def test_the_printed_commands_are_the_whole_flow(demo: Demo, page: Page):
    page.goto(demo.command(1))
    _agree(page, demo, "chiyo")
    code = page.locator("code.code").inner_text()
    tokens = json.loads(_run(demo, 2, CODE=code))
    renewed = json.loads(_run(demo, 3, REFRESH_TOKEN=tokens["refresh_token"]))
    given = {"ACCESS_TOKEN": renewed["access_token"]}
    names = _names_until_read(demo, given)
    assert {"Work", "Private", "Harbour holidays"} <= names
    assert json.loads(_run(demo, 5, **given))["events"]
    _run(demo, 6, REFRESH_TOKEN=tokens["refresh_token"])


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_a_demo_listens_on_loopback_only(tmp_path: Path, host: str):
    done = subprocess.run(
        [*COMMAND, "--host", host, "--data-dir", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "loopback only" in done.stderr) == (1, True)


def test_a_demo_does_not_empty_another_installation(tmp_path: Path):
    (tmp_path / "daygate.db").write_text("people's calendars")
    done = subprocess.run(
        [*COMMAND, "--port", "0", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "--data-dir" in done.stderr) == (1, True)
    assert (tmp_path / "daygate.db").read_text() == "people's calendars"


def _run(demo: Demo, number: int, **given: str) -> str:
    """Run the command of a step as printed, with the words in capitals filled in."""
    command = demo.command(number)
    for word, value in given.items():
        command = command.replace(word, value)
    done = subprocess.run(
        [*shlex.split(command), "-w", "\n%{http_code}"], capture_output=True, text=True, check=True
    )
    body, _, status = done.stdout.rpartition("\n")
    assert status == "200", body
    return body


def _put(demo: Demo, user: str, summary: str) -> None:
    """Add an event for tomorrow as a calendar client of theirs would (RFC 4791 section 5.3.2)."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Daygate//Tests//EN",
        "BEGIN:VEVENT",
        "UID:coffee",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART:{tomorrow:%Y%m%d}T160000Z",
        f"DTEND:{tomorrow:%Y%m%d}T170000Z",
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    sandbox = demo.after("Sandbox people")
    name = base64.b64encode(f"{user}:{demo.after(user)}".encode()).decode()
    request = Request(  # noqa: S310 - the demo's own address
        f"{sandbox}dav/calendars/{user}/work/coffee.ics",
        "\r\n".join(lines).encode(),
        {"Content-Type": "text/calendar; charset=utf-8", "Authorization": f"Basic {name}"},
        method="PUT",
    )
    with urlopen(request) as answer:  # noqa: S310
        assert answer.status == 201


def _names_until_read(demo: Demo, given: dict[str, str]) -> set[str]:
    """The calendars' names, once a worker has listed and read them."""
    deadline = time.monotonic() + SOON_MS / 1000
    while time.monotonic() < deadline:
        names = {each["calendar_name"] for each in json.loads(_run(demo, 4, **given))["calendars"]}
        if names and json.loads(_run(demo, 5, **given))["events"]:
            return names
        time.sleep(0.5)
    return set()
