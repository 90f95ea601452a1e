"""The roll-up from the marts of several stores to a page: sums in one currency, nothing guessed, the urgent first."""

# ruff: noqa: S608  the names in these statements are our own
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from bench.grounding_reader import Seen
from pipelines.insights import writer
from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.kind import About
from pipelines.insights.briefs.rollup import BRIEF as ROLLUP
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import read_marts
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from pipelines.stores import Catalog, Store, Tenant
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import read_out, value_of
from tests.support.marts import MadeMarts

RATES = {"USD": Decimal(1), "EUR": Decimal("1.085"), "JPY": Decimal("0.0067")}
COUNTRIES = {"harbor-us": "US", "harbor-de": "DE", "harbor-jp": "JP"}


def made_stores(days: int = 30) -> list[MadeMarts]:
    """A store in each of three currencies."""
    return [
        MadeMarts(store_id="harbor-us", days=days),
        MadeMarts(store_id="harbor-de", days=days, currency="EUR", scale=Decimal("0.6")),
        MadeMarts(store_id="harbor-jp", days=days, currency="JPY", scale=Decimal(90)),
    ]


def catalog(stores: list[MadeMarts]) -> Catalog:
    markets = {each.store_id: MARKETPLACES[COUNTRIES[each.store_id]] for each in stores}
    known = {
        name: Store(name, "harbor", "A1@na", "A1", market.region, market, tracked={})
        for name, market in markets.items()
    }
    return Catalog({"harbor": Tenant("harbor", "Harbor", "USD")}, {}, known)


def convert(made: MadeMarts, rate: Decimal | None) -> None:
    """Give a store's rows their rate, as dbt does; None: there is none."""

    def in_reporting(amount: Decimal | None) -> Decimal | None:
        return None if amount is None or rate is None else round(Decimal(amount) * rate, 4)

    for row in made.rows["profit_daily"]:
        row |= {"fx_rate": rate, "reporting_currency": "USD"}
    for row in made.rows["ads_store_daily"]:
        row |= {
            "cost_reporting": in_reporting(row.get("cost")),
            "ordered_sales_net_amount_reporting": in_reporting(row.get("ordered_sales_net_amount")),
        }


BookOf = Callable[[list[MadeMarts]], FactBook]


@pytest.fixture
def book(warehouse: Warehouse) -> BookOf:
    def write(stores: list[MadeMarts]) -> FactBook:
        write_all(warehouse, stores)
        return _book(warehouse, stores)

    return write


def write_all(warehouse: Warehouse, stores: list[MadeMarts]) -> None:
    with warehouse.connect() as conn:
        for made in stores:
            if not any(
                "fx_rate" in row and row["reporting_currency"] == "USD" for row in made.rows["profit_daily"][:1]
            ):
                convert(made, RATES[made.currency])
            elif made.currency == "USD":
                convert(made, Decimal(1))
            made.write(conn)


def _book(warehouse: Warehouse, stores: list[MadeMarts]) -> FactBook:
    known = catalog(stores)
    about = About(known.tenants["harbor"], tuple(known.stores.values()), is_tenant=True)
    first, day = ROLLUP.period(stores[0].day)
    book = FactBook(about.id, day, about.currency, first=first)
    with read_marts(warehouse, about.id, "UTC", "harbor") as marts:
        ROLLUP.collect(marts, book, about)
    return book


