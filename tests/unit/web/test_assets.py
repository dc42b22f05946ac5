"""Static files are served under hashed names, and nothing else is."""

import pytest

from daygate.web.assets import serve_static, static
from tests.unit.web.site import site


def test_a_hashed_name_is_cached_for_ever():
    answer = site(serve_static, path="/static/{path:path}").get(static("daygate.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["daygate.css", "vendor/README.md", "../pages.py", "%2e%2e/pages.py"]
)
def test_other_names_are_not_there(path):
    assert site(serve_static, path="/static/{path:path}").get(f"/static/{path}").status_code == 404
