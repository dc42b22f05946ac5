"""Pages written by hand: their links lead somewhere, and what they name exists."""

import re
from pathlib import Path

import pytest

from daygate.settings import Settings

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:src|tests|scripts|docs|requirements)/[\w./-]+\w)`")
_SETTING = re.compile(r"\bDAYGATE_([A-Z_]+)\b")
_FROM_ELSEWHERE = {"TOKEN", "TEST_PICTURES"}  # read by a command or a test, no settings


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_to_files_lead_somewhere(page):
    lost = [link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not lost


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_files_that_are_named_exist(page):
    assert [path for path in _PATH.findall(page.read_text()) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_settings_that_are_named_exist(page):
    known = {name.upper() for name in Settings.model_fields} | _FROM_ELSEWHERE
    assert set(_SETTING.findall(page.read_text())) - known == set()


@pytest.mark.parametrize("record", DECISIONS, ids=_name)
def test_a_decision_has_a_number_of_its_own_and_every_section(record):
    number = record.name[:4]
    assert [each.name for each in DECISIONS if each.name.startswith(number)] == [record.name]
    text = record.read_text()
    for section in ("Context", "Decision", "Consequences", "Alternatives", "References"):
        assert f"\n## {section}\n" in text


def test_every_room_is_in_the_table_of_the_architecture():
    page = (ROOT / "docs/architecture.md").read_text()
    rooms = [path.parent.name for path in (ROOT / "src/daygate").glob("*/__init__.py")]
    assert [room for room in rooms if f"| `{room}/`" not in page] == []
