"""The table of services: complete, plausible, and honest about what was not checked."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from daygate.providers import presets
from daygate.providers.preset_page import page
from daygate.providers.presets import Preset

ROWS = presets.presets()
OFFERED = [row for row in ROWS if row.offered]
DOCS = Path(__file__).parents[3] / "docs"


def row(key: str) -> Preset:
    return next(preset for preset in ROWS if preset.key == key)


def test_keys_are_unique_and_popular_services_are_few() -> None:
    keys = [preset.key for preset in ROWS]
    assert len(keys) == len(set(keys))
    assert {"icloud", "fastmail", "nextcloud", "generic"} == {r.key for r in ROWS if r.popular}


@pytest.mark.parametrize("preset", OFFERED, ids=lambda preset: preset.key)
def test_every_service_offered_has_a_form_an_https_address_and_a_source(preset: Preset) -> None:
    names = [field.name for field in preset.fields]
    assert names[-1] == "password"
    assert ("host" in names) == ("{host}" in preset.base_url)
    assert preset.sources
    if preset.base_url:
        filled = preset.base_url.replace("{host}", "h.example").replace("{user}", "u")
        assert urlsplit(filled).scheme == "https"
        assert filled.endswith("/")
        assert "//" not in urlsplit(filled).path


@pytest.mark.parametrize("preset", OFFERED, ids=lambda preset: preset.key)
def test_what_nobody_ran_does_not_claim_to_be_verified(preset: Preset) -> None:
    assert preset.verified == (preset.key in {"radicale", "xandikos"})


def test_app_password_services_tell_where_to_get_one() -> None:
    for preset in OFFERED:
        if preset.app_password == "yes":
            assert preset.help_url or preset.help_text, preset.key


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("icloud.com", "icloud"),
        ("ME.com", "icloud"),
        ("yahoo.com", "yahoo"),
        ("yahoo.co.uk", "yahoo"),
        ("yahoo.com.br", "yahoo"),
        ("yahoo.evil.com", None),
        ("yahoo.example", None),
        ("yahoo.co.uk.evil.com", None),
        ("gmail.com", "google_caldav"),
        ("outlook.de", "microsoft_caldav"),
        ("example.org", None),
    ],
)
def test_a_mail_domain_finds_its_service(domain: str, key: str | None) -> None:
    found = presets.for_domain(domain)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("caldav.icloud.com", "icloud"),
        ("www.google.com", "google_caldav"),
        ("notgoogle.com", None),
        ("google.com.evil.example", None),
    ],
)
def test_a_web_host_finds_its_service(host: str, key: str | None) -> None:
    found = presets.for_host(host)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("key", "password", "ordinary"),
    [
        ("icloud", "abcd-efgh-ijkl-mnop", False),
        ("icloud", "abcdefghijklmnop", False),
        ("icloud", "My Apple password 1", True),
        ("icloud", "correcthorsebatterystaple", True),
        ("yahoo", "abcd efgh ijkl mnop", False),
        ("yahoo", "hunter2", True),
        ("nextcloud", "aBcD1-eFgH2-iJkL3-mNoP4-qRsT5", False),
        ("nextcloud", "hunter2", True),
        ("posteo", "hunter2", False),
    ],
)
def test_an_ordinary_password_is_recognised(key: str, password: str, ordinary: bool) -> None:
    assert row(key).ordinary(password) is ordinary


def test_patterns_compile() -> None:
    for preset in ROWS:
        re.compile(preset.app_password_pattern or "")


def test_the_page_of_presets_is_the_table() -> None:
    """Write it anew with `python -m daygate.providers.preset_page > docs/presets.md`."""
    assert (DOCS / "presets.md").read_text("utf-8") == page()
