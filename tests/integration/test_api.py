"""The read API against a warehouse: who sees what, what sums are, and for how long an answer holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipelines.asking.insights import ALERTS, BRIEFS
from pipelines.landing.ledger import asked_crawls
from pipelines.serving.api.addresses import ADDRESSES
from tests.support.api import ApiWorld, application, put, speaking, world
from tests.support.postgres import TestServer

FIRST = date(2026, 11, 1)
US = {"store_id": "made-us", "tenant_id": "made", "currency": "USD", "reporting_currency": "USD"}
DE = {"store_id": "made-de", "tenant_id": "made", "currency": "EUR", "reporting_currency": "USD"}
IN = {"store_id": "rupee-in", "tenant_id": "rupee", "currency": "INR", "reporting_currency": "INR"}
DAYS = [FIRST + timedelta(days=number) for number in range(40)]


@pytest.fixture(scope="module")
def marts(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    url = postgres.create(name="api")
    yield world(url, tmp_path_factory.mktemp("home"))
    postgres.drop(url)


@pytest.fixture(scope="module")
def api(marts: ApiWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("api")
    with marts.warehouse.connect() as conn:
        for of, rate in ((US, 1), (DE, 2), (IN, 1)):
            for number, day in enumerate(DAYS):
                known = of is not DE or number != 3  # of one German day there is no rate
                net = Decimal("10.10") * (number + 1)
                put(
                    conn,
                    "sales_store_daily",
                    {**of, "date": day, "orders": 3, "units": number, "item_price_net_amount": net}
                    | {"item_price_net_amount_reporting": net * rate if known else None},
                )
        for sku, orders in (("A", 2), ("B", 2)):  # one order of both
            put(conn, "sales_daily", {**US, "date": FIRST, "sku": sku, "orders": orders, "units": 2})
        for number, (sessions, units) in enumerate(((100, 10), (10, 5))):
            put(
                conn,
                "traffic_store_daily",
                {**US, "date": DAYS[number], "sessions": sessions, "units_ordered": units, "page_views": 1},
            )
        stock = {"store_id": "made-us", "tenant_id": "made"}
        for day, sku, units in ((DAYS[0], "A", 5), (DAYS[0], "B", 7), (DAYS[1], "A", 4), (DAYS[35], "A", 1)):
            put(conn, "inventory_daily", {**stock, "date": day, "sku": sku, "ledger_ending_quantity": units})
        for sku in ("A", "", None, "Ü;\"'\n"):
            put(conn, "profit_daily", {**US, "date": FIRST, "sku": sku, "revenue_amount": 1, "is_complete": True})
        for product in ("made:B000000001", None):
            put(conn, "product_daily", {**US, "date": FIRST, "product_id": product, "units": 1})
        put(conn, "stock_central", {"store_id": "*made", "tenant_id": "made", "central_sku": "OWN"})
        put(conn, "products", *({**US, "sku": sku, "asin": "B000000001", "title": sku} for sku in "AB"))
        put(conn, "competitor_daily", {**US, "date": FIRST, "asin": "B000000001", "price_amount": Decimal("9.90")})
        for number, state in enumerate(("loaded", "failed", "empty")):
            where = {"store_id": "made-us", "tenant_id": "made", "date": DAYS[number], "is_gap": state == "failed"}
            put(conn, "data_coverage", {**where, "feed": "amazon_sp.all_orders_by_last_update", "state": state})
            visits = {"feed": "amazon_sp.sales_and_traffic", "state": "loaded", "is_gap": False}
            put(conn, "data_coverage", {**where, **visits})
        # the other feed of orders tells the same day
        failed = {"feed": "amazon_sp.all_orders_by_order_date", "state": "failed", "is_gap": True}
        put(conn, "data_coverage", {**where, **failed})
    with speaking(application(marts.settings, marts.warehouse, folder)) as client:
        yield client


def _rows(api: TestClient, path: str, caller: str = "made", **parameters: object) -> list[dict]:
    answer = api.get(f"/v1/{path}", params=parameters, headers={"Authorization": f"Bearer {caller}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def _problem(api: TestClient, path: str, caller: str = "made", **parameters: object) -> dict:
    answer = api.get(f"/v1/{path}", params=parameters, headers={"Authorization": f"Bearer {caller}"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.json()


@pytest.mark.parametrize("path", [*ADDRESSES, "alerts", "briefs", "marts", "marts/sales_daily", "products/B000000001"])
def test_nobody_is_let_in_without_being_known(api: TestClient, path: str) -> None:
    for caller in ("", "somebody"):
        assert _problem(api, path, caller)["status"] == 401
    assert _problem(api, path, "nothing")["status"] == 403


def test_a_tenant_sees_its_own_rows_whatever_is_asked(api: TestClient) -> None:
    assert {row["store_id"] for row in _rows(api, "sales")} == {"made-us", "made-de"}
    assert {row["store_id"] for row in _rows(api, "sales", "rupee")} == {"rupee-in"}
    assert _rows(api, "sales", store_id="rupee-in") == []
    assert _rows(api, "sales", **{"tenant_id": "rupee"}) == []
    assert {row["store_id"] for row in _rows(api, "sales", "us-only")} == {"made-us"}
    # a key that names a store of somebody else sees what its tenant sees of it: nothing
    assert {row["store_id"] for row in _rows(api, "sales", "greedy")} == {"made-us"}
    assert _rows(api, "sales", "us-only", store_id="made-de") == []
    # what is of the whole tenant is not of one store
    assert [row["central_sku"] for row in _rows(api, "marts/stock_central")] == ["OWN"]
    assert _rows(api, "marts/stock_central", "us-only") == []
    assert _problem(api, "sales", "ghost")["status"] == 403


def test_sums_are_of_all_rows_and_of_one_currency(api: TestClient) -> None:
    columns = "orders,units,item_price_net_amount_reporting"
    november, december = _rows(api, "sales", period="month", columns=columns)
    net = sum(Decimal("10.10") * (number + 1) for number in range(30))
    assert (november["date"], november["orders"], november["units"]) == ("2026-11-01", 180, 2 * sum(range(30)))
    assert Decimal(november["item_price_net_amount_reporting"]) == 3 * net - 2 * Decimal("40.40")
    assert (november["rows_without_rate"], december["rows_without_rate"]) == (1, 0)
    assert november["reporting_currency"] == "USD"

    refused = _problem(api, "sales", period="month", columns="item_price_net_amount")
    assert refused["status"] == 422 and "item_price_net_amount_reporting" in refused["detail"]
    csv_too = api.get("/v1/sales", params={"period": "month", "columns": "item_price_net_amount", "format": "csv"})
    assert csv_too.status_code == 422
    by = _rows(api, "sales", period="month", columns="item_price_net_amount", by="currency", until="2026-11-30")
    assert [(row["currency"], Decimal(row["item_price_net_amount"])) for row in by] == [("EUR", net), ("USD", net)]
    assert len(_rows(api, "sales", period="all", by="store_id")) == 2


def test_what_would_be_counted_twice_is_not_added(api: TestClient) -> None:
    assert _problem(api, "marts/sales_daily", period="day", columns="orders")["type"].endswith("cannot-be-added")
    assert "orders" not in _rows(api, "marts/sales_daily", period="all")[0]
    assert _rows(api, "marts/sales_daily", period="all", columns="orders", sku="A")[0]["orders"] == 2
    # /v1/sales takes the mart that counts an order once
    assert _rows(api, "sales", period="day", columns="orders", until="2026-11-01", store_id="made-us") == [
        {"date": "2026-11-01", "orders": 3}
    ]


def test_ratios_are_made_of_sums_and_levels_are_the_last_ones(api: TestClient) -> None:
    (row,) = _rows(api, "traffic", period="month", columns="unit_session_percentage,sessions")
    assert row["sessions"] == 110
    assert Decimal(row["unit_session_percentage"]) == round(Decimal(1500) / 110, 6)  # and not the average, 30
    told = _rows(api, "inventory", period="month", columns="ledger_ending_quantity")
    assert [row["ledger_ending_quantity"] for row in told] == [4, 1]  # B was gone at the month's end
    assert _rows(api, "inventory", period="month", columns="ledger_ending_quantity", sku="B")[0][
        "ledger_ending_quantity"
    ] in (None, 0)
    assert _problem(api, "competitors", period="month", columns="price_amount")["type"].endswith("cannot-be-added")
    assert (
        _rows(api, "competitors", period="month", columns="price_amount", by="store_id,asin")[0]["price_amount"]
        == "9.90"
    )


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("profit", {}),
        ("sales", {"columns": "units"}),
        ("profit", {"by": "sku", "columns": "revenue_amount"}),
        ("sales", {"period": "week", "by": "store_id,reporting_currency"}),
        ("marts/product_daily", {}),
    ],
)
def test_pages_are_the_whole_in_order_and_each_row_once(
    api: TestClient, path: str, parameters: dict[str, str], order: str
) -> None:
    whole = _rows(api, path, order=order, **parameters)
    found: list[dict] = []
    after: dict[str, str] = {}
    while True:
        page = api.get(
            f"/v1/{path}", params={"limit": 1 + len(whole) // 3, "order": order, **parameters, **after}
        ).json()
        found += page["rows"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == whole and len(whole) > 1
    assert (
        _problem(api, path, **{**parameters, "order": order, "limit": 1, "since": "2026-10-01", **after})["status"]
        == 400
    )


def test_an_answer_says_which_days_are_missing(api: TestClient) -> None:
    told = api.get("/v1/sales", params={"store_id": "made-us", "period": "month", "columns": "orders"}).json()
    (gap,) = told["coverage"]["missing"]
    assert gap == {"store_id": "made-us", "feed": "amazon_sp.all_orders", "days": ["2026-11-02"], "count": 1}
    assert not told["coverage"]["complete"]
    assert api.get("/v1/sales", params={"until": "2026-11-01"}).json()["coverage"]["complete"]
    assert api.get("/v1/traffic").json()["coverage"]["complete"]
    assert api.get("/v1/sales", headers={"Authorization": "Bearer rupee"}).json()["coverage"]["missing"] == []


def test_an_answer_holds_until_a_build_changes_what_it_is_made_of(api: TestClient, marts: ApiWorld) -> None:
    first = api.get("/v1/sales")
    etag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache" and first.headers["Last-Modified"]
    again = api.get("/v1/sales", headers=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/v1/sales").content == first.content
    # it is of this asker, these stores, this form and this question alone
    for other in ({"Authorization": "Bearer rupee"}, {"Authorization": "Bearer us-only"}, {"Accept": "text/csv"}):
        assert api.get("/v1/sales", headers={**etag, **other}).status_code == 200
    assert api.get("/v1/sales", params={"limit": 5}, headers=etag).status_code == 200

    with marts.warehouse.connect() as conn:
        conn.execute("update ops.marks set changed_at = clock_timestamp() where consumer = 'marts.traffic_daily'")
    assert api.get("/v1/sales", headers=etag).status_code == 304
    with marts.warehouse.connect() as conn:
        conn.execute("update marts.sales_store_daily set units = 777 where date = %s", (FIRST,))
        conn.execute("update ops.marks set changed_at = clock_timestamp() where consumer = 'marts.sales_store_daily'")
    changed = api.get("/v1/sales", headers=etag)
    assert changed.status_code == 200 and changed.json()["rows"][0]["units"] == 777
    # without a mark nobody knows for how long it holds
    assert "ETag" not in api.get("/v1/alerts").headers


def test_all_forms_tell_the_same(api: TestClient) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = "sku,date,revenue_amount,units,is_complete,incomplete_reason"
    rows = _rows(api, "profit", columns=columns)
    told = api.get("/v1/profit", params={"columns": columns}, headers={"Accept": "text/csv"})
    lines = list(csv.DictReader(io.StringIO(told.text)))
    key = str
    assert sorted((line["sku"] for line in lines), key=key) == sorted((row["sku"] or "" for row in rows), key=key)
    tables = [
        parquet.read_table(io.BytesIO(api.get("/v1/profit", params={"columns": columns, "format": "parquet"}).content)),
        pa.ipc.open_stream(api.get("/v1/profit", params={"columns": columns, "format": "arrow"}).content).read_all(),
    ]
    for table in tables:
        found = [
            {**row, "date": row["date"].isoformat(), "revenue_amount": str(row["revenue_amount"].normalize())}
            for row in table.to_pylist()
        ]
        assert sorted(map(repr, found)) == sorted(map(repr, rows))
    assert _problem(api, "profit", format="csv", limit=3)["status"] == 400


def test_a_product_has_its_skus_and_its_history(api: TestClient) -> None:
    told = api.get("/v1/products/B000000001", params={"since": "2026-10-01"}).json()
    assert [row["sku"] for row in told["products"]] == ["A", "B"]
    assert [(row["date"], row["price_amount"]) for row in told["history"]] == [("2026-11-01", "9.90")]
    assert _problem(api, "products/B000000001", "rupee")["status"] == 404


def test_a_crawl_by_hand_waits_for_a_run_and_is_nobody_elses(api: TestClient, marts: ApiWorld) -> None:
    wanted = {"store_id": "made-us", "asins": ["B000000001"], "keywords": ["desk lamp"]}
    made = api.post("/v1/crawls", json=wanted)
    assert made.status_code == 202 and made.json()["state"] == "waiting"
    where = f"/v1/crawls/{made.json()['crawl_id']}"
    with marts.warehouse.connect() as conn:
        (asked,) = asked_crawls.waiting(conn)
        assert (asked.store_id, asked.asins, asked.keywords) == ("made-us", ("B000000001",), ("desk lamp",))
        asked_crawls.started(conn, [asked.asked_id])
    assert api.get(where).json()["state"] == "started"
    with marts.warehouse.connect() as conn:
        asked_crawls.refused(conn, asked.asked_id, "no token")
    assert api.get(where).json()["problem"] == "no token"
    assert _problem(api, where.removeprefix("/v1/"), "rupee")["status"] == 404
    for caller, store, status in (("rupee", "rupee-in", 403), ("made", "rupee-in", 404), ("us-only", "made-de", 404)):
        headers = {"Authorization": f"Bearer {caller}"}
        assert api.post("/v1/crawls", json={**wanted, "store_id": store}, headers=headers).status_code == status


def test_alerts_and_briefs_have_the_columns_that_are_told(marts: ApiWorld) -> None:
    for mart in (ALERTS, BRIEFS):
        found = dict(
            marts.rows(
                "select attname, format_type(atttypid, null) || case when attnotnull then '!' else '' end "
                "from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
                f"insights.{mart.name}",
            )
        )
        told = {
            name: each.type.replace("timestamptz", "timestamp with time zone") + ("" if each.nullable else "!")
            for name, each in mart.columns.items()
        }
        assert told.items() <= found.items()


def test_a_brief_is_there_as_json_and_as_its_page(api: TestClient, marts: ApiWorld) -> None:
    with marts.warehouse.connect() as conn:
        conn.execute(
            "insert into insights.briefs (tenant_id, store_id, period_start, period_end, kind, language, writer, "
            "prompt_version, facts_hash, facts, body_markdown, claims, grounded, version, read_at) values "
            "('made', 'made-us', %(day)s, %(day)s, 'daily', 'en', 'template', '1', '', '[]', 'All is well.', '[]', "
            "true, 1, now())",
            {"day": FIRST},
        )
    page = Path(marts.settings.home) / "briefs" / "made" / "made-us" / "daily" / "2026-11-01.en.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>All is well.</p>", encoding="utf-8")
    where = "/v1/briefs/made-us/daily/2026-11-01"
    assert api.get(where).json()["body_markdown"] == "All is well."
    html = api.get(where, headers={"Accept": "text/html"})
    assert html.text == "<p>All is well.</p>" and "sandbox" in html.headers["Content-Security-Policy"]
    assert [row["kind"] for row in _rows(api, "briefs")] == ["daily"]
    assert _rows(api, "briefs", "rupee") == []
    assert _problem(api, "briefs/made-us/daily/2026-11-01", "rupee")["status"] == 404
    assert _problem(api, "briefs/made-de/daily/2026-11-01", "us-only")["status"] == 404
