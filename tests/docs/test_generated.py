"""The pages that the code writes say what the code says now."""

import subprocess
import sys
from pathlib import Path

import pytest

from daygate.settings import Settings

ROOT = Path(__file__).parent.parent.parent


def test_generated_pages_are_current():
    checked = subprocess.run(
        [sys.executable, "scripts/generate_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_heading_and_a_description(name):
    page = (ROOT / "docs/settings.md").read_text()
    description = Settings.model_fields[name].description
    assert description
    assert f"## `DAYGATE_{name.upper()}`\n\n{description}\n" in page
