import runpy
from pathlib import Path
from zoneinfo import available_timezones

from tzlocal.windows_tz import win_tz

from daygate.ical import windows_zones

SCRIPT = Path(__file__).parents[3] / "scripts/windows_zones.py"


def test_the_table_is_tzlocals():
    assert win_tz == windows_zones.WINDOWS_ZONES


def test_the_table_is_what_the_script_writes():
    written = runpy.run_path(str(SCRIPT))["module_text"](win_tz)
    assert Path(windows_zones.__file__).read_text(encoding="utf-8") == written


def test_every_zone_of_the_table_exists():
    assert set(windows_zones.WINDOWS_ZONES.values()) <= available_timezones()