# each figure, once more and in another way, straight from the marts; amounts to a cent for each store, as sums of
# rounded amounts are shown
_WEEK, _BEFORE = "date > %(day)s::date - 7", "date <= %(day)s::date - 7 and date > %(day)s::date - 14"
_RATE = "case store_id when 'harbor-de' then 1.085 when 'harbor-jp' then 0.0067 else 1 end"
_SALES = f"sum(item_price_amount * {_RATE})"
_EARNED = f"sum((revenue_amount + referral_fees_amount + fulfilment_fees_amount + cost_of_goods_amount) * {_RATE})"
CELLS = {
    "rollup_stores": "select count(distinct store_id) from marts.sales_daily",
    "rollup_sales": f"select {_SALES} from marts.sales_daily where {_WEEK}",
    "rollup_sales_before": f"select {_SALES} from marts.sales_daily where {_BEFORE}",
    "rollup_sales_change": f"""select {_SALES} filter (where {_WEEK}) - {_SALES} filter (where {_BEFORE})
        from marts.sales_daily""",
    "rollup_ad_spend": f"select sum(cost * {_RATE}) from marts.ads_campaigns_daily where {_WEEK}",
    "rollup_profit": f"select sum(profit_amount * {_RATE}) from marts.profit_daily where {_WEEK}",
    "rollup_order_profit_change": f"""select {_EARNED} filter (where {_WEEK}) - {_EARNED} filter (where {_BEFORE})
        from marts.profit_daily""",
    "rollup_margin": f"""select 100 * sum(profit_amount * {_RATE}) / sum(revenue_net_amount * {_RATE})
        from marts.profit_daily where {_WEEK}""",
    "rollup_tacos": f"""select 100 * (select sum(cost * {_RATE}) from marts.ads_campaigns_daily where {_WEEK})
        / (select {_SALES} from marts.sales_daily where {_WEEK})""",
    "shop_sales": f"select {_SALES} from marts.sales_daily where store_id = %(key)s and {_WEEK}",
    "shop_sales_change": f"""select {_SALES} filter (where {_WEEK}) - {_SALES} filter (where {_BEFORE})
        from marts.sales_daily where store_id = %(key)s""",
    "shop_profit": f"select sum(profit_amount * {_RATE}) from marts.profit_daily where store_id = %(key)s and {_WEEK}",
    "shop_until": "select max(date) from marts.sales_daily where store_id = %(key)s",
    "shop_gap_days": """select count(*) from marts.data_coverage where store_id = %(key)s
        and is_gap and state <> 'unavailable' and date >= %(day)s::date - 28""",
    "stock_at_risk_a_week": """select h.velocity * 7 * sum(s.item_price_amount) / sum(s.units)
        * max(case s.store_id when 'harbor-de' then 1.085 when 'harbor-jp' then 0.0067 else 1 end)
        from marts.inventory_health h join marts.sales_daily s using (store_id, sku)
        where h.store_id || '/' || sku = %(key)s group by h.velocity""",
    "product_ad_loss": f"""select sum((cost - sales_14d * break_even_acos) * {_RATE.replace("store_id", "p.store_id")})
        from marts.ads_products_daily p join marts.ads_matrix m using (store_id, sku)
        where store_id || '/' || sku = %(key)s and date > %(day)s::date - 30""",
}


def test_every_figure_is_a_cell_of_the_marts(book: BookOf, warehouse: Warehouse) -> None:
    facts = book(made_stores(60))
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in facts.facts:
            if fact.name in CELLS:
                query = CELLS[fact.name]
                cell = conn.execute(query, {"day": facts.day, "key": fact.subject.key}).fetchone()
                assert cell
                near = (
                    cell[0] == fact.value
                    if fact.unit in ("date", "count")
                    else abs(cell[0] - fact.value) < Decimal("0.06" if fact.unit == "percent" else "0.035")
                )
                assert near, (fact.name, fact.subject.key, cell[0], fact.value)
                checked.add(fact.name)
    assert checked == set(CELLS)
    assert {fact.currency for fact in facts.facts if fact.unit == "money"} == {"USD"}


def test_the_stores_add_up_to_the_whole(book: BookOf) -> None:
    facts = book(made_stores())
    for shop, whole in (
        ("shop_sales", "rollup_sales"),
        ("shop_sales_change", "rollup_sales_change"),
        ("shop_profit", "rollup_profit"),
        ("shop_order_profit_change", "rollup_order_profit_change"),
    ):
        assert sum(fact.value for fact in facts.all(shop)) == value_of(facts, whole)  # type: ignore[misc]
    most = max(facts.all("shop_sales_change"), key=lambda fact: abs(fact.value)).subject.key  # type: ignore[arg-type]
    told = read_out(ROLLUP, facts)
    assert most in told["shop_sales"] and "than the week before" in told["shop_sales"]
    assert "without VAT" in told["rollup_total"] and "TACoS" in told["rollup_total"]
    assert "不含税销售额" in read_out(ROLLUP, facts, "zh")["rollup_total"]


def test_a_currency_without_a_rate_is_told_and_never_guessed(book: BookOf) -> None:
    stores = made_stores()
    convert(stores[2], None)
    facts = book(stores)
    assert value_of(facts, "rollup_stores") == 2
    assert {fact.subject.key for fact in facts.all("shop_sales")} == {"harbor-us", "harbor-de"}
    assert not any(fact.unit == "money" and "harbor-jp" in fact.subject.key for fact in facts.facts)
    assert value_of(facts, "shop_days_without_rate", "harbor-jp") > 0
    told = read_out(ROLLUP, facts)["shop_without_rate"]
    assert "harbor-jp" in told and "exchange rate" in told and "manual.fx_rates" in told
    assert "harbor-jp" in read_out(ROLLUP, facts, "zh")["shop_without_rate"]
    # what is out of stock there is told all the same, without an amount
    assert facts.get("stock_on_hand", "harbor-jp/HG-KETTLE-04")
    assert not facts.get("stock_at_risk_a_week", "harbor-jp/HG-KETTLE-04")


