"""Marts written as CONTRIBUTING.md and docs/dbt.md say, and in no other way: they build, are restated, and an increment
equals a build of everything. They are put into a copy of the project; the project's own marts stay as they are."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.transformation import dbt_runs, news, transform
from tests.support.building import Marts
from tests.support.ledger import Ledger, order_line, rates
from tests.support.references import ROOT

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
RETURNS = "amazon_sp.customer_returns"
US_ACCOUNT, EU_ACCOUNT = "SELLERNA@na", "SELLEREU@eu"
DAY = date(2026, 2, 10)
KNOWN = news.consumers()

# by the lines 1, 2, 5: days, and a rate that is looked up
PAYMENTS = """
{{ config(indexes=[{"columns": ["store_id", "date", "order_status"], "unique": true}]) }}
with
    days as (
        select i.store_id, i.tenant_id, i.date, i.order_status, s.currency, s.reporting_currency,
            sum(i.item_price_amount) as amount
        from {{ sliced(ref("order_items")) }} as i
        inner join {{ ref("int_stores") }} as s on i.store_id = s.store_id
        where i.date is not null and i.order_status is not null
        group by i.store_id, i.tenant_id, i.date, i.order_status, s.currency, s.reporting_currency
    )
select d.*, round(d.amount * fx.rate, 4) as amount_reporting
from days as d {{ join_rate("d", "d.date") }}
"""
# by line 3: whole stores
BEST_DAYS = """
{{ config(meta={"slice": ["store_id"]}, indexes=[{"columns": ["store_id", "sku"], "unique": true}]) }}
select distinct on (d.store_id, d.sku) d.store_id, d.tenant_id, d.sku, d.date as best_day, d.units
from {{ sliced(ref("sales_daily")) }} as d
order by d.store_id, d.sku, d.units desc, d.date
"""
# by line 4: a report of whole accounts
CENTERS = """
{{ config(
    meta={"opens": "open_account_days"},
    indexes=[{"columns": ["store_id", "date", "fulfillment_center_id"], "unique": true}],
) }}
select r.store_id, r.tenant_id, r.date, r.fulfillment_center_id, sum(r.units)::integer as units
from {{ sliced(ref("stg_amazon_sp__customer_returns"), within="_account_days") }} as r
where r.fulfillment_center_id is not null
group by r.store_id, r.tenant_id, r.date, r.fulfillment_center_id
"""
WRITTEN = {
    "payments_daily": (
        PAYMENTS,
        ["store_id", "date", "order_status"],
        {
            **dict.fromkeys(("store_id", "tenant_id", "order_status", "currency", "reporting_currency"), "text"),
            "date": "date",
            "amount": "numeric",
            "amount_reporting": "numeric",
        },
    ),
    "best_days": (
        BEST_DAYS,
        ["store_id", "sku"],
        {**dict.fromkeys(("store_id", "tenant_id", "sku"), "text"), "best_day": "date", "units": "integer"},
    ),
    "centers_daily": (
        CENTERS,
        ["store_id", "date", "fulfillment_center_id"],
        {
            **dict.fromkeys(("store_id", "tenant_id", "fulfillment_center_id"), "text"),
            "date": "date",
            "units": "integer",
        },
    ),
}


# the example of the page
PAGE = (ROOT / "docs" / "dbt.md").read_text()
SCRATCH = (*WRITTEN, "units_by_status")


def example(kind: str) -> str:
    """The example's block of that kind: it is the first that names the mart."""
    return next(block for block in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if "order_status" in block)


