"""ads_store_daily and ads_matrix: advertising beside all that was sold, by day and by SKU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from simulator.truth.advertising import PRODUCTS, ads_campaigns_daily, ads_products_daily
from simulator.truth.advertising_terms import CHANCE, window
from simulator.truth.known import Known, converted, ratio, rounded
from simulator.truth.profit import profit_daily
from simulator.truth.sales import Sold, sold
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.model import SimStore
from simulator.world.money.estimated_fees import estimates
from simulator.world.money.product_costs import product_costs


@dataclass(slots=True)
class Ads:
    """Measures of advertising; costs: by product."""

    asin: str = ""
    impressions: int = 0
    clicks: int = 0
    costs: dict[str, Decimal] = field(default_factory=dict)
    orders: int = 0
    sales: Decimal = Decimal(0)

    @property
    def cost(self) -> Decimal:
        """Of all products."""
        return sum(self.costs.values(), Decimal(0))

    def add(self, row: dict) -> None:
        """Count a row of a daily mart in."""
        self.impressions += row["impressions"]
        self.clicks += row["clicks"]
        self.costs[row["ad_product"]] = self.costs.get(row["ad_product"], Decimal(0)) + row["cost"]
        self.orders += row["purchases_14d"]
        self.sales += Decimal(row["sales_14d"])


@dataclass(slots=True)
class Profit:
    """What a SKU earned. whole: fees and cost of each unit are known."""

    revenue: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    before_ads: Decimal = Decimal(0)
    whole: bool = True


def ads_store_daily(known: Known) -> Iterator[dict]:
    """One row per day on which something was advertised or ordered."""
    ads: dict[tuple[str, date], Ads] = {}
    ordered: dict[tuple[str, date], Sold] = {}
    for row in ads_campaigns_daily(known):
        ads.setdefault((row["store_id"], row["date"]), Ads()).add(row)
    for (store_id, _, _, day, _), entry in sold(known).items():
        ordered.setdefault((store_id, day), Sold()).add(entry)
    stores = {store.store_id: store for _, store, _ in known.stores(configured_only=True)}
    for key in {key for key in (*ads, *ordered) if key[0] in stores}:
        store, found, sales = stores[key[0]], ads.get(key), ordered.get(key)
        currency = store.marketplace.currency
        reporting_currency, rate, fx_date = known.reporting(store.tenant_id, currency, key[1])
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "date": key[1],
            "currency": currency,
            "impressions": found and found.impressions,
            "clicks": found and found.clicks,
            "cost": found and found.cost,
            "sp_cost": found and found.costs.get(PRODUCTS),
            "sb_cost": found and found.costs.get(BRANDS),
            "sd_cost": found and found.costs.get(DISPLAY),
            "purchases_14d": found and found.orders,
            "sales_14d": found and found.sales,
            "ordered_sales_amount": sales and sales.price,
            "ordered_sales_net_amount": sales and sales.net,
            "acos_14d": found and ratio(found.cost, found.sales),
            "roas_14d": found and ratio(found.sales, found.cost),
            "tacos": ratio(found.cost, sales.price) if found and sales else None,
            "tacos_net": ratio(found.cost, sales.net) if found and sales else None,
            "reporting_currency": reporting_currency,
            "cost_reporting": found and converted(found.cost, rate),
            "ordered_sales_amount_reporting": sales and converted(sales.price, rate),
            "ordered_sales_net_amount_reporting": sales and converted(sales.net, rate),
            "fx_date": fx_date,
        }


def ads_matrix(known: Known) -> Iterator[dict]:
    """One row per SKU that was advertised in its store's last days."""
    rows: dict[str, list[dict]] = {}
    for row in ads_products_daily(known):
        rows.setdefault(row["store_id"], []).append(row)
    earned_daily = list(profit_daily(known))
    for _, store, business in known.stores(configured_only=True):
        if store.store_id not in rows:
            continue
        first, last = window([row["date"] for row in rows[store.store_id]])
        skus: dict[str, Ads] = {}
        for row in rows[store.store_id]:
            if row["date"] >= first:
                skus.setdefault(row["sku"], Ads(row["asin"])).add(row)
        ordered = _ordered(known, store, first, last)
        profits = _profits(earned_daily, store, first, last)
        fees = {each.offer.sku: each for each in estimates(business, known.now)}
        costs = _unit_costs(known, store, last)
        everything = Ads()
        for found in skus.values():
            everything.clicks += found.clicks
            everything.orders += found.orders
        for sku, found in skus.items():
            fee, cost = fees[sku], costs[sku]
            profit = profits.get(sku)
            taxed = [profit] if profit and profit.revenue else [profits[each] for each in skus if each in profits]
            vat = rounded(Fraction(fee.price) * _tax_share(taxed), 4)
            estimated = Fraction(fee.price - vat - fee.referral - fee.fulfilment - cost) / Fraction(fee.price)
            real = profit is not None and profit.whole and profit.revenue > 0
            left = Fraction(profit.before_ads) / Fraction(profit.revenue) if profit and real else estimated
            sales = ordered.get(sku)
            earned = Fraction(profit.before_ads) if profit and real else Fraction(sales.price if sales else 0) * left
            average = Fraction(sum((each.cost for each in skus.values()), Decimal(0))) / len(skus)
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "sku": sku,
                "asin": found.asin,
                "window_start": first,
                "window_end": last,
                "currency": store.marketplace.currency,
                "impressions": found.impressions,
                "clicks": found.clicks,
                "cost": found.cost,
                "purchases_14d": found.orders,
                "sales_14d": found.sales,
                "ordered_units": sales and sales.units,
                "ordered_sales_amount": sales and sales.price,
                "ordered_sales_net_amount": sales and sales.net,
                "price_amount": fee.price,
                "price_vat_amount": vat,
                "referral_fee_amount": fee.referral,
                "fulfillment_fee_amount": fee.fulfilment,
                "unit_cost_amount": cost,
                "cvr_14d": ratio(found.orders, found.clicks),
                "store_cvr_14d": ratio(everything.orders, everything.clicks),
                "acos_14d": ratio(found.cost, found.sales),
                "tacos": sales and ratio(found.cost, sales.price),
                "tacos_net": sales and ratio(found.cost, sales.net),
                "revenue_amount": profit and profit.revenue,
                "profit_before_ads_amount": profit and profit.before_ads,
                "estimated_break_even_acos": rounded(estimated, 6),
                "break_even_acos": rounded(left, 6),
                "break_even_basis": "profit" if real else "estimate",
                "margin_after_ads_amount": rounded(earned - Fraction(found.cost), 4),
                "quadrant": _quadrant(found, left, average, everything),
            }


