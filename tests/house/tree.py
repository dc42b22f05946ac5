"""The files that the house rules speak about."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def _tracked() -> list[Path]:
    """What git knows; in an unpacked archive without git, everything but what tools leave."""
    asked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        names = ("src", "tests", "docs", "deploy", "requirements", "scripts", "bench")
        return [path for name in names for path in (ROOT / name).rglob("*.*") if path.is_file()]
    return [path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file()]


TRACKED = _tracked()


def modules() -> list[tuple[Path, ast.Module]]:
    """Every module of the package, parsed."""
    return [(path, ast.parse(path.read_text())) for path in SOURCES]


def name_of(value: object) -> str:
    """How a test's parameter is shown: a path by its place in the package."""
    return str(value.relative_to(ROOT / "src")) if isinstance(value, Path) else ""
