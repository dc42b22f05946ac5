"""What the forms of services say is known in every language of the pages, and nothing more is."""

from daygate.providers.preset_texts import in_language, texts
from daygate.providers.presets import Preset, presets

LANGUAGES = {"de", "fr", "es"}
OF_THE_SANDBOX = {"Four groups of four letters"}


def _said(preset: Preset) -> set[str]:
    said = {preset.help_text}
    for field in preset.fields:
        said |= {field.label, field.hint}
    return said - {""}


def test_every_text_of_every_form_is_in_every_language() -> None:
    said = set[str]().union(*(_said(preset) for preset in presets() if preset.offered))
    assert said - texts().keys() == set()
    assert all(row.keys() == LANGUAGES and all(row.values()) for row in texts().values())
    labels = {preset.label for preset in presets()}
    assert texts().keys() - said - labels - OF_THE_SANDBOX == set()


def test_names_of_services_stay_as_they_are_but_other_server_is_none() -> None:
    translated = {preset.key for preset in presets() if preset.label in texts()}
    assert translated == {"generic"}


def test_what_must_not_be_translated_stands_in_every_translation() -> None:
    for text, row in texts().items():
        for sign in ("account.apple.com", "config.infomaniak.com", "example.org", "AB12345"):
            assert all((sign in other) == (sign in text) for other in row.values()), text


def test_an_unknown_text_is_left_to_the_page() -> None:
    assert in_language("Never said", "de") is None
    assert in_language("Never said", "en") == "Never said"
