"""House rules about names: files, modules, providers, and words that do not belong here."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCES, TRACKED, modules, name_of

VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "service"}
FOREIGN = ("/work/" + "main", "/work/" + "shared", "/" + "root/", "shared/" + "design", "." + "ci/")
SERVICES = {
    "google", "microsoft", "exchange", "caldav", "ics", "apple", "icloud", "fastmail", "nextcloud",
    "yahoo", "office365", "outlook", "live_connect", "sandbox", "radicale", "xandikos", "generic",
}  # fmt: skip
KNOWS_NAMES = ("providers", "sandbox", "demo")


def test_modules_are_named_after_what_they_hold():
    """A module called `utils` grows without end: nobody can say what does not belong in it."""
    vague = [path for path in SOURCES if VAGUE & set(path.stem.split("_"))]
    assert vague == []


def test_every_module_opens_with_a_docstring():
    """One sentence tells a newcomer whether to read on."""
    silent = [path for path, tree in modules() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_module_is_longer_than_400_lines():
    """Past that, a file holds two ideas: split it by noun."""
    long = [path for path in SOURCES if len(path.read_text().splitlines()) > 400]
    assert long == []


@pytest.mark.parametrize(("path", "tree"), modules(), ids=name_of)
def test_nobody_asks_which_provider_it_is(path: Path, tree: ast.Module):
    """Ask what a provider can: a comparison with its name must be repeated for the next one.

    Escape, with the reason on the line above: `# names a provider: ...`
    """
    if path.relative_to(ROOT / "src/daygate").parts[0] in KNOWS_NAMES:
        return
    lines = path.read_text().splitlines()
    found = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.MatchValue)
        and _service_names(node)
        and "# names a provider:" not in lines[node.lineno - 2]
    ]
    assert found == []


def _service_names(node: ast.AST) -> set[str]:
    words = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
    return SERVICES & {word for word in words if isinstance(word, str)}


def test_the_tree_speaks_of_no_machine_it_was_written_on():
    """A path of one developer's machine works for nobody else."""
    found = [
        (path, word)
        for path in TRACKED
        for word in FOREIGN
        if word in path.read_text(errors="replace")
    ]
    assert found == []
