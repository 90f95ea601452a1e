"""Data Kiosk as the simulator speaks it: life of a query, pages, lists, documents, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.fake_world import DE, NOW, US, FakeWorld

TEXT = """query { analytics_economics_2024_03_15 { economics(
  startDate: "2026-03-01", endDate: "2026-03-02", marketplaceIds: ["%s"]
) { day: startDate msku sales { unitsOrdered netProductSales { amount } } } } }"""
API = "/dataKiosk/2023-11-15"


class KioskWorld(FakeWorld):
    """Answers with as many rows as it is told, each with more than anybody selects."""

    rows = 5

    def kiosk_rows(
        self, seller: str, dataset: str, places: Any, arguments: Any, first: Any, last: Any, now: Any
    ) -> Any:
        self.asked.append((seller, dataset, places, first, last, now))
        amount = {"amount": 1.25, "currencyCode": "USD"}
        row = {"startDate": str(first), "fnsku": "X", "sales": {"unitsOrdered": 3, "netProductSales": amount}}
        return [{**row, "msku": f"SKU-{n}"} for n in range(self.rows)]


@pytest.fixture
def asked(start):
    return start(world=KioskWorld())


def call(asked, method: str, path: str, seller: str = "SELLERUS", **options: Any) -> httpx.Response:
    token = asked._tokens.setdefault(seller, asked.token(f"Atzr|{seller}"))
    return asked.request(method, API + path, headers={"x-amz-access-token": token}, **options)


def create(asked, text: str = TEXT % US, **body: Any) -> httpx.Response:
    return call(asked, "POST", "/queries", json={"query": text, **body})


def finished(asked, answer: httpx.Response) -> dict[str, Any]:
    asked.pass_time(90)
    return call(asked, "GET", f"/queries/{answer.json()['queryId']}").json()


def lines(asked, query: dict[str, Any]) -> list[Any]:
    document = call(asked, "GET", f"/documents/{query['dataDocumentId']}").json()
    return [json.loads(line) for line in asked.request("GET", document["documentUrl"]).text.splitlines()]


def test_a_query_goes_through_the_queue_to_lines_of_what_it_selects(asked):
    answer = create(asked)
    assert answer.status_code == 202
    waiting = call(asked, "GET", f"/queries/{answer.json()['queryId']}").json()
    assert (waiting["processingStatus"], waiting["query"]) == ("IN_QUEUE", TEXT % US)
    done = finished(asked, answer)
    assert done["processingStatus"] == "DONE"
    assert "pagination" not in done
    rows = lines(asked, done)
    sales = {"unitsOrdered": 3, "netProductSales": {"amount": 1.25}}
    assert rows == [{"day": "2026-03-01", "msku": f"SKU-{n}", "sales": sales} for n in range(5)]


def test_an_answer_comes_in_pages_as_it_was_when_the_first_was_asked_for(asked):
    asked.faults({"do": "paged", "rows": 2, "times": 1})
    query, got = finished(asked, create(asked)), []
    while True:
        got += lines(asked, query)
        token = query.get("pagination", {}).get("nextToken")
        if token is None:
            break
        asked.sim.move(NOW + timedelta(days=1))
        assert create(asked, TEXT % US + " ", paginationToken=token).status_code == 400
        query = finished(asked, create(asked, paginationToken=token))
    assert [row["msku"] for row in got] == [f"SKU-{n}" for n in range(5)]
    assert {each[-1] for each in asked.sim.world.asked} == {NOW}
    counts = asked.request("GET", "/_sim/counts").json()["createQuery"]
    assert [each["count"] for each in counts] == [1, 1, 1]
    assert create(asked, paginationToken="bm90aGluZw==").status_code == 400


def test_no_data_is_done_without_a_document(asked):
    asked.sim.world.rows = 0
    done = finished(asked, create(asked))
    assert (done["processingStatus"], "dataDocumentId" in done) == ("DONE", False)


def test_a_fatal_query_has_an_error_document(asked):
    asked.faults({"do": "fatal", "reason": "too much"})
    fatal = finished(asked, create(asked))
    assert fatal["processingStatus"] == "FATAL"
    document = call(asked, "GET", f"/documents/{fatal['errorDocumentId']}").json()
    assert "too much" in asked.request("GET", document["documentUrl"]).text


def test_a_query_is_cancelled_while_it_is_not_finished(asked):
    first, second = create(asked), create(asked)
    path = f"/queries/{first.json()['queryId']}"
    assert call(asked, "DELETE", path).status_code == 204
    assert call(asked, "DELETE", path).status_code == 204
    assert call(asked, "GET", path).json()["processingStatus"] == "CANCELLED"
    finished(asked, second)
    assert call(asked, "DELETE", f"/queries/{second.json()['queryId']}").status_code == 400
    assert call(asked, "DELETE", "/queries/1").status_code == 404


def test_queries_are_listed_newest_first_by_pages(asked):
    ids = []
    for _ in range(12):
        ids.append(create(asked).json()["queryId"])
        asked.pass_time(1)
    page = call(asked, "GET", "/queries", params={"createdSince": "2026-03-10T12:00:00Z"}).json()
    rest = {"createdSince": "2026-03-10T12:00:00Z", "paginationToken": page["pagination"]["nextToken"]}
    last = call(asked, "GET", "/queries", params=rest).json()
    assert [each["queryId"] for each in page["queries"] + last["queries"]] == ids[::-1]
    assert "pagination" not in last
    del rest["createdSince"]
    assert call(asked, "GET", "/queries", params=rest).status_code == 400
    assert call(asked, "GET", "/queries", params={"pageSize": "0"}).status_code == 400
    assert call(asked, "GET", "/queries", params={"reportTypes": "x"}).status_code == 400
    found = call(asked, "GET", "/queries", params={"processingStatuses": "FATAL"}).json()
    assert found == {"queries": []}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("msku", "nothing"), "Cannot query field 'nothing'"),
        (("msku", ""), None),
        (("query {", "mutation {"), "exactly one operation"),
        (("startDate: ", "since: "), "Unknown argument 'since'"),
        (("2026-03-02", "2026-02-02"), "startDate must not be after endDate"),
        (("2026-03-01", "2024-03-01"), "no more than two years ago"),
        (("2026-03-02", "2026-03-12"), "must not be in the future"),
        (("2026-03-02", "March"), "full date"),
        ((US, DE), "not marketplaces of this selling partner"),
        ((f'"{US}"', ""), "not marketplaces"),
        (("} } }", "} } } }"), "is no GraphQL"),
        (("} } } } }", "} } } } x: analytics_economics_2024_03_15 { __typename } }"), "exactly one schema"),
    ],
)
def test_a_query_that_amazon_refuses(asked, change, said):
    answer = create(asked, (TEXT % US).replace(*change, 1))
    assert answer.status_code == (202 if said is None else 400)
    if said is not None:
        (error,) = answer.json()["errors"]
        assert said in error["details"]


def test_tokens_limits_and_documents_are_the_sellers_own(asked):
    assert asked.request("POST", f"{API}/queries", json={}).status_code == 403
    assert call(asked, "POST", "/queries", content=b"x").status_code == 415
    done = finished(asked, create(asked))
    assert call(asked, "GET", f"/queries/{done['queryId']}", "SELLEREU").status_code == 404
    assert call(asked, "GET", f"/documents/{done['dataDocumentId']}", "SELLEREU").status_code == 404
    statuses = [create(asked).status_code for _ in range(16)]
    assert statuses[-1] == 429
