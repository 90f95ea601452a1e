"""What strangers and tests of contracts throw at the API: it refuses with a problem document, and never fails."""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as of_openapi

from pipelines.asking.contract import marts as contracts
from pipelines.serving.api import description
from tests.support.api import ApiWorld, application, listening, put, speaking, world
from tests.support.postgres import TestServer
from tools.api_client import generate

SQL = (
    "'; drop table ops.stores; --",
    "1 or 1=1",
    "' union select rolpassword from pg_authid --",
    "$$;select pg_sleep(10);$$",
    '"; reset role; --',
    "%s", "{0}", "a\0b", "\ud800",
)  # fmt: skip
NAMED = ("columns", "by", "period", "since", "until", "order", "limit", "after", "format")
DEEP = "[" * 30_000 + "]" * 30_000
JSON = {"content-type": "application/json"}
CRAWL = {"store_id": "made-us", "asins": ["B000000001"]}


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="surrogatepass"))


GETS = [
    # SQL in every parameter, as a value and as a name
    *(f"/v1/sales?{name}={_escaped(SQL[number % len(SQL)])}" for number, name in enumerate(NAMED)),
    *(f"/v1/sales?{_escaped(text)}=1" for text in SQL),
    *(f"/v1/sales?date.gte={_escaped(text)}" for text in SQL),
    *(f"/v1/marts/{_escaped(text)}" for text in SQL[:5]),
    f"/v1/products/{_escaped(SQL[0])}",
    # more than anybody needs
    "/v1/marts/sales_daily?columns=" + ",".join(f"c{number}" for number in range(10_000)),
    "/v1/marts/sales_daily?by=" + ",".join(["sku"] * 3_000),
    "/v1/marts/sales_daily?" + "&".join(f"sku={number}" for number in range(700)),
    "/v1/marts/sales_daily?" + "&".join(f"f{number}=1" for number in range(300)),
    "/v1/marts/sales_daily?sku=" + "x" * 5_000,
    "/v1/sales?limit=1000000",
    "/v1/sales?limit=-1",
    "/v1/sales?limit=1e3",
    "/v1/sales?since=9999-99-99",
    "/v1/sales?units.gte=" + "9" * 200,
    "/v1/sales?sku.like=%25",
    "/v1/sales?limit=1&limit=2",
    "/v1/sales?after=" + "A" * 6_000,
    # other places than the API's
    "/v1/marts/../../ops/stores",
    "/v1/marts/..%2f..%2fetc%2fpasswd",
    "/v1/marts/pg_authid",
    "/v1/marts/ops.stores",
    "/v1/marts/raw.amazon_sp__settlements_v2",
    "/v1/briefs/..%2f..%2f../daily/2026-11-01",
    "/v1/briefs/../../hash.key/daily",
    "/v1/briefs/made-us/..%2f..%2fhash/2026-11-01",
    "/v1/briefs/*rupee/daily/2026-11-01",
    "/v1/briefs/rupee-in/daily/2026-11-01",
    "/v1/crawls/1",
    "/v1/crawls/-1",
    "/v1/crawls/999999999999999999999999",
    "/v1/products/B0RUPEE001",
    "/v1//sales",
    "/v1/sales/",
    "/v1",
]
BODIES = [
    ("deep", DEEP, JSON, 422),
    ("deep below", '{"store_id": "made-us", "asins": ' + DEEP + "}", JSON, 422),
    ("long", json.dumps({**CRAWL, "keywords": ["x" * 200_000]}), JSON, 413),
    ("many", json.dumps({**CRAWL, "asins": ["B000000001"] * 101}), JSON, 422),
    ("somebody else's", json.dumps({**CRAWL, "store_id": "rupee-in"}), JSON, 404),
    ("tenant", json.dumps({**CRAWL, "tenant_id": "rupee"}), JSON, 422),
    ("NUL", json.dumps({**CRAWL, "keywords": ["a\0b"]}), JSON, 422),
    ("two lines", json.dumps({**CRAWL, "keywords": ["a\nb"]}), JSON, 422),
    ("SQL", json.dumps({**CRAWL, "store_id": SQL[0]}), JSON, 404),
    ("no JSON", "{", JSON, 422),
    ("NaN", '{"store_id": NaN}', JSON, 422),
    ("nothing", json.dumps({"store_id": "made-us"}), JSON, 422),
    ("form", "store_id=made-us", {"content-type": "application/x-www-form-urlencoded"}, 415),
    ("twice", '{"store_id": "made-us", "store_id": "rupee-in", "asins": ["B000000001"]}', JSON, 404),
]


