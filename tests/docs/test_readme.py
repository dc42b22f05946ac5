"""The table of calls in the README against the addresses that are served."""

import re
from pathlib import Path

from daygate.web.routes import ROUTES

_ROW = re.compile(r"^\| `(GET|POST|DELETE) (/\S+)` \| (yes|not yet)", re.MULTILINE)
_README = (Path(__file__).parent.parent.parent / "README.md").read_text()
ROWS = [(method, path, state == "yes") for method, path, state in _ROW.findall(_README)]
SERVED = {(method, route.path) for route in ROUTES for method in route.methods or ()}


def test_every_call_said_to_work_is_served_and_no_other():
    assert ROWS
    wrong = [(method, path) for method, path, works in ROWS if ((method, path) in SERVED) != works]
    assert wrong == []


def test_every_call_of_the_api_is_in_the_table():
    named = {(method, path) for method, path, _ in ROWS}
    api = {
        (method, path)
        for method, path in SERVED
        if path.startswith("/v1/") and "/pages/" not in path and method != "HEAD"
    }
    assert api - named == set()
