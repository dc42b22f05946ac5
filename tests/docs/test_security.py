"""The promises of the security page: each is held by tests that exist, each number stands once."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_ROW = re.compile(r"^\| ([A-Z]\d+(?:, [A-Z]\d+)*) \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS = [
    (numbers.split(", "), re.findall(r"`(\w+)`", held_by))
    for numbers, _, held_by in _ROW.findall((ROOT / "docs/security.md").read_text())
]
DEFINED = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}
NUMBERS = [
    *(f"T{number}" for number in range(1, 84)),
    *(f"G{number}" for number in range(1, 10)),
    *(f"K{number}" for number in range(1, 7)),
    *("L1", "L2", "D1", "D2", "D4", "D7", "R1"),
]


def test_every_promise_has_a_row_of_its_own():
    named = [number for numbers, _ in ROWS for number in numbers]
    assert sorted(named) == sorted(NUMBERS)


def test_every_promise_is_held_by_tests_that_exist():
    assert [numbers for numbers, tests in ROWS if not tests] == []
    named = {test for _, tests in ROWS for test in tests}
    assert named - DEFINED == set()
