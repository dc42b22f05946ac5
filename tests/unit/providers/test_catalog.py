"""The catalog: names of the API, order, and the sandbox."""

import pytest

from daygate.kit.outbound import Outbound
from daygate.providers.catalog import Catalog, catalog


@pytest.fixture
def services() -> Catalog:
    return catalog(Outbound())


def test_popular_services_come_first_and_keys_are_unique(services: Catalog) -> None:
    popular = [spec.popular for spec in services.specs]
    assert popular == sorted(popular, reverse=True)
    assert len({spec.key for spec in services.specs}) == len(services.specs)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("apple", "icloud"),
        ("icloud", "icloud"),
        ("caldav", "generic"),
        ("fastmail", "fastmail"),
        ("office365", None),
        ("google", None),
        ("google_caldav", None),
        ("sandbox", None),
        ("", None),
    ],
)
def test_names_of_the_api_are_understood(services: Catalog, name: str, key: str | None) -> None:
    spec = services.for_provider_name(name)
    assert (spec and spec.key) == key


def test_answers_name_the_protocol_and_the_service(services: Catalog) -> None:
    named = {spec.key: (spec.name, spec.service) for spec in services.specs}
    assert named["icloud"] == ("apple", "icloud")
    assert named["fastmail"] == ("caldav", "fastmail")
    assert named["generic"] == ("caldav", "generic")


def test_the_sandbox_is_there_only_with_an_address() -> None:
    services = catalog(Outbound(), sandbox_url="http://127.0.0.1:1/", dev=True)
    spec = services.specs[0]
    assert (spec.key, spec.name, spec.service) == ("sandbox", "sandbox", "sandbox")
    assert services.for_provider_name("sandbox") is spec


def test_an_address_finds_its_service(services: Catalog) -> None:
    found = services.for_address("alice@me.com")
    assert found is not None
    assert found.key == "icloud"
    assert services.for_address("alice@gmail.com") is None
    assert services.for_address("alice@example.org") is None