def test_one_day_without_a_rate_leaves_the_store_out(book: BookOf) -> None:
    stores = made_stores()
    convert(stores[1], RATES["EUR"])
    for table in ("profit_daily", "ads_store_daily"):
        for row in stores[1].rows[table]:
            if row["date"] == stores[1].day - timedelta(days=2):
                row |= {"fx_rate": None, "cost_reporting": None, "ordered_sales_net_amount_reporting": None}
    facts = book(stores)
    assert "harbor-de" not in {fact.subject.key for fact in facts.all("shop_sales")}
    assert facts.get("shop_days_without_rate", "harbor-de")


def test_a_store_that_lacks_days_is_named_and_not_compared(book: BookOf) -> None:
    stores = made_stores()
    late = stores[1]
    for table in ("sales_daily", "profit_daily", "ads_store_daily", "data_coverage"):
        late.rows[table] = [row for row in late.rows[table] if row["date"] <= late.day - timedelta(days=2)]
    facts = book(stores)
    assert value_of(facts, "shop_late_days", "harbor-de") == 2 and value_of(facts, "rollup_compared_stores") == 2
    assert {fact.subject.key for fact in facts.all("shop_sales_change")} == {"harbor-us", "harbor-jp"}
    assert not facts.get("rollup_order_profit_change")
    told = read_out(ROLLUP, facts)
    assert "harbor-de" in told["shop_gaps"] and "Nov 18" in told["shop_gaps"]
    assert "can be compared (2)" in told["rollup_total"]


def test_what_is_urgent_leads_and_names_its_store(book: BookOf) -> None:
    facts = book(made_stores())
    [first, second, *_] = writer.write(ROLLUP, facts)[0]
    assert first.kind.name == "out_of_stock" and first.severity == "critical"
    assert second.kind.name == "losing_ads" and second.severity == "warning"
    amounts = [fact.value for fact in facts.all("stock_at_risk_a_week")]
    assert amounts == sorted(amounts, reverse=True) and len(amounts) == 3  # one in each store
    assert all("/" in fact.subject.key for fact in facts.all("product_ad_loss"))
    told = read_out(ROLLUP, facts)
    assert "order more" in told["out_of_stock"] or "delivery" in told["out_of_stock"] or "way" in told["out_of_stock"]


def test_a_store_whose_costs_nobody_knows_has_sales_and_no_profit(book: BookOf) -> None:
    stores = made_stores()
    for row in stores[1].rows["profit_daily"]:
        row["units_without_cost"] = row["units"]
    facts = book(stores)
    assert facts.get("shop_sales", "harbor-de") and not facts.get("shop_profit", "harbor-de")
    assert value_of(facts, "rollup_profit_stores") == 2 and "2 stores" in read_out(ROLLUP, facts)["rollup_total"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_one_page_for_the_tenant_and_it_stands(at_noon: Settings, warehouse: Warehouse, language: str) -> None:
    stores = made_stores()
    write_all(warehouse, stores)
    known = catalog(stores)
    [result] = write_briefs(at_noon, warehouse, known, kinds=["rollup"], languages=[language])
    assert (result.store_id, result.day, result.grounded) == ("*harbor", stores[0].day, True)
    assert result.path and result.path.parent.parent == at_noon.home / "briefs" / "harbor" / "all-stores"
    page = result.path.read_text(encoding="utf-8")
    seen = Seen(page)
    assert "harbor-jp" in page and {"en": "Store by store", "zh": "各店一览"}[language] in seen.text
    assert {"en": "marketplace", "zh": "站点"}[language] in seen.text
    [again] = write_briefs(at_noon, warehouse, known, kinds=["rollup"], languages=[language])
    assert again.reused and again.version == 1
    index = (at_noon.home / "briefs" / "harbor" / f"index.{language}.html").read_text(encoding="utf-8")
    assert "all-stores/rollup/" in index and "HG-KETTLE-04" in index  # the headline is that of the first finding