def _tax_share(profits: list[Profit]) -> Fraction:
    """The part of revenue that is tax."""
    revenue = sum((each.revenue for each in profits), Decimal(0))
    return Fraction(sum((each.tax for each in profits), Decimal(0))) / Fraction(revenue) if revenue else Fraction(0)


def _ordered(known: Known, store: SimStore, first: date, last: date) -> dict[str, Sold]:
    skus: dict[str, Sold] = {}
    for (store_id, _, _, day, sku), entry in sold(known).items():
        if store_id == store.store_id and first <= day <= last:
            skus.setdefault(sku, Sold()).add(entry)
    return skus


def _profits(daily: list[dict], store: SimStore, first: date, last: date) -> dict[str, Profit]:
    found: dict[str, Profit] = {}
    for row in daily:
        if row["store_id"] == store.store_id and row["sku"] is not None and first <= row["date"] <= last:
            into = found.setdefault(row["sku"], Profit())
            into.revenue += row["revenue_amount"]
            into.tax += row["tax_in_revenue_amount"]
            into.before_ads += row["profit_amount"] - row["advertising_amount"]
            into.whole &= not row["units_without_fees"] and not row["units_without_cost"]
    return found


def _unit_costs(known: Known, store: SimStore, day: date) -> dict[str, Decimal]:
    """SKU -> its cost that holds on a day."""
    held = sorted(product_costs(known.world.seed, store), key=lambda row: row["valid_from"])
    return {row["sku"]: row["unit_cost_amount"] for row in held if row["valid_from"] <= day}


def _quadrant(found: Ads, left: Fraction, average: Fraction, everything: Ads) -> str | None:
    if not found.clicks:
        return None
    if not found.orders:
        chance = Fraction(everything.clicks - everything.orders, everything.clicks) ** found.clicks
        if chance >= CHANCE:
            return "watch"
    much = Fraction(found.cost) >= average
    if found.sales and Fraction(found.cost) / Fraction(found.sales) <= left:
        return "harvest" if much else "scale"
    return "fix" if much else "stop"
