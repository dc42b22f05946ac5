"""The ordered table of checks: what is wrong, and where it may be said."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from daygate.domain.application import Application
from daygate.oauth.checks import AUTHORIZE, check
from daygate.oauth.refusals import Redirected, Shown
from daygate.oauth.request import AuthorizationRequest
from tests.unit.oauth.rows import CHALLENGE, ISSUER, REDIRECT, application

GOOD = AuthorizationRequest(
    client_id="abc",
    redirect_uri=REDIRECT,
    response_type="code",
    scope="read_events",
    state="s&t%",
)


def _passes(request: AuthorizationRequest, app: Application | None) -> Application:
    return check(request, app, issuer=ISSUER)


def _answer(refusal) -> dict[str, list[str]]:
    return parse_qs(urlsplit(refusal.location).query)


def test_a_good_request_passes_for_both_kinds_of_application():
    for app in (application(), application(verified=False, approved_uris=())):
        assert _passes(GOOD, app) is app
        assert _passes(replace(GOOD, state="", provider_name="google"), app) is app
        asked = replace(GOOD, code_challenge=CHALLENGE, code_challenge_method="S256")
        assert _passes(asked, app) is app


BEFORE_REDIRECT = {
    "T1 no such client": (GOOD, None),
    "T1 a disabled client": (GOOD, application(disabled=True)),
    "T2 no redirect URI": (replace(GOOD, redirect_uri=""), application()),
    "T2 another redirect URI": (replace(GOOD, redirect_uri="https://evil/"), application()),
    "T10 it is never filled in": (replace(GOOD, redirect_uri=""), application(verified=False)),
    "T12 client_id twice": (replace(GOOD, repeated=frozenset({"client_id"})), application()),
    "T12 redirect_uri twice": (replace(GOOD, repeated=frozenset({"redirect_uri"})), application()),
    "T83 half an IPv6 address": (
        replace(GOOD, redirect_uri="http://[::1"), application(verified=False),
    ),
    "a state that is too long": (replace(GOOD, state="x" * 2049), application()),
}  # fmt: skip


@pytest.mark.parametrize("name", BEFORE_REDIRECT)
def test_t1_t2_until_client_and_redirect_are_right_nothing_leads_away(name):
    request, app = BEFORE_REDIRECT[name]
    # Everything else is wrong as well: the order of the table decides.
    everything = replace(request, response_type="token", scope="nonsense", code_challenge="x")
    with pytest.raises(Shown) as refused:
        _passes(everything, app)
    assert refused.value.location is None


AFTER_REDIRECT = {
    "no response type": (replace(GOOD, response_type=""), "invalid_request"),
    "implicit": (replace(GOOD, response_type="token"), "unsupported_response_type"),
    "hybrid": (replace(GOOD, response_type="code id_token"), "unsupported_response_type"),
    "no scope": (replace(GOOD, scope=""), "invalid_scope"),
    "an unknown scope": (replace(GOOD, scope="nonsense"), "invalid_scope"),
    "T12 scope twice": (replace(GOOD, repeated=frozenset({"scope"})), "invalid_request"),
    "T41 plain": (
        replace(GOOD, code_challenge=CHALLENGE, code_challenge_method="plain"), "invalid_request",
    ),
    "T41 no method": (replace(GOOD, code_challenge=CHALLENGE), "invalid_request"),
    "T41 method alone": (replace(GOOD, code_challenge_method="S256"), "invalid_request"),
    "T43 short": (
        replace(GOOD, code_challenge="x" * 42, code_challenge_method="S256"), "invalid_request",
    ),
    "T43 padded": (
        replace(GOOD, code_challenge="x" * 42 + "=", code_challenge_method="S256"),
        "invalid_request",
    ),
    "T44 not ASCII": (
        replace(GOOD, code_challenge="é" * 43, code_challenge_method="S256"), "invalid_request",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AFTER_REDIRECT)
def test_t11_later_faults_go_to_a_verified_application_with_state_and_issuer(name):
    request, error = AFTER_REDIRECT[name]
    with pytest.raises(Redirected) as refused:
        _passes(request, application())
    answer = _answer(refused.value)
    assert refused.value.location.startswith(f"{REDIRECT}?")
    assert (answer["error"], answer["state"], answer["iss"]) == ([error], ["s&t%"], [ISSUER])


@pytest.mark.parametrize("name", AFTER_REDIRECT)
def test_t18_for_an_unverified_application_they_stay_on_our_page_with_a_way_back(name):
    request, error = AFTER_REDIRECT[name]
    with pytest.raises(Shown) as refused:
        _passes(request, application(verified=False, approved_uris=()))
    assert refused.value.error == error
    assert _answer(refused.value)["error"] == [error]


def test_t12_a_repeated_state_is_not_sent_back():
    with pytest.raises(Redirected) as refused:
        _passes(replace(GOOD, repeated=frozenset({"state"})), application())
    assert "state" not in _answer(refused.value)


def test_no_state_comes_back_where_none_was_sent():
    with pytest.raises(Redirected) as refused:
        _passes(replace(GOOD, state="", scope="nonsense"), application())
    assert "state" not in _answer(refused.value)


def test_t40_an_application_may_require_pkce():
    app = application(require_pkce=True)
    with pytest.raises(Redirected) as refused:
        _passes(GOOD, app)
    assert refused.value.error == "invalid_request"
    asked = replace(GOOD, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert _passes(asked, app) is app


def test_every_check_cites_its_source_and_those_that_stay_come_first():
    stays = [question.before_redirect for question in AUTHORIZE]
    assert stays == sorted(stays, reverse=True)
    assert all(question.source.startswith("RFC ") for question in AUTHORIZE)
