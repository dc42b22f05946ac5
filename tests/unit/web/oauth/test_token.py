"""The token endpoint, asked the way real clients ask it and the way attackers do."""

from dataclasses import dataclass

import pytest
from starlette.datastructures import Headers

from daygate.domain.application import RefreshMode, TokenShape
from daygate.kit.crypto import fingerprint
from daygate.store.engine import Store
from tests.conftest import SettableClock
from tests.unit.oauth.rows import CHALLENGE, REDIRECT, VERIFIER, Scene, add_secret, scene
from tests.unit.web.oauth.endpoint import (
    FORM,
    JSON,
    Endpoint,
    basic_encoded,
    basic_raw,
    endpoint,
)

SECRET = "s" * 43
WRONG_CLIENT = (
    b'{"error":"invalid_client",'
    b'"error_description":"nobody has this client_id with this client_secret"}'
)


@dataclass(frozen=True)
class Server:
    """An endpoint, and one application with a secret and a person."""

    ask: Endpoint
    scene: Scene
    secret: str

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": self.scene.app.client_id, "client_secret": self.secret}

    async def code_grant(self, code: str | None = None, **more: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code or await self.scene.code(),
            "redirect_uri": REDIRECT,
            **self.credentials,
            **more,
        }


async def serve(store: Store, secret: str = SECRET, **changes) -> Server:
    set_up = await scene(store, **changes)
    await add_secret(store, set_up.app, secret)
    return Server(endpoint(store), set_up, secret)


def _is_never_stored(answer) -> bool:
    headers: Headers = answer.headers
    return headers["cache-control"] == "no-store" and headers["pragma"] == "no-cache"


@pytest.mark.parametrize("kind", ["form", "json"])
async def test_t55_t57_a_code_is_traded_in_a_form_or_in_json(store, kind):
    server = await serve(store)
    answer = await getattr(server.ask, kind)(await server.code_grant())
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert _is_never_stored(answer)
    body = answer.json
    assert len(body.pop("access_token")) == len(body.pop("refresh_token")) == 32
    account_id = server.scene.account_id
    assert body == {
        "token_type": "bearer",
        "expires_in": 3600,
        "scope": "read_events create_event",
        "account_id": account_id,
        "sub": account_id,
        "linking_profile": {
            "provider_name": "sandbox",
            "provider_service": "sandbox",
            "profile_id": server.scene.profile_ids[0],
            "profile_name": "ursula@example.org",
        },
    }


async def test_a_flat_answer_nests_nothing(store):
    server = await serve(store, token_shape=TokenShape.FLAT)
    body = (await server.ask.form(await server.code_grant())).json
    assert not [value for value in body.values() if isinstance(value, dict | list)]
    assert body["linking_profile_profile_id"] == server.scene.profile_ids[0]
    assert body["linking_profile_provider_name"] == "sandbox"


@pytest.mark.parametrize("mode", list(RefreshMode))
async def test_a_refresh_answers_with_a_refresh_token_and_a_numeric_life(store, mode):
    server = await serve(store, refresh_mode=mode)
    first = (await server.ask.form(await server.code_grant())).json
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    answer = await server.ask.json({**asked, **server.credentials})
    assert answer.status == 200
    assert set(answer.json) == {
        "token_type", "access_token", "expires_in", "refresh_token", "scope",
    }  # fmt: skip
    assert isinstance(answer.json["expires_in"], int)
    assert (answer.json["refresh_token"] == first["refresh_token"]) is (mode is RefreshMode.SAME)


async def test_pycronofy_sends_json_with_a_bearer_of_none(store):
    server = await serve(store)
    answer = await server.ask.json(await server.code_grant(), Authorization="Bearer None")
    assert answer.status == 200


async def test_the_node_sdk_sends_a_refresh_token_along_and_a_bearer_of_undefined(store):
    server = await serve(store)
    asked = await server.code_grant(refresh_token="stale")
    assert (await server.ask.json(asked, Authorization="Bearer undefined")).status == 200
    again = (await server.ask.json(await server.code_grant(), Authorization="Bearer x")).json
    revoked = {**server.credentials, "refresh_token": again["refresh_token"]}
    answer = await server.ask.json(revoked, "/oauth/token/revoke")
    assert (answer.status, answer.body) == (200, b"")
    stale = {"grant_type": "refresh_token", "refresh_token": again["refresh_token"]}
    assert (await server.ask.json({**stale, **server.credentials})).status == 400


async def test_requests_oauthlib_sends_basic_and_its_id_again_in_the_body(store):
    server = await serve(store)
    asked = await server.code_grant()
    del asked["client_secret"]
    header = basic_raw(asked["client_id"], SECRET)
    assert (await server.ask.form(asked, Authorization=header)).status == 200


@pytest.mark.parametrize("build", [basic_raw, basic_encoded])
@pytest.mark.parametrize("secret", [SECRET, "with+plus%20and:colon"])
async def test_t46_basic_is_read_raw_and_form_encoded(store, build, secret):
    server = await serve(store, secret)
    asked = await server.code_grant()
    client_id = asked.pop("client_id")
    del asked["client_secret"]
    assert (await server.ask.form(asked, Authorization=build(client_id, secret))).status == 200