def described(name: str, key: list[str], columns: dict[str, str]) -> str:
    """The yml of a mart, by line 6."""
    lines = ["version: 2", "models:", f"  - name: {name}", "    description: Written in a test.", "    data_tests:"]
    lines += ["      - key_holds:", f"          name: {name}_key_holds", "          arguments:"]
    lines += [f"            columns: [{', '.join(key)}]", "    columns:"]
    for column, kind in columns.items():
        lines += [f"      - name: {column}", f"        data_type: {kind}", "        description: In the currency."]
        lines += ["        constraints: [{type: not_null}]"] if column in key else []
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the marts in it."""
    copy = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(transform.PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    folder = copy / "models" / "marts" / "scratch"
    folder.mkdir()
    (folder / "units_by_status.sql").write_text(example("sql"))
    (folder / "_units_by_status.yml").write_text(example("yaml"))
    for name, (text, key, columns) in WRITTEN.items():
        (folder / f"{name}.sql").write_text(text)
        (folder / f"_{name}.yml").write_text(described(name, key, columns))
    return copy


@pytest.fixture
def scratch(marts: Marts, project: Path, monkeypatch: pytest.MonkeyPatch) -> Marts:
    """The warehouse, built from the copy. All but the marts in it are as the last build left them."""
    with marts.warehouse.connect() as conn:
        same = transform._built_by(conn)
    for module in (transform, dbt_runs):
        monkeypatch.setattr(module, "fingerprint", lambda: same)
    monkeypatch.setattr(dbt_runs, "parsed_from", lambda: "the copy")
    monkeypatch.setattr(dbt_runs, "PROJECT_DIR", project)
    monkeypatch.setattr(news, "consumers", lambda: (*KNOWN, *(f"marts.{name}" for name in SCRATCH)))
    return marts


def first(ledger: Ledger) -> None:
    """Two days of orders of two stores, a rate, and returns of an account."""
    lines = [
        order_line(f"o{n}", "A" if n % 2 else "B", purchase_date=f"{DAY + timedelta(days=n % 3)}T18:00:00+00:00")
        for n in range(6)
    ]
    ledger.load(BY_DATE, US_ACCOUNT, lines, days=[DAY + timedelta(days=n) for n in range(3)])
    euros = [order_line("e1", "A", sales_channel="Amazon.de", currency="EUR")]
    ledger.load(BY_DATE, EU_ACCOUNT, euros, days=[DAY])
    rates(ledger, (DAY, "EUR", "USD", "1.10"))
    ledger.load(RETURNS, US_ACCOUNT, [returned("r1", "ABE2"), returned("r2", "ABE3")], days=[DAY])


def second(ledger: Ledger) -> None:
    """An order is cancelled, one moves, the rate is another, and a day of returns has nothing any more."""
    newer = {"last_updated_date": "2026-02-20T00:00:00+00:00"}
    moved = f"{DAY + timedelta(days=5)}T18:00:00+00:00"
    lines = [
        order_line("o1", "A", order_status="Cancelled", item_status="Cancelled", purchase_date=later(1), **newer),
        order_line("o2", "B", quantity="7", purchase_date=moved, **newer),
    ]
    ledger.load(BY_UPDATE, US_ACCOUNT, lines, days=[date(2026, 2, 20)])
    rates(ledger, (DAY, "EUR", "USD", "1.20"))
    ledger.load(RETURNS, US_ACCOUNT, [], days=[DAY])


def later(days: int) -> str:
    return f"{DAY + timedelta(days=days)}T18:00:00+00:00"


def returned(order: str, center: str) -> dict[str, str]:
    return {
        "return_date": f"{DAY}T18:00:00+00:00",
        "order_id": order,
        "sku": "A",
        "quantity": "1",
        "fulfillment_center_id": center,
        "license_plate_number": f"LPN{order}",
    }


def content(marts: Marts) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(marts.rows(f"table marts.{name}"), key=str) for name in SCRATCH}


@pytest.mark.thorough
def test_marts_written_by_the_ten_lines_are_restated_as_if_built_anew(scratch):
    with scratch.landing() as ledger:
        first(ledger)
    scratch.build(*(f"+{name}" for name in SCRATCH))
    before = content(scratch)
    assert all(before.values()), before
    with scratch.landing() as ledger:
        second(ledger)
    scratch.build(*(f"+{name}" for name in SCRATCH))
    increment = content(scratch)
    assert all(increment[name] != before[name] for name in SCRATCH)
    assert increment["centers_daily"] == []
    scratch.build(*SCRATCH, full_refresh=True)
    assert content(scratch) == increment
