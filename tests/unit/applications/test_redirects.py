"""Which redirect URIs may be registered (T6, T7, T8)."""

import pytest

from daygate.applications import redirects
from daygate.applications.redirects import Allowance, fault
from daygate.domain.errors import Invalid, NotFound
from daygate.oauth.redirects import sane
from tests.unit.applications.people import application, by, developer

STRICT = Allowance()


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example/cb",
        "https://a.example:8443/cb?x=1&y=%20",
        "https://a.example",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:9999/cb",
        "http://[::1]:9999/cb",
        "http://localhost:3000/cb",
        "https://[2001:db8::1]/cb",
    ],
)
def test_exact_https_and_loopback_are_registered(uri):
    assert fault(uri, STRICT) is None
    assert sane(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/cb",
        "//a.example/cb",
        "https://",
        "https:///cb",
        "https://a.example/cb#x",
        "https://a.example/cb#",
        "https://user@a.example/cb",
        "https://user:pw@a.example/cb",
        "https://@a.example/cb",
        "https://*.a.example/cb",
        "https://*/cb",
        "https://a.example/*",
        "https://a.example/cb?*",
        "javascript:alert(1)",
        "javascript://a.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "com.example.app:/cb",
        "HTTPS://a.example/cb",
        "http://a.example/cb",
        "http://10.0.0.1/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://localhost.evil.example/cb",
        "http://127.0.0.1:80@evil.example/",
        "http://0.0.0.0/cb",
        "https://a.example/cb/..",
        "https://a.example/cb/%2e%2E/x",
        "https://a.example/c b",
        "https://a.example/cb\n",
        "https://a.example/\x00",
        "https://a.example/%zz",
        "https://a.example\\@evil.example/cb",
        "https://a.example:99999/cb",
        "https://a.example:port/cb",
        "https://[::1/cb",
        "https://[::1%25eth0]/cb",
        "https://\u0430pple.example/cb",
        "https://-a.example/cb",
        "https://a..example/cb",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_anything_else_is_refused(uri):
    assert fault(uri, STRICT) is not None
    assert fault(uri, Allowance(plain_http=False, host_wildcards=False)) is not None


@pytest.mark.parametrize(
    ("uri", "fine"),
    [
        ("https://*.a.example/cb", True),
        ("https://*.eu.a.example/cb", True),
        ("https://*.example/cb", False),
        ("https://*/cb", False),
        ("https://a.*.example/cb", False),
        ("https://*a.a.example/cb", False),
        ("https://*.*.a.example/cb", False),
        ("https://*.a.example/*", False),
    ],
)
def test_a_wildcard_is_one_whole_label_where_the_operator_allows_it(uri, fine):
    assert (fault(uri, Allowance(host_wildcards=True)) is None) is fine


async def test_an_unverified_application_may_list_plain_http(store):
    made = await application(store, await developer(store), "http://intranet.example/cb")
    assert made.application.pending_uris == ("http://intranet.example/cb",)


async def test_a_uri_is_listed_once_and_can_be_taken_off(store):
    owner = await developer(store)
    uri = "https://acme.example/cb"
    made = await application(store, owner, uri, uri)
    add, remove = redirects.add, redirects.remove
    assert await store.transact(lambda tx: add(tx, made.application, [uri], by(owner))) == []
    await store.transact(lambda tx: remove(tx, made.application, uri, by(owner)))
    with pytest.raises(NotFound):
        await store.transact(lambda tx: remove(tx, made.application, uri, by(owner)))


async def test_a_list_has_an_end(store):
    owner = await developer(store)
    uris = [f"https://acme.example/{number}" for number in range(redirects.MOST_URIS + 1)]
    with pytest.raises(Invalid):
        await application(store, owner, *uris)