async def test_the_dotnet_sdk_names_an_encoding_that_its_plain_body_does_not_have(store):
    server = await serve(store)
    headers = {"Content-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"}
    assert (await server.ask.json(await server.code_grant(), **headers)).status == 200


async def test_t46_two_methods_at_once_are_refused(store):
    server = await serve(store)
    asked = await server.code_grant()
    both = await server.ask.form(asked, Authorization=basic_raw(asked["client_id"], SECRET))
    assert (both.status, both.json["error"]) == (400, "invalid_request")
    del asked["client_secret"]
    other = await server.ask.form(asked, Authorization=basic_raw("somebody", SECRET))
    assert (other.status, other.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ???", "Basic bm9jb2xvbg==", "Basic /////w==", "Basic YTpiAA=="]
)
async def test_t46_a_basic_header_that_cannot_be_read_is_no_authentication(store, header):
    server = await serve(store)
    answer = await server.ask.form({"grant_type": "refresh_token"}, Authorization=header)
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_t45_every_wrong_client_gets_the_same_answer(store):
    server, other = await serve(store), await serve(store, "o" * 43)
    bodies = set()
    for client_id, secret in (
        (server.scene.app.client_id, "x" * 43),
        (server.scene.app.client_id, ""),
        (server.scene.app.client_id, other.secret),
        ("nobody", SECRET),
        ("", ""),
        (server.scene.app.client_id, fingerprint(SECRET).hex()),  # T48
    ):
        asked = {"grant_type": "refresh_token", "client_id": client_id, "client_secret": secret}
        answer = await server.ask.form(asked)
        assert answer.status == 401
        assert "www-authenticate" not in answer.headers
        assert _is_never_stored(answer)
        bodies.add(answer.body)
    assert bodies == {WRONG_CLIENT}


async def test_t45_the_basic_challenge_is_for_those_who_used_the_header(store):
    server = await serve(store)
    wrong = basic_raw(server.scene.app.client_id, "wrong")
    answer = await server.ask.form({"grant_type": "refresh_token"}, Authorization=wrong)
    assert (answer.status, answer.body) == (401, WRONG_CLIENT)
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("name", ["client_secret", "code", "refresh_token"])
async def test_t47_credentials_in_the_address_are_refused_even_if_right(store, name):
    server = await serve(store)
    asked = await server.code_grant()
    answer = await server.ask.form(asked, f"/oauth/token?{name}={asked.get(name, 'x')}")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


async def test_t50_two_secrets_live_side_by_side_until_one_retires(
    timed_store: Store, clock: SettableClock
):
    server = await serve(timed_store)
    await add_secret(timed_store, server.scene.app, "n" * 43, retires_ms=clock.ms + 10_000)
    for _ in range(2):
        for secret in (SECRET, "n" * 43):
            asked = {**await server.code_grant(), "client_secret": secret}
            assert (await server.ask.form(asked)).status == 200
        clock.advance(s=9)
    asked = {**await server.code_grant(), "client_secret": "n" * 43}
    assert (await server.ask.form(asked)).status == 401
    assert (await server.ask.form({**asked, "client_secret": SECRET})).status == 200


async def test_t51_guessing_is_slowed_down_and_locks_nobody_out(
    timed_store: Store, clock: SettableClock
):
    server = await serve(timed_store)
    wrong = {**await server.code_grant(), "client_secret": "wrong"}
    statuses = [(await server.ask.form(wrong)).status for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    refused = await server.ask.form(wrong)
    assert refused.headers["retry-after"] == "60"
    body = b"grant_type=x&client_id=%b&client_secret=y" % server.scene.app.client_id.encode()
    elsewhere = await server.ask.ask(
        "POST", "/oauth/token", body, [("Content-Type", FORM)], "198.51.100.7"
    )
    assert elsewhere.status == 401
    assert (await server.ask.form(await server.code_grant())).status == 200
    clock.advance(s=60)
    assert (await server.ask.form(wrong)).status == 401


async def test_t53_a_disabled_application_is_nobody(store):
    server = await serve(store, disabled=True)
    answer = await server.ask.form(await server.code_grant())
    assert (answer.status, answer.body) == (401, WRONG_CLIENT)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize("target", ["/oauth/token", "/oauth/token/revoke"])
async def test_t54_only_a_post_is_executed(store, method, target):
    server = await serve(store)
    answer = await server.ask.ask(method, target, b"", [("Content-Type", FORM)])
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"grant_type=refresh_token"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"grant_type=refresh_token"),
        (f"{FORM}; charset=iso-8859-1", b"grant_type=refresh_token"),
        (FORM, b"grant_type=\xff"),
        (FORM, b"grant_type=%ff"),
        (FORM, b"grant_type=%00"),
        (FORM, b"grant_type=a&grant_type=a"),
        (FORM, b"&".join(b"a%d=1" % number for number in range(200))),
        (JSON, b"{"),
        (JSON, b"\xff"),
        (JSON, b'"text"'),
        (JSON, b"[1]"),
        (JSON, b'{"grant_type": "a", "grant_type": "a"}'),
        (JSON, b'{"grant_type": 1}'),
        (JSON, b'{"grant_type": ["refresh_token"]}'),
        (JSON, b'{"grant_type": {"a": {"b": 1}}}'),
        (JSON, b'{"grant_type": "\\u0000"}'),
        (JSON, b'{"grant_type": "\\ud800"}'),
        (JSON, b'{"grant_type": NaN}'),
        (JSON, b"[" * 60_000),
        (JSON, b'{"scope":' * 900 + b"1" + b"}" * 900),
    ],
)
async def test_t55_a_body_that_cannot_be_read_is_an_invalid_request(store, kind, body):
    answer = await endpoint(store).ask("POST", "/oauth/token", body, [("Content-Type", kind)])
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert _is_never_stored(answer)


