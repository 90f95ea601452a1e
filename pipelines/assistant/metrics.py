"""The metrics catalogue: what sellers call a figure, and the column of a mart that it is. Data, and nothing computed.

A metric has one or more `Read`s, because a mart that counts an order once cannot tell it by SKU, and one by SKU counts
it twice: the first read whose mart has all that is asked for is taken. What a column means is in the mart's contract
(`pipelines/asking/contract.py`), and how it adds up as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["money", "units", "count", "percent", "days", "ratio"]


@dataclass(frozen=True, slots=True)
class Read:
    """Where a metric is read.

    column: of the mart; with `below` the metric is sum(column) / sum(below). reporting: the column, and the one below,
    in the tenant's reporting currency, without VAT where columns have it in some countries; None: there are none.
    whole: only rows that `is_complete` says nothing is missing of. rows: it is told of single rows and never added.
    times: 100 for shares that are told in percent.
    """

    mart: str
    column: str
    below: str | None = None
    reporting: tuple[str, str | None] | None = None
    whole: bool = False
    rows: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Metric:
    """called: other words for it. reads: in the order in which they are tried. note: what must be known to read it."""

    name: str
    unit: Unit
    reads: tuple[Read, ...]
    called: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_now(self) -> bool:
        """Whether it tells how things are now, and not of days."""
        return self.reads[0].mart == "inventory_health"


DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "store": ("store_id",),
    "sku": ("sku",),
    "asin": ("asin", "child_asin"),
    "campaign": ("campaign_id",),
    "ad_type": ("ad_product",),
    "search_term": ("search_term",),
    "reason": ("reason",),
    "disposition": ("disposition",),
    "settlement": ("settlement_id",),
}
"""What a figure may be told by, beside days, weeks and months: the columns of a mart that it may be."""

OTHER_DIMENSIONS: Mapping[str, str] = {
    "product": "sku",
    "products": "sku",
    "date": "day",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "marketplace": "store",
    "country": "store",
    "campaign_name": "campaign",
    "ad_product": "ad_type",
    "keyword": "search_term",
}
"""Other words for what a figure may be told by."""

PERIODS = ("day", "week", "month", "quarter", "year")


def _sold(column: str, below: str | None = None, reporting: tuple[str, str | None] | None = None) -> tuple[Read, Read]:
    return tuple(Read(mart, column, below, reporting) for mart in ("sales_store_daily", "sales_daily"))  # type: ignore[return-value]


def _visited(column: str) -> tuple[Read, Read]:
    return Read("traffic_store_daily", column), Read("traffic_daily", column)


def _advertised(column: str, below: str | None = None, times: int = 1) -> tuple[Read, ...]:
    """Of the whole store, then by campaign, advertised product, search term. All windows are of 14 days."""
    converted = None
    if column in _CONVERTED:
        converted = (_CONVERTED[column], _CONVERTED.get(below, below) if below else None)
    return (
        Read("ads_store_daily", column, below, converted if column == "cost" and below is None else None, times=times),
        Read("ads_campaigns_daily", column, below, converted, times=times),
        Read("ads_products_daily", column, below, times=times),
        Read("ads_search_terms_daily", column, below, times=times),
    )


def _earned(part: str, reporting: bool = False) -> tuple[Read]:
    return (
        Read(
            "profit_daily",
            f"{part}_amount",
            reporting=(f"{part}_amount_reporting", None) if reporting else None,
            whole=part == "profit",
        ),
    )


def _held(column: str, **more: object) -> tuple[Read]:
    return (Read("inventory_health", column, **more),)  # type: ignore[arg-type]


_CONVERTED = {"cost": "cost_reporting", "sales_14d": "sales_14d_reporting"}
_NET = ("item_price_net_amount_reporting", None)
_SALES = "Item prices of order lines by purchase day, as buyers pay them, before promotions; without cancelled ones."
_ADS = "By the day of the click; sales and orders within 14 days of it."
_ALL: tuple[Metric, ...] = (
    Metric(
        "sales", "money", _sold("item_price_amount", reporting=_NET), ("revenue", "ordered sales", "turnover"), _SALES
    ),
    Metric(
        "net_sales",
        "money",
        _sold("item_price_net_amount", reporting=_NET),
        ("sales without vat",),
        "As sales, without the tax that prices contain: comparable between countries.",
    ),
    Metric(
        "units",
        "units",
        _sold("units"),
        ("units sold", "units ordered", "quantity sold"),
        "Units of order lines, free replacements included; without cancelled and pending ones.",
    ),
    Metric(
        "orders",
        "count",
        (Read("sales_store_daily", "orders"),),
        ("number of orders", "order count"),
        "An order of several products counts once, so it is told of stores and not by SKU.",
    ),
    Metric(
        "average_order_value",
        "money",
        (Read("sales_store_daily", "item_price_amount", "orders", ("item_price_net_amount_reporting", "orders")),),
        ("aov", "order value", "basket"),
        "Sales / orders.",
    ),
    Metric(
        "average_price",
        "money",
        _sold("item_price_amount", "units", ("item_price_net_amount_reporting", "units")),
        ("price per unit", "average selling price", "asp"),
        "Sales / units.",
    ),
    Metric("cancelled_units", "units", _sold("cancelled_units"), ("cancellations",)),
    Metric("pending_units", "units", _sold("pending_units"), ("pending",), "Units of lines that have no price yet."),
    Metric("discounts", "money", _sold("item_promotion_discount_amount"), ("promotion discounts", "coupons")),
    Metric(
        "sessions",
        "count",
        _visited("sessions"),
        ("visits", "traffic", "visitors"),
        "Visits of a store's pages. Those of products do not add up to them: one visit may see several pages.",
    ),
    Metric("page_views", "count", _visited("page_views"), ("views",)),
    Metric(
        "conversion",
        "percent",
        _visited("unit_session_percentage"),
        ("conversion rate", "unit session percentage", "cr"),
        "100 x units ordered / sessions, of sums.",
    ),
    Metric(
        "buy_box",
        "percent",
        _visited("buy_box_percentage"),
        ("buy box share", "buy box percentage", "featured offer"),
        "100 x page views with the buy box / page views, of sums.",
    ),
    Metric("ad_spend", "money", _advertised("cost"), ("ad cost", "advertising", "advertising cost", "ppc"), _ADS),
    Metric("ad_sales", "money", _advertised("sales_14d"), ("sales from ads", "attributed sales"), _ADS),
    Metric("ad_orders", "count", _advertised("purchases_14d"), ("orders from ads", "purchases from ads"), _ADS),
    Metric("impressions", "count", _advertised("impressions"), ("ad impressions",)),
    Metric("clicks", "count", _advertised("clicks"), ("ad clicks",)),
    Metric(
        "acos",
        "percent",
        _advertised("cost", "sales_14d", 100),
        ("advertising cost of sales",),
        "100 x ad spend / ad sales, of sums; sales within 14 days of a click, so that all kinds of ads compare.",
    ),
    Metric("roas", "ratio", _advertised("sales_14d", "cost"), ("return on ad spend",), "Ad sales / ad spend, of sums."),
    Metric(
        "ctr",
        "percent",
        _advertised("clicks", "impressions", 100),
        ("click through rate",),
        "100 x clicks / impressions.",
    ),
    Metric("cpc", "money", _advertised("cost", "clicks"), ("cost per click",), "Ad spend / clicks."),
    Metric(
        "ad_conversion",
        "percent",
        _advertised("purchases_14d", "clicks", 100),
        ("ad conversion rate", "cvr"),
        "100 x orders within 14 days of a click / clicks.",
    ),
    Metric(
        "tacos",
        "percent",
        (
            Read(
                "ads_store_daily",
                "cost",
                "ordered_sales_amount",
                ("cost_reporting", "ordered_sales_net_amount_reporting"),
                times=100,
            ),
        ),
        ("total advertising cost of sales",),
        "100 x ad spend / all ordered sales, of sums.",
    ),
    Metric(
        "profit",
        "money",
        _earned("profit", reporting=True),
        ("net profit", "earnings"),
        "Of rows of which nothing is missing; estimated fees count until settlements are here.",
    ),
    Metric(
        "margin",
        "percent",
        (
            Read(
                "profit_daily",
                "profit_amount",
                "revenue_net_amount",
                ("profit_amount_reporting", "revenue_net_amount_reporting"),
                True,
                times=100,
            ),
        ),
        ("profit margin", "net margin"),
        "100 x profit / revenue without VAT, of rows of which nothing is missing.",
    ),
    Metric(
        "revenue_net",
        "money",
        _earned("revenue_net", reporting=True),
        ("net revenue",),
        "Price + shipping + gift wrap - promotions, without VAT.",
    ),
    Metric("refunds", "money", _earned("refunds"), ("refunded", "money refunded"), "Given back to buyers; negative."),
    Metric("referral_fees", "money", _earned("referral_fees"), ("commission", "referral fee"), "Negative."),
    Metric("fba_fees", "money", _earned("fulfilment_fees"), ("fulfilment fees", "fulfillment fees"), "Negative."),
    Metric("storage_fees", "money", _earned("storage_fees"), ("storage", "storage cost"), "Negative."),
    Metric("cost_of_goods", "money", _earned("cost_of_goods", reporting=True), ("cogs", "product costs"), "Negative."),
    Metric("reimbursements", "money", _earned("reimbursements"), ("reimbursed",)),
    Metric(
        "returned_units",
        "units",
        (Read("returns_daily", "units"),),
        ("returns", "units returned"),
        "Units that came back to Amazon, and units of requests to return goods to the merchant.",
    ),
    Metric(
        "payouts",
        "money",
        (Read("settlements", "total_amount", reporting=("total_amount_reporting", None)),),
        ("deposits", "settlements", "disbursements"),
        "What Amazon states as a settlement's total, by deposit day.",
    ),
    Metric(
        "stock_at_day_end",
        "units",
        (Read("inventory_daily", "ledger_ending_quantity"),),
        ("stock history",),
        "Sellable units at the end of the last day of the period, by the inventory ledger.",
    ),
    Metric(
        "stock", "units", _held("fulfillable_quantity"), ("stock on hand", "inventory", "on hand", "units in stock")
    ),
    Metric("inbound", "units", _held("inbound_quantity"), ("stock on the way", "inbound stock", "on the way")),
    Metric("reserved_stock", "units", _held("reserved_quantity"), ("reserved",)),
    Metric("unsellable_stock", "units", _held("unsellable_quantity"), ("unsellable", "unfulfillable")),
    Metric(
        "stock_value",
        "money",
        _held("inventory_value_amount", reporting=("inventory_value_amount_reporting", None)),
        ("inventory value", "value of stock"),
        "Units on hand and reserved x what a unit costs.",
    ),
    Metric("reorder_quantity", "units", _held("reorder_quantity"), ("what to reorder", "units to order", "reorder")),
    Metric(
        "overstock", "units", _held("overstock_quantity"), ("excess stock", "surplus"), "Units beyond 90 days of sales."
    ),
    Metric("days_of_cover", "days", _held("days_of_cover", rows=True), ("cover", "days of stock"), "Only by SKU."),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
_CALLED = {word: metric.name for metric in _ALL for word in (metric.name.replace("_", " "), *metric.called)}


_WRITTEN = {"acos": "ACoS", "tacos": "TACoS", "roas": "ROAS", "ctr": "CTR", "cpc": "CPC", "fba_fees": "FBA fees"}


def title(name: str) -> str:
    """A metric's name as a sentence begins with it."""
    return _WRITTEN.get(name, name.replace("_", " ").capitalize())


def named(text: str) -> Metric | None:
    """The metric of a name or of another word for it; None where it is none."""
    word = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    return METRICS.get(_CALLED.get(word, ""))
