"""House rules about layout: tests mirror the package, and requirements say one thing once."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PACKAGE = ROOT / "src" / "daygate"
UNIT = ROOT / "tests" / "unit"
REQUIREMENTS = sorted((ROOT / "requirements").iterdir())


@pytest.mark.parametrize("test", sorted(UNIT.rglob("test_*.py")), ids=lambda path: path.stem)
def test_a_unit_test_stands_where_its_module_stands(test: Path):
    """Whoever opens a module finds its tests without searching, and the other way round."""
    module = PACKAGE / test.relative_to(UNIT).parent / test.stem.removeprefix("test_")
    assert module.with_suffix(".py").is_file() or module.is_dir(), f"there is no {module}"


def test_requirements_are_the_dependencies_of_the_package():
    """Two lists of one thing drift apart unless something compares them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    written = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
    assert [line for line in written if not line.startswith("#")] == project["dependencies"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_name_no_registry(path: Path):
    """Where packages come from is the choice of whoever installs: a mirror's address breaks it."""
    for line in path.read_text().splitlines():
        said = re.sub(r"(^|\s)#.*", "", line)
        assert "http" not in re.sub(r"^(aiohttp|httpx|httptools|httpcore)\b", "", said.strip())
        assert "index-url" not in said


def test_what_comes_from_npm_is_pinned_and_names_no_registry():
    """The same for the lock file, which npm would fill with addresses."""
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = {name: each for name, each in locked.items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []


def test_every_pinned_requirement_carries_its_hash():
    """A pin without a hash trusts the registry to serve the same file tomorrow."""
    for path in REQUIREMENTS:
        if path.suffix == ".txt":
            pins = re.split(r"\n(?=[a-z0-9])", path.read_text(), flags=re.IGNORECASE)
            bare = [pin.split()[0] for pin in pins if "==" in pin and "--hash" not in pin]
            assert bare == []
