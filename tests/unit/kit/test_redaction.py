"""Redaction: no secret passes under its name or in its shape, and no text leaves its line."""

import json
import time

import pytest

from daygate.kit.redaction import HIDDEN, Redactor

CANARY = "c4n4ry0f8Secret7Value"
CLEAN = Redactor()


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Authorization",
        "Proxy-Authorization",
        "cookie",
        "Set-Cookie",
        "password",
        "secret",
        "client_secret",
        "client-secret",
        "token",
        "access_token",
        "refresh_token",
        "sync_token",
        "code",
        "code_verifier",
        "credential",
        "app_password",
        "api_key",
        "secret_keys",
        "Cronofy-HMAC-SHA256",
        "summary",
        "description",
        "location",
        "body",
    ],
)
def test_l1_a_value_under_a_secret_name_is_hidden_at_every_depth(name):
    assert CLEAN.named(name, CANARY) == HIDDEN
    nested = CLEAN.value({"request": [{"headers": {name: CANARY}}]})
    assert nested == {"request": [{"headers": {name: HIDDEN}}]}
    assert CLEAN.named(name, {"inner": [CANARY]}) == HIDDEN


@pytest.mark.parametrize(
    "name", ["status", "status_code", "client_id", "tokens_issued", "event_id", "host", "decoded"]
)
def test_a_harmless_name_keeps_its_value(name):
    assert CLEAN.named(name, "value 17") == "value 17"


def test_of_a_state_only_a_short_prefix_is_kept():
    assert CLEAN.named("state", CANARY) == "c4n4ry..."


def test_that_a_secret_is_absent_may_be_seen():
    assert CLEAN.named("refresh_token", None) is None
    assert CLEAN.named("password", True) is True


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f"authorization: basic {CANARY}==",
        f"got 'Bearer {CANARY}' from the client",
        f"https://user:{CANARY}@dav.example/home",
        f"postgresql+asyncpg://daygate:{CANARY}@db/daygate",
        f"GET /oauth/callback?code={CANARY}&state={CANARY} HTTP/1.1",
        f"https://hooks.example/x?key={CANARY}",
        f"client_id=abc&client_secret={CANARY}&grant_type=refresh_token",
        f"refresh_token={CANARY}",
        f"client_secret={CANARY}",
        json.dumps({"client_id": "abc", "client_secret": CANARY}),
        json.dumps({"password": f"two words {CANARY}"}),
        json.dumps({"password": f'a "quoted" {CANARY}'}),
        str({"refresh_token": CANARY}),
        f"Cookie: session={CANARY}",
        f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.{CANARY}",
        f"(sqlite3.IntegrityError) UNIQUE [SQL: INSERT] [parameters: ('{CANARY}',)]",
        f"duplicate key value\nDETAIL:  Key (email)=({CANARY}) already exists.",
    ],
)
def test_l1_a_secret_is_known_by_its_shape(text):
    assert CANARY not in CLEAN.text(text)
    assert HIDDEN in CLEAN.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1/events 200 in 12 ms",
        "https://dav.example/home/calendar.ics",
        "the token expired",
        "error code 17",
        "refused: inside the refused network 10.0.0.0/8",
    ],
)
def test_a_harmless_text_stays_as_it_is(text):
    assert CLEAN.text(text) == text


def test_l1_a_registered_secret_is_hidden_wherever_it_occurs():
    redactor = Redactor.hiding([CANARY, CANARY + "-longer", ""])
    assert redactor.text(f"x{CANARY}-longer y{CANARY}z") == f"x{HIDDEN} y{HIDDEN}z"


def test_a_secret_at_the_length_limit_does_not_survive_by_being_cut():
    redactor = Redactor.hiding([CANARY])
    for lead in range(3_960, 4_010):
        assert CANARY[:12] not in redactor.text("." * lead + CANARY)


def test_a_quoted_secret_whose_end_was_cut_off_is_hidden_all_the_same():
    text = "." * 3_960 + json.dumps({"password": f"{CANARY} {CANARY * 9}"})
    assert CANARY[:8] not in CLEAN.text(text)


@pytest.mark.parametrize("unit", ["a-", "eyJaaaaa-", "a://", "?a=&", "password", '"', "token:"])
def test_no_text_makes_the_cleaning_slow(unit):
    started_s = time.perf_counter()
    CLEAN.text(unit * 4_000)
    assert time.perf_counter() - started_s < 0.5


def test_l2_line_breaks_terminal_escapes_and_overrides_are_spelled_out():
    text = "a\r\nlevel=info\x1b[2J\x07\u2028\u202e\x85\udcffend\t"
    cleaned = CLEAN.text(text)
    assert cleaned == r"a\x0d\x0alevel=info\x1b[2J\x07\u2028\u202e\x85\udcffend\x09"
    assert cleaned.isprintable()


def test_l2_names_are_cleaned_too():
    assert CLEAN.value({"a\nb": 1}) == {r"a\x0ab": 1}


def test_bytes_long_texts_deep_nests_and_objects_come_out_plain():
    class Odd:
        def __str__(self) -> str:
            return f"Bearer {CANARY}"

    nest: object = CANARY
    for _ in range(50):
        nest = [nest]
    assert CLEAN.value(b"12345") == "<5 bytes>"
    assert len(str(CLEAN.value("x" * 1_000_000))) < 4_100
    assert CANARY not in str(CLEAN.value(nest))
    assert CLEAN.value(Odd()) == f"Bearer {HIDDEN}"
    assert CLEAN.value({1: (1, 2.5, None, True)}) == {"1": [1, 2.5, None, True]}