@pytest.fixture(scope="module")
def made(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    url = postgres.create(name="api_hostile")
    found = world(url, tmp_path_factory.mktemp("home"))
    with found.warehouse.connect() as conn:
        for of in ({"store_id": "made-us", "tenant_id": "made"}, {"store_id": "rupee-in", "tenant_id": "rupee"}):
            for mart in contracts():
                put(conn, mart, of)
        conn.execute("update marts.products set asin = 'B0RUPEE001' where tenant_id = 'rupee'")
    yield found
    postgres.drop(url)


@pytest.fixture(scope="module")
def address(made: ApiWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = application(made.settings, made.warehouse, tmp_path_factory.mktemp("served"))
    with listening(app, made.settings) as found:
        yield found


@pytest.fixture(scope="module")
def api(made: ApiWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with speaking(application(made.settings, made.warehouse, tmp_path_factory.mktemp("api"))) as client:
        yield client


def test_sixty_hostile_requests_are_refused_and_noted(address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert len(GETS) + len(BODIES) >= 60
    for path in GETS:
        with caplog.at_level(logging.WARNING):
            caplog.clear()
            status, kind, body = _raw(address, "GET", path)
        assert 400 <= status < 500, (path[:80], status, body[:200])
        assert kind == "application/problem+json", path[:80]
        assert len(body) < 8_000 and b"rupee-in" not in body, path[:80]
        assert any("refused" in record.message for record in caplog.records), path[:80]


def _raw(address: str, method: str, path: str) -> tuple[int, str, bytes]:
    """A request whose path is sent as it is: clients mend paths."""
    conn = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    conn.request(method, path, headers={"Authorization": "Bearer made"})
    answer = conn.getresponse()
    found = answer.status, answer.headers.get("content-type", ""), answer.read()
    conn.close()
    return found


@pytest.mark.parametrize(("body", "headers", "status"), [each[1:] for each in BODIES], ids=[each[0] for each in BODIES])
def test_a_hostile_body_is_refused(api: TestClient, made: ApiWorld, body: str, headers: dict, status: int) -> None:
    answer = api.post("/v1/crawls", content=body, headers=headers)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert made.rows("select count(*) from ops.asked_crawls") == [(0,)]


def test_nothing_is_changed_by_a_reader(api: TestClient) -> None:
    for path in ("/v1/sales", "/v1/marts/sales_daily", "/v1/alerts", "/v1/stores"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = api.request(method, path)
            assert answer.status_code == 405 and answer.headers["content-type"] == "application/problem+json"


_HIDDEN = "GET /v1/stores HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer made\r\n\r\n"
"""What a front would take for a body, and must not be answered: it would be somebody else's next answer."""
SMUGGLED: dict[str, str] = {
    "a length beside chunks": "Content-Length: {all}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    "chunks beside a length": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{hidden}",
    "two lengths": "Content-Length: 0\r\nContent-Length: {all}\r\n\r\n12345{hidden}",
    "two lengths in one": "Content-Length: 0, {all}\r\n\r\n12345{hidden}",
    "a length with a sign": "Content-Length: +0\r\n\r\n{hidden}",
    "a length in hexadecimal": "Content-Length: 0x0\r\n\r\n{hidden}",
    "a length that is none": "Content-Length: abc\r\n\r\n{hidden}",
    "chunks by another name": "Transfer-Encoding: xchunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\n{hidden}",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}",
    "chunks that are not last": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}",
    "a space before the colon": "Transfer-Encoding : chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\n{hidden}",
    "a header over two lines": "Transfer-Encoding:\r\n chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\n{hidden}",
    "lines that end early": "X: y\nContent-Length: 0\n\n{hidden}",
    "a chunk of a wrong length": "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n{hidden}",
    "a chunk of a length too long": "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n0\r\n\r\n{hidden}",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_request_within_another_is_not_answered(address: str, name: str) -> None:
    """Smuggling: where the end of a request is in doubt, it is refused, and nothing behind it is read as another."""
    told = urlsplit(address)
    rest = SMUGGLED[name].format(all=5 + len(_HIDDEN), hidden=_HIDDEN)
    with socket.create_connection((told.hostname, told.port), timeout=20) as conn:
        conn.sendall(f"POST /v1/crawls HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer nobody\r\n{rest}".encode())
        conn.shutdown(socket.SHUT_WR)
        answered = b"".join(iter(lambda: conn.recv(65_536), b""))
    assert answered.startswith(b"HTTP/1.1 4"), answered[:200]
    assert b" 200 " not in answered and b"made-us" not in answered, answered


# --- the OpenAPI document against what is answered (schemathesis) ---

FEW = ("/v1/sales", "/v1/inventory", "/v1/stores", "/v1/marts/product_daily", "/v1/products/{asin}", "/v1/crawls")
CHECKS = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
]


def _run(address: str, paths: list[str], examples: int) -> None:
    document = description.document({})
    schema = schemathesis.openapi.from_dict({**document, "paths": {each: document["paths"][each] for each in paths}})
    for found in schema.get_all_operations():
        _ask(found.ok(), address, examples)


def _ask(operation: Any, address: str, examples: int) -> None:
    @given(operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=address, headers={"Authorization": "Bearer made"}, checks=CHECKS)

    ask()


def test_no_answer_is_outside_of_the_document(address: str) -> None:
    _run(address, list(FEW), 3)


@pytest.mark.thorough
def test_no_answer_of_any_address_is_outside_of_the_document(address: str) -> None:
    """Three minutes alone: most of them go into making questions out of some dozens of parameters each."""
    paths = list(description.document({})["paths"])
    marts = [each for each in paths if each.startswith("/v1/marts/")]  # all are answered by the same code
    _run(address, [each for each in paths if each not in marts], 50)
    _run(address, marts, 12)


def test_each_mart_answers_within_its_schema(made: ApiWorld, api: TestClient) -> None:
    """Every mart, row by row and put together: what schemathesis would need many examples for."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    resource = Resource.from_contents(description.document({}), default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:api", resource)
    for name, mart in contracts().items():
        for parameters in ({}, {"period": "all"}, {"period": "day"} if mart.day and mart.grain == "day" else {}):
            answer = api.get(f"/v1/marts/{name}", params=parameters)
            assert answer.status_code == 200, answer.text
            page = f"{''.join(part.capitalize() for part in name.split('_'))}Page"
            schema = {"$ref": f"urn:api#/components/schemas/{page}"}
            Draft202012Validator(schema, registry=registry).validate(answer.json())
            assert {row.get("tenant_id", "made") for row in answer.json()["rows"]} <= {"made"}


@pytest.mark.thorough
def test_a_client_that_is_made_of_the_document_reads_answers(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path / "tradewind_client")
    monkeypatch.syspath_prepend(tmp_path)
    client = importlib.import_module("tradewind_client").AuthenticatedClient(base_url=address, token="made")
    asks = importlib.import_module("tradewind_client.api.sales.ask_sales_daily")
    page = asks.sync(client=client, sku=[""], columns="store_id,units,item_price_amount")
    assert [(row.store_id, row.units, row.item_price_amount) for row in page.rows] == [("made-us", 0, "0")]
    assert page.next_ is None and page.coverage.complete
    refused = asks.sync_detailed(client=client, columns="nothing")
    assert refused.status_code == 400
    crawls = importlib.import_module("tradewind_client.api.default.get_crawl")
    assert crawls.sync_detailed(1, client=client).status_code == 404
