"""The first minute: one command, then a browser and the printed commands."""

import base64
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, sync_playwright

START_S = 60
SOON_MS = 30_000
DAYGATE = [sys.executable, "-m", "daygate", "demo"]


@dataclass
class Demo:
    """A demo in a process of its own, and what it printed."""

    process: "subprocess.Popen[str]"
    told: str

    def after(self, label: str) -> str:
        """The first word of what stands after a label."""
        found = re.search(rf"^ *{re.escape(label)} +(\S+)", self.told, re.MULTILINE)
        assert found, f"nothing was said of {label}"
        return found[1]

    def command(self, number: int) -> str:
        """The command of a step."""
        lines = self.told.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"  {number}. "))
        return lines[at + 1].strip()

    def run(self, number: int, **given: str) -> str:
        """Run the command of a step as printed, with the words in capitals filled in."""
        command = self.command(number)
        for word, value in given.items():
            command = command.replace(word, value)
        done = subprocess.run(
            [*shlex.split(command), "-w", "\n%{http_code}"],
            capture_output=True,
            text=True,
            check=True,
        )
        body, _, status = done.stdout.rpartition("\n")
        assert status == "200", body
        return body


def _start(arguments: Sequence[str]) -> Demo:
    process = subprocess.Popen([*DAYGATE, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Stop with"):
            break
    return Demo(process, "".join(lines))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    directory = tmp_path_factory.mktemp("first-minute") / "demo"
    running = _start(["--port", "0", "--data-dir", str(directory)])
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(START_S) == 0
    assert running.process.stdout is not None
    running.process.stdout.close()


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in a browser of its own; scripts are off, for every page works without."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
        page.set_default_timeout(SOON_MS)
        yield page
        browser.close()


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
    page.get_by_text("Stand-up").first.wait_for()
    page.get_by_text("Times in Europe/London").wait_for()
    page.get_by_text('<script>alert("hello")</script>').wait_for()
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("link", name="Connect your calendar").wait_for()


def test_an_event_added_at_the_service_appears_in_the_application(demo: Demo, page: Page):
    page.goto(demo.after("Sample application"))
    page.get_by_role("link", name="Connect your calendar").click()
    _agree(page, demo, "bruno")
    page.get_by_text("Sync with London").first.wait_for()
    _put(demo, "bruno", "Coffee with Ada")
    _look_until(page, demo.after("Sample application"), "Coffee with Ada")


def test_saying_no_leads_back_with_nothing_connected(demo: Demo, page: Page):
    page.goto(demo.after("Sample application"))
    page.get_by_role("link", name="Connect your calendar").click()
    page.get_by_role("button", name=re.compile("Cancel and return")).click()
    page.get_by_text("You chose not to").wait_for()


def test_the_printed_commands_are_the_whole_flow(demo: Demo, page: Page):
    page.goto(demo.command(1))
    _agree(page, demo, "chiyo")
    code = page.locator("code.code").inner_text()
    tokens = json.loads(demo.run(2, CODE=code))
    renewed = json.loads(demo.run(3, REFRESH_TOKEN=tokens["refresh_token"]))
    given = {"ACCESS_TOKEN": renewed["access_token"]}
    names = _names_until_read(demo, given)
    assert {"Work", "Private", "Harbour holidays"} <= names
    assert json.loads(demo.run(5, **given))["events"]
    demo.run(6, REFRESH_TOKEN=tokens["refresh_token"])


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_a_demo_listens_on_loopback_only(tmp_path: Path, host: str):
    done = subprocess.run(
        [*DAYGATE, "--host", host, "--data-dir", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "loopback only" in done.stderr) == (1, True)


def test_a_demo_does_not_empty_another_installation(tmp_path: Path):
    (tmp_path / "daygate.db").write_text("people's calendars")
    done = subprocess.run(
        [*DAYGATE, "--port", "0", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "--data-dir" in done.stderr) == (1, True)
    assert (tmp_path / "daygate.db").read_text() == "people's calendars"


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


def _look_until(page: Page, url: str, text: str) -> None:
    deadline = time.monotonic() + SOON_MS / 1000
    while time.monotonic() < deadline:
        page.goto(url)
        if page.get_by_text(text).count():
            return
        time.sleep(0.5)
    pytest.fail(f"{text} does not appear")


def _names_until_read(demo: Demo, given: dict[str, str]) -> set[str]:
    """The calendars' names, once a worker has listed and read them."""
    deadline = time.monotonic() + SOON_MS / 1000
    while time.monotonic() < deadline:
        names = {each["calendar_name"] for each in json.loads(demo.run(4, **given))["calendars"]}
        if names and json.loads(demo.run(5, **given))["events"]:
            return names
        time.sleep(0.5)
    return set()
