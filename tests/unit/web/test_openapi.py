"""The description of the API: of OpenAPI 3.1's shape, and of every route and no other."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from starlette.datastructures import QueryParams

from daygate.domain.errors import Invalid
from daygate.settings import Settings
from daygate.web.openapi import document
from daygate.web.routes import ROUTES
from daygate.web.v1.queries import PARAMETERS, EventsQuery, FreeBusyQuery, read

DOCUMENT = document(Settings(public_url="https://gate.example"), ROUTES)
OPERATIONS: list[tuple[str, str, Any]] = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def test_it_has_what_openapi_demands_of_the_whole() -> None:
    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT["openapi"])
    assert set(DOCUMENT["info"]) >= {"title", "version"}
    assert DOCUMENT["servers"] == [{"url": "https://gate.example"}]
    assert all(path.startswith("/") for path in DOCUMENT["paths"])
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert orjson.loads(orjson.dumps(DOCUMENT)) == DOCUMENT


def test_every_route_for_programs_is_described_and_no_other() -> None:
    served = {
        (route.path, method.lower())
        for route in ROUTES
        for method in (route.methods or set()) - {"HEAD"}
        if route.path.startswith("/v1/") or route.path == "/oauth/authorize"
    }
    served |= {("/oauth/token", "post"), ("/oauth/token/revoke", "post")}
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert described == served


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_is_of_openapis_shape(path: str, method: str, operation: Any) -> None:
    assert method in METHODS
    assert operation["summary"]
    parameters = operation["parameters"]
    assert all(each["in"] in {"path", "query"} and each["schema"] for each in parameters)
    keys = [(each["name"], each["in"]) for each in parameters]
    assert len(keys) == len(set(keys))
    in_path = {each["name"] for each in parameters if each["in"] == "path" and each["required"]}
    assert in_path == set(re.findall(r"\{(\w+)\}", path))
    assert operation["responses"]
    for status, response in operation["responses"].items():
        assert re.fullmatch(r"[1-5](\d\d|XX)", status)
        assert _resolved(response)["description"]
    for requirement in operation.get("security", ()):
        assert set(requirement) <= set(DOCUMENT["components"]["securitySchemes"])
    for content in operation.get("requestBody", {"content": {}})["content"].values():
        assert set(content["schema"]["properties"]) >= {"client_id", "redirect_uri"}


def _resolved(value: Any) -> Any:
    if "$ref" not in value:
        return value
    found: Any = DOCUMENT
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def _described(path: str) -> Iterator[str]:
    for each in DOCUMENT["paths"][path]["get"]["parameters"]:
        yield each["name"]


def test_every_parameter_that_a_read_takes_is_described() -> None:
    for path, model in (("/v1/events", EventsQuery), ("/v1/free_busy", FreeBusyQuery)):
        assert {each.name or field for field, each in PARAMETERS[model].items()} == {
            *_described(path)
        }
    assert {"from", "to", "tzid", "calendar_ids[]", "include_moved"} <= {*_described("/v1/events")}


def test_a_query_is_read_into_its_model_with_everything_wrong_at_once() -> None:
    query = read(EventsQuery, QueryParams("from=2026-01-01&calendar_ids[]=a&only_managed=True"))
    assert (str(query.start), query.end, query.tzid) == ("2026-01-01", None, "Etc/UTC")
    assert (query.calendar_ids, query.only_managed, query.include_geo) == (("a",), True, False)
    with pytest.raises(Invalid) as refused:
        read(FreeBusyQuery, QueryParams("from=soon&to=late&include_ids=perhaps"))
    assert {each.field for each in refused.value.errors} == {"from", "to", "include_ids"}
