"""The catalogs agree with each other, and the person's language is found."""

import itertools
import re
import string

import pytest
from starlette.requests import Request

from daygate.web.languages import LANGUAGES, remember, words, words_for
from daygate.web.pages import _TEMPLATES


def _placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def _request(accept: str, query: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "headers": headers, "query_string": query.encode()})


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_the_same_things_about_the_same_names(code):
    english, other = words("en").messages, words(code).messages
    assert other.keys() == english.keys()
    for key, message in english.items():
        assert _placeholders(other[key]) == _placeholders(message), key


def test_every_message_a_template_asks_for_exists():
    for file in _TEMPLATES.rglob("*.html"):
        for key in re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", file.read_text()):
            assert words("en").has(key), f"{file.name}: {key}"


@pytest.mark.parametrize(
    ("accept", "query", "code"),
    [
        ("", "", "en"),
        ("de-CH,de;q=0.9,en;q=0.8", "", "de"),
        ("ja, es;q=0.4, fr;q=0.7", "", "fr"),
        ("de;q=0, junk;q=x", "", "en"),
        ("de", "locale=es-MX", "es"),
        ("de", "locale=xx", "de"),
    ],
)
def test_the_named_language_wins_then_the_browsers_best(accept, query, code):
    assert words_for(_request(accept, query)).code == code


def test_the_language_of_the_application_gives_way_to_one_chosen_on_the_page_alone():
    request = _request("de", "")
    remember(request, "fr")
    assert words_for(request).code == "fr"
    chosen = _request("de", "locale=es")
    remember(chosen, "fr")
    assert words_for(chosen).code == "es"


def test_every_trouble_that_the_code_names_has_its_three_messages():
    source = "".join(file.read_text() for file in _TEMPLATES.parent.rglob("*.py"))
    named = {
        *re.findall(r'Trouble\(\s*"(\w+)"', source),
        *re.findall(r': \("(\w+)", \d+\)', source),
    }
    assert {"unexpected", "wrong_method", "not_found", "flow_answered"} <= named
    for words_of, part in itertools.product(named, ("title", "what", "next")):
        assert words("en").has(f"trouble.{words_of}.{part}"), words_of


def test_names_in_messages_are_escaped_and_cannot_turn_the_text_around():
    shown = words("en")("trouble.back", host="<b>\u202egnp.exe</b>")
    assert shown == "Return to &lt;b&gt;gnp.exe&lt;/b&gt;"
