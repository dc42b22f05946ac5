"""The addresses are stable, and nothing that changes state answers a GET."""

from daygate.web.oauth.connect_routes import ROUTES


def test_the_table_lists_each_address_and_method_once():
    pairs = [(route.path, method) for route in ROUTES for method in route.methods or ()]
    assert len(pairs) == len(set(pairs))


def test_what_changes_something_is_posted():
    for path in ("/connect/{handle}/deny", "/connect/{handle}/not-me", "/connect/{handle}/account"):
        (route,) = [route for route in ROUTES if route.path == path]
        assert route.methods == {"POST"}
