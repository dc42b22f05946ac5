"""The page of faults: every class of fault is there, and every test it names exists."""

import re
from pathlib import Path

import pytest

from daygate.providers.faults import Fault

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/faults.md").read_text()
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| (?!what |---)", line)]


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in Fault.__subclasses__()))
def test_every_class_of_fault_has_a_row(name):
    assert any(f"`{name}`" in row for row in ROWS)


def test_every_row_names_a_test():
    assert len(ROWS) == len(TESTS) > 30
    assert [row for row in ROWS if "::" not in row] == []


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_test_that_is_named_exists(path, name):
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)
