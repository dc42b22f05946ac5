"""The demo's directory."""

from pathlib import Path

import pytest

from daygate.demo.data import MARK, NotOurs, fresh


def test_a_directory_of_something_else_is_never_emptied(tmp_path: Path):
    real = tmp_path / "daygate.db"
    real.write_text("people's calendars")
    with pytest.raises(NotOurs, match="--data-dir"), fresh(tmp_path):
        pass
    assert real.read_text() == "people's calendars"


def test_what_an_earlier_demo_left_is_gone(tmp_path: Path):
    with fresh(tmp_path / "demo") as directory:
        (directory / "daygate.db").write_text("old")
        (directory / "secret_keys").write_text("old")
    with fresh(tmp_path / "demo") as directory:
        assert [path.name for path in directory.iterdir()] == [MARK]


def test_files_a_demo_does_not_know_are_left(tmp_path: Path):
    with fresh(tmp_path / "demo") as directory:
        (directory / "notes.txt").write_text("mine")
    with fresh(tmp_path / "demo") as directory:
        assert (directory / "notes.txt").read_text() == "mine"


def test_two_demos_do_not_share_a_directory(tmp_path: Path):
    first, second = fresh(tmp_path / "demo"), fresh(tmp_path / "demo")
    with first, pytest.raises(NotOurs, match="Another demo"), second:
        pass
    with fresh(tmp_path / "demo"):
        pass
