"""The deny table, on both edges of every row, and the forms that hide an address in another."""

import ipaddress

import pytest

from daygate.kit.outbound.addresses import OWN_HOST, REFUSED, AddressJudge, Network, is_loopback

JUDGE = AddressJudge()

# The list this service promises, written out a second time so that a row cannot vanish unnoticed.
_LIST = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20
5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
PROMISED = _LIST.split()


def test_g2_the_table_holds_every_promised_network():
    assert sorted(map(str, REFUSED)) == sorted(PROMISED)


@pytest.mark.parametrize("network", REFUSED, ids=str)
def test_g2_both_edges_are_refused_inside_and_open_outside(network: Network):
    first, last = int(network.network_address), int(network.broadcast_address)
    kind = type(network.network_address)
    assert JUDGE.refusal(str(kind(first))) == str(network)
    assert JUDGE.refusal(str(kind(last))) == str(network)
    for neighbour in (first - 1, last + 1):
        if 0 <= neighbour < 2**network.max_prefixlen:
            address = kind(neighbour)
            assert (JUDGE.refusal(str(address)) is not None) == is_promised_refused(address)


def is_promised_refused(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(row) for row in PROMISED)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::"]
)
def test_public_addresses_are_open(address):
    assert JUDGE.refusal(address) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("::ffff:127.0.0.1", "127.0.0.0/8"),
        ("::ffff:a9fe:a9fe", "169.254.0.0/16"),
        ("::127.0.0.1", "::/96"),
        ("::1", "::/96"),
        ("::", "::/96"),
        ("64:ff9b::7f00:1", "127.0.0.0/8"),
        ("64:ff9b::10.0.0.1", "10.0.0.0/8"),
        ("64:ff9b:1::1", "64:ff9b:1::/48"),
        ("2002:7f00:1::", "2002::/16"),
        ("2001:0:7f00:1::", "2001::/23"),
        ("fd00:ec2::254", "fc00::/7"),
        ("192.0.0.192", "192.0.0.0/24"),
        ("255.255.255.255", "240.0.0.0/4"),
        ("fe80::1%eth0", "fe80::/10 (zone id)"),
        ("2606:4700::1111%1", "fe80::/10 (zone id)"),
        ("127.1", "unreadable addresses"),
        ("", "unreadable addresses"),
    ],
)
def test_g2_an_address_inside_another_is_judged_for_what_is_dialled(address, network):
    assert JUDGE.refusal(address) == network


def test_a_translated_public_address_is_open():
    assert JUDGE.refusal("64:ff9b::1.1.1.1") is None
    assert JUDGE.refusal("::ffff:1.1.1.1") is None


def test_g7_an_allowed_network_opens_itself_and_nothing_beside_it():
    judge = AddressJudge.allowing(["10.1.0.0/16", "fd00::/16"])
    assert judge.refusal("10.1.255.255") is None
    assert judge.refusal("::ffff:10.1.0.1") is None
    assert judge.refusal("10.2.0.0") == "10.0.0.0/8"
    assert judge.refusal("fd00::1") is None
    assert judge.refusal("fd01::1") == "fc00::/7"
    assert judge.allows("10.1.0.1")
    assert not judge.allows("1.1.1.1")
    assert not judge.allows("junk")


def test_g2_a_connection_whose_two_ends_are_equal_reached_this_very_host():
    assert JUDGE.refusal_of_peer("93.184.216.34", "93.184.216.34") == OWN_HOST
    assert JUDGE.refusal_of_peer("::ffff:93.184.216.34", "93.184.216.34") == OWN_HOST
    assert JUDGE.refusal_of_peer("93.184.216.34", "10.0.0.5") is None
    assert JUDGE.refusal_of_peer("10.0.0.5", "10.0.0.4") == "10.0.0.0/8"
    assert JUDGE.refusal_of_peer("", "") == "unreadable addresses"
    assert AddressJudge.allowing(["127.0.0.0/8"]).refusal_of_peer("127.0.0.1", "127.0.0.1") is None


def test_loopback_is_known_in_its_forms():
    assert is_loopback("127.8.8.8")
    assert is_loopback("::1")
    assert is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost")
