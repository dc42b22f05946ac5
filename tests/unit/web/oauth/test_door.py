"""Every way it can fail has words of its own, and the password is never sent back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import pytest

from daygate.providers.base import Can, Connector, Credential, Field, Form, ProviderSpec
from daygate.providers.catalog import Catalog
from daygate.providers.faults import Fault, Reason
from daygate.web.languages import LANGUAGES, words
from tests.unit.oauth import rows
from tests.unit.web.oauth.browser import authorize, gate

OTHER_HOST = "dav.other.example"
SECRET = "hunter2-hunter2"
PLAIN = {"missing", "outdated", "cursor_lost"}  # never raised by a door


@dataclass(frozen=True)
class Locked:
    """A door that fails in one way, unless its other host is confirmed."""

    reason: Reason

    def begin(self) -> Form:
        return Form((Field("user", "User name"), Field("password", "Password", "password")))

    async def finish(self, answer: Mapping[str, str]) -> Credential:
        if answer["confirmed_host"] == OTHER_HOST:
            return Credential("somebody", "Somebody", {"password": answer["password"]})
        raise Fault(self.reason, OTHER_HOST)


def _never(_secret: Mapping[str, str], _facts: Mapping[str, str]) -> Connector:
    raise AssertionError("nothing is opened while a person connects")


def _locked(reason: Reason) -> Catalog:
    door = Locked(reason)
    return Catalog([ProviderSpec("acme", "caldav", "acme", "Acme", Can.NOTHING, door, _never, str)])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("reason", get_args(Reason))
async def test_every_fault_is_explained_and_the_password_is_not_kept(store, reason):
    app = await rows.save(store, rows.application())
    async with gate(store, _locked(reason)) as here:
        browser = await here.browser().get(authorize(app, provider_name="acme"))
        await browser.post(browser.at, {"user": "ursula", "password": SECRET})
        key = "nonsense" if reason in PLAIN else reason
        title = words("en")(f"connect.fault.{key}.title", service="Acme", host=OTHER_HOST)
        assert browser.status == 422
        assert str(title) in browser.text
        assert 'value="ursula"' in browser.text
        assert SECRET not in browser.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_host_is_named_and_confirmed_before_it_gets_a_password(store):
    app = await rows.save(store, rows.application())
    async with gate(store, _locked("confirm_host")) as here:
        browser = await here.browser().get(authorize(app, provider_name="acme"))
        typed = {"user": "ursula", "password": SECRET}
        await browser.post(browser.at, typed)
        assert f"Is {OTHER_HOST} your calendar server?" in browser.text
        assert browser.value("confirmed_host") == OTHER_HOST
        await browser.post(browser.at, {**typed, "confirmed_host": OTHER_HOST})
        assert browser.at.endswith("/consent")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_reason_has_words_in_every_language(code):
    for reason in set(get_args(Reason)) - PLAIN:
        assert words(code).has(f"connect.fault.{reason}.title")
        assert words(code).has(f"connect.fault.{reason}.text")