async def test_t55_a_body_over_64_kb_is_refused(store):
    body = b"a=" + b"x" * 65_535
    answer = await endpoint(store).ask("POST", "/oauth/token", body, [("Content-Type", FORM)])
    assert answer.status == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"client_id": null}'])
async def test_an_empty_body_in_any_spelling_has_no_parameters(store, body):
    answer = await endpoint(store).ask("POST", "/oauth/token", body, [("Content-Type", JSON)])
    assert (answer.status, answer.body) == (401, WRONG_CLIENT)


@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("client_credentials", "unsupported_grant_type"),
        ("", "invalid_request"),
        ("authorization_code", "invalid_request"),
        ("refresh_token", "invalid_request"),
    ],
)
async def test_t56_other_grants_and_missing_parameters_are_told_apart(store, grant_type, error):
    server = await serve(store)
    answer = await server.ask.form({"grant_type": grant_type, **server.credentials})
    assert (answer.status, answer.json["error"]) == (400, error)


async def test_t58_nothing_a_caller_sent_is_repeated(store):
    server = await serve(store)
    marker = "<img src=x onerror=alert(1)>"
    for asked in (
        {"grant_type": marker},
        {"grant_type": "authorization_code", "code": marker, "redirect_uri": marker},
        {"grant_type": "refresh_token", "refresh_token": marker, "scope": marker},
    ):
        answer = await server.ask.json({**asked, **server.credentials})
        assert answer.status == 400
        assert b"alert" not in answer.body
        text = answer.json["error_description"]
        assert all(" " <= char <= "~" and char not in '"\\' for char in text)


async def test_a_used_code_is_named_the_way_customers_quote_it(store):
    server = await serve(store)
    asked = await server.code_grant()
    assert (await server.ask.form(asked)).status == 200
    answer = await server.ask.form(asked)
    assert answer.status == 400
    assert answer.json == {
        "error": "invalid_grant",
        "error_description": "unknown or used",
        "errors": {"code": [{"key": "errors.unknown_or_used", "description": "unknown or used"}]},
    }


@pytest.mark.parametrize("redirect", ["", "https://a.example/other"])
async def test_t36_an_empty_or_another_redirect_uri_is_an_invalid_grant(store, redirect):
    server = await serve(store)
    answer = await server.ask.form({**await server.code_grant(), "redirect_uri": redirect})
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


async def test_oauth4webapi_brings_basic_and_a_verifier(store):
    server = await serve(store)
    code = await server.scene.code(challenge=CHALLENGE)
    asked = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }  # fmt: skip
    header = basic_encoded(server.scene.app.client_id, SECRET)
    assert (await server.ask.form(asked, Authorization=header)).status == 200


@pytest.mark.parametrize("name", ["token", "access_token", "refresh_token"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_t77_either_token_under_any_of_its_names_ends_the_authorization(store, name, kind):
    server = await serve(store)
    issued = (await server.ask.form(await server.code_grant())).json
    asked = {**server.credentials, name: issued[kind], "token_type_hint": "nonsense"}
    for _ in range(2):
        answer = await server.ask.form(asked, "/oauth/token/revoke")
        assert (answer.status, answer.body) == (200, b"")
    stale = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    assert (await server.ask.form({**stale, **server.credentials})).status == 400


async def test_t77_a_revocation_by_sub_ends_this_applications_own_grant_alone(store):
    server, stranger = await serve(store), await serve(store, "o" * 43)
    issued = (await server.ask.form(await server.code_grant())).json
    refresh = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    for asker, status in ((stranger, 200), (server, 400)):
        asked = {**asker.credentials, "sub": issued["sub"], "request_pii_erasure": True}
        assert (await server.ask.json(asked, "/oauth/token/revoke")).status == 200
        assert (await server.ask.form({**refresh, **server.credentials})).status == status


async def test_t77_a_revocation_needs_a_client_and_something_to_revoke(store):
    server = await serve(store)
    nothing = await server.ask.json(server.credentials, "/oauth/token/revoke")
    assert (nothing.status, nothing.json["error"]) == (400, "invalid_request")
    nobody = await server.ask.json({"token": "x"}, "/oauth/token/revoke")
    assert nobody.status == 401
    unknown = await server.ask.json({**server.credentials, "token": "x"}, "/oauth/token/revoke")
    assert unknown.status == 200
