"""A build names loads that hold rows which nobody counts, and none that are superseded, older or of orders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from tests.support.landing import Landing, days, fixture, scope_for, store
from tests.support.ledger import order_line

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RETURNS = "amazon_sp.customer_returns"


def returned(sku: str) -> dict[str, str]:
    return {"return_date": f"{DAY}T18:00:00+00:00", "order_id": "111-1", "sku": sku, "quantity": "1"}


@pytest.mark.thorough
def test_a_build_names_the_loads_that_no_slice_points_at(marts):
    us = store("US", "made-us", "SELLERNA", "made")
    with marts.landing() as ledger:
        superseded = ledger.load(RETURNS, "SELLERNA@na", [returned("A")], days=[DAY])
        ledger.load(RETURNS, "SELLERNA@na", [returned("B")], days=[DAY])
        ledger.load("amazon_sp.all_orders_by_order_date", "SELLERNA@na", [order_line("111-1")])
        lost = ledger.load(RETURNS, "SELLERNA@na", [returned("C"), returned("D")])
    with marts.warehouse.connect(autocommit=True) as conn:
        feed = FEEDS[RETURNS]
        place = Landing(conn, Archive(marts.settings.archive_url), feed, scope_for(feed, us))
        content = fixture(feed).read_bytes()
        place.land(content, days(DAY), report_created_at=NOON)
        place.land(content[: content.rindex(b"2026-03")], None, origin="import", report_created_at=NOON - timedelta(1))
        older = place.one("select load_id from ops.loads where origin = 'import'")
        assert place.one("select count(*) from ops.slice_history where load_id = %s", older) == 0
    warnings = [each for each in marts.build().warnings if "counts_every_load" in each]
    assert len(warnings) == 1, warnings
    assert f"amazon_sp.customer_returns of SELLERNA@na, load {lost}: 2 rows." in warnings[0]
    assert f"load {superseded}:" not in warnings[0]
    assert not any("counts_every_load" in each for each in marts.build().warnings), "nothing came since"


@pytest.mark.thorough  # builds three times
def test_an_import_is_named_until_it_counts(marts):
    with marts.landing() as ledger:
        load = ledger.load("manual.product_costs", "made-us", [{"sku": "A", "unit_cost": "1"}])
        ledger.conn.execute(
            "update ops.loads set origin = 'import', file_name = 'costs.csv' where load_id = %s", (load,)
        )
    named = f"manual.product_costs of made-us, load {load} (costs.csv): 1 rows"
    assert any(named in each for each in marts.build().warnings)
    with marts.landing() as ledger:
        ledger.load("manual.product_costs", "made-us", [{"sku": "A", "unit_cost": "1"}], days=[DAY], instant=NOON)
    assert any(named in each for each in marts.build().warnings), "a later build has forgotten it"
    with marts.landing() as ledger:
        ledger.point("manual.product_costs", "made-us", "later", DAY, NOON + timedelta(days=1), load, "loaded")
        ledger.load("manual.product_costs", "made-us", [{"sku": "B", "unit_cost": "1"}], days=[DAY], instant=NOON)
    assert not any("counts_every_load" in each for each in marts.build().warnings)
