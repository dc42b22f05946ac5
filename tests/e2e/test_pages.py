"""Every page, in a browser, as different people see it.

The pages are gone through as a person does who has no mouse: forms are sent with Enter.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page

from tests.servers.chromium import SOON_MS, chromium, look_until
from tests.servers.demo import Demo

from .looking import Looking

DEVELOPER, PASSWORD = "dora@example.org", "correct horse battery staple"
SERVICES = ("sandbox", "generic", "icloud", "nextcloud")  # one for each kind of form
DEAD = "http://127.0.0.1:1/"
CALLBACK = "https://planner.example.org/callback"


@pytest.fixture
def looking() -> Iterator[Looking]:
    """Whatever was wrong is told at the end, all of it."""
    with chromium() as browser:
        # Colours are judged once they have settled.
        page = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
        page.set_default_timeout(SOON_MS)
        found = Looking(page)
        yield found
    assert not found.wrong, "\n\n".join(found.wrong)


def fill(page: Page, **typed: str) -> None:
    """Type into fields by name, and press Enter in the last one."""
    fields = [page.locator(f"main [name='{name}']:not([type='hidden'])") for name in typed]
    for field, text in zip(fields, typed.values(), strict=True):
        field.fill(text)
    enter(page, fields[-1])


def press(page: Page, role: str, name: str) -> None:
    """Press Enter on a link or a button, by what it says."""
    enter(page, page.get_by_role(role, name=re.compile(name)).first)  # type: ignore[arg-type]


def enter(page: Page, here: Locator) -> None:
    """Press Enter, and be on another page."""
    with page.expect_navigation():
        here.press("Enter")


def connect(page: Page, demo: Demo, user: str) -> None:
    """From the page that asks who to the page that asks for consent."""
    press(page, "link", "Sandbox")
    fill(page, user=user, password=demo.after(user))


def sign_in(page: Page, demo: Demo, email: str, password: str) -> None:
    page.goto(demo.after("Dashboard"))
    fill(page, email=email, password=password)
    page.get_by_role("heading", name="Applications").wait_for()


def sample_of(demo: Demo) -> str:
    return demo.after("Sample application").rstrip("/")


def home_of(demo: Demo) -> str:
    return demo.after("Dashboard").removesuffix("/dashboard")


def authorize(demo: Demo, **query: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": demo.after("client_id"),
        "redirect_uri": f"{sample_of(demo)}/code",
        "scope": "read_events",
        **query,
    }
    return f"{home_of(demo)}/oauth/authorize?{urlencode(asked)}"


def test_connecting_for_the_first_time(demo: Demo, looking: Looking) -> None:
    page = looking.page
    page.goto(authorize(demo))
    looking.look("who asks")
    page.get_by_text("More services").press("Enter")
    looking.look("every service")
    flow = page.url
    for key in SERVICES:
        page.goto(f"{flow}/service/{key}")
        looking.look(f"form of {key}")
    page.goto(f"{flow}/service/generic")
    fill(page, address=DEAD, user="ada", password="x")
    looking.look("a service that does not answer")
    page.goto(f"{flow}/service/sandbox")
    fill(page, user="ada", password="wrong")
    looking.look("wrong password")
    fill(page, user="ada", password=demo.after("ada"))
    looking.look("consent")
    page.get_by_role("checkbox").uncheck()
    enter(page, page.get_by_role("checkbox"))
    looking.look("nothing chosen")
    page.get_by_role("checkbox").check()
    enter(page, page.get_by_role("checkbox"))
    looking.look("sample, a code")


def test_coming_back(demo: Demo, looking: Looking) -> None:
    page = looking.page
    page.goto(sample_of(demo))
    looking.look("sample, the beginning")
    press(page, "link", "Connect your calendar")
    connect(page, demo, "ada")
    press(page, "button", "^Allow")
    look_until(page, sample_of(demo), "Stand-up")
    looking.look("sample, the agenda")
    page.goto(authorize(demo))
    looking.look("who asks somebody known")
    enter(page, page.locator(".known button"))
    looking.look("consent of somebody known")
    press(page, "button", "Don't allow")
    looking.look("sample, no code")
    page.goto(f"{sample_of(demo)}/callback?state=never-begun")
    looking.look("sample, a notice")
    page.goto(demo.after("Sandbox people"))
    looking.look("people of the sandbox")


def test_what_can_be_wrong_with_a_request(demo: Demo, looking: Looking) -> None:
    page = looking.page
    page.goto(authorize(demo, client_id="unknown"))
    looking.look("unknown application")
    page.goto(authorize(demo, scope="no_such_scope"))
    looking.look("wrong request of an application")
    page.goto(f"{home_of(demo)}/connect/begun-elsewhere")
    looking.look("begun in another browser")
    page.goto(f"{home_of(demo)}/relink/pro_nobodys")
    looking.look("nothing there")
    page.goto(f"{home_of(demo)}/docs/errors")
    looking.look("what errors mean")


def test_bringing_a_calendar_account_back(demo: Demo, looking: Looking) -> None:
    page = looking.page
    page.goto(authorize(demo))
    connect(page, demo, "chiyo")
    profile_id = page.get_by_role("checkbox").get_attribute("value")
    page.goto(f"{home_of(demo)}/relink/{profile_id}")
    looking.look("bring it back")
    page.context.clear_cookies()
    page.goto(f"{home_of(demo)}/relink/{profile_id}")
    looking.look("bring it back, nobody known")
    fill(page, user="bruno", password=demo.after("bruno"))
    looking.look("bring it back, another account")
    fill(page, user="chiyo", password=demo.after("chiyo"))
    looking.look("brought back")


def test_the_dashboard_of_a_developer(demo: Demo, looking: Looking) -> None:
    page = looking.page
    _sign_up(looking, demo)
    page.goto(demo.after("Dashboard"))
    fill(page, email=DEVELOPER, password="wrong")
    looking.look("sign in, wrong password")
    fill(page, email=DEVELOPER, password=PASSWORD)
    looking.look("no application yet")
    press(page, "button", "Create application")
    looking.look("create an application")
    fill(page, url="https://planner.example.org/", name="Planner")
    looking.look("secret")
    press(page, "button", "I have kept it")
    looking.look("application")
    app = page.url
    fill(page, uri="not an address")
    looking.look("application, a wrong URI")
    fill(page, uri=CALLBACK)
    fill(page, display_name="Dora", email=DEVELOPER)
    page.get_by_text("Waits for the operator").wait_for()
    looking.look("application, waiting")
    page.goto(f"{app.partition('?')[0]}/connections")
    looking.look("no connections")
    page.goto(f"{home_of(demo)}/dashboard/sessions")
    looking.look("sessions")
    page.goto(f"{home_of(demo)}/dashboard/users")
    looking.look("for operators only")
    page.goto(f"{home_of(demo)}/dashboard/confirm?next=/dashboard")
    looking.look("confirm the password")


def test_the_dashboard_of_an_operator(demo: Demo, looking: Looking) -> None:
    page = looking.page
    sign_in(page, demo, demo.after("sign in as"), demo.after("sign in as", 1))
    looking.look("applications")
    press(page, "button", "Create application")
    fill(page, url="https://diary.example.org/", name="Diary")
    press(page, "button", "I have kept it")
    fill(page, uri=CALLBACK)
    fill(page, display_name="Dora", email=DEVELOPER)
    page.goto(f"{home_of(demo)}/dashboard/verifications")
    looking.look("verifications")
    press(page, "link", "Diary")
    looking.look("asked for verification")
    request = page.url
    press(page, "button", "^Approve")
    page.goto(request)
    looking.look("verification decided")
    page.goto(f"{home_of(demo)}/dashboard/users")
    looking.look("users")


def test_a_connection_on_trial(demo: Demo, looking: Looking) -> None:
    page = looking.page
    page.goto(authorize(demo))
    connect(page, demo, "ada")
    press(page, "button", "^Allow")
    sign_in(page, demo, demo.after("sign in as"), demo.after("sign in as", 1))
    press(page, "link", "Sample planner")
    app = page.url
    press(page, "button", "Connections")
    looking.look("connections")
    page.locator("summary").first.press("Enter")
    looking.look("connections, how one is")
    fill(page, search="nobody")
    looking.look("connections, nothing found")
    page.goto(f"{app}/test")
    looking.look("test connection")
    press(page, "button", "Start")
    connect(page, demo, "bruno")
    press(page, "button", "^Allow")
    page.get_by_text("It works.").wait_for()
    looking.look("test connection, it works")
    press(page, "button", "Test again")
    press(page, "button", "Cancel and return")
    looking.look("test connection, refused")


def _sign_up(looking: Looking, demo: Demo) -> None:
    page = looking.page
    page.goto(f"{home_of(demo)}/dashboard/sign-up")
    looking.look("sign up")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    fill(page, name="Dora", email="dora", password="short")
    looking.look("sign up, wrong")
    fill(page, name="Dora", email=DEVELOPER, password=PASSWORD)
    looking.look("sign in, signed up")
