"""Write `src/daygate/ical/windows_zones.py` from the table that tzlocal keeps up to date.

Run it after updating tzlocal: `python scripts/windows_zones.py`.
"""

from pathlib import Path

from tzlocal.windows_tz import win_tz

TARGET = Path(__file__).parent.parent / "src/daygate/ical/windows_zones.py"
HEAD = '''"""Windows time zone names and their IANA zones (CLDR windowsZones, territory 001).

Written by `scripts/windows_zones.py` from tzlocal; not edited by hand.
"""

WINDOWS_ZONES = {
'''


def module_text(table: dict[str, str]) -> str:
    """The Python source of the table."""
    rows = [f'    "{name}": "{tzid}",\n' for name, tzid in sorted(table.items())]
    return HEAD + "".join(rows) + "}\n"


if __name__ == "__main__":
    TARGET.write_text(module_text(win_tz), encoding="utf-8")
