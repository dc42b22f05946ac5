"""Addresses a demo listens on."""

import pytest

from daygate.demo.serving import NotListening, listen, loopback, origin


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.1", "[2001:db8::1]", "example.org", "", "127.0.0.1.example"],  # noqa: S104 - refused
)
def test_only_this_machine_can_reach_a_demo(host: str):
    with pytest.raises(NotListening, match="loopback only"):
        loopback(host)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1")],
)
def test_every_way_to_write_loopback_is_understood(host: str, address: str):
    assert loopback(host) == address


def test_a_port_in_use_is_told_with_its_remedy():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert origin(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(NotListening, match=f"Port {port} .* --port"):
            listen("127.0.0.1", port)
