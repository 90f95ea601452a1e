"""Kinds of statements of the weekly brief: a whole week against the week before and the same week a year earlier."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.insights.claims.kinds.ads import OPEN as ADS_OPEN
from pipelines.insights.claims.kinds.ads import OPEN_ROLES as ADS_OPEN_ROLES
from pipelines.insights.claims.kinds.measures import of_week, tone_of_change
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, found, number
from pipelines.insights.facts import FactBook

YEAR = "year_ago"
YEAR_PARTS = (
    Part("year", ("year_change", "year"), "year_change", choice="year"),
    Part("year_alone", ("year_change",), "year_change", choice="year"),
    Part("year_ago", ("year",), choice="year"),
)
OPEN_ROLES = {"open_days": Role("visits_open_days"), "final_on": Role("visits_final_on")}


def of_year(measure: str) -> Mapping[str, Role]:
    """The roles of what a measure was a year earlier."""
    return {"year": Role(f"{measure}_year_ago"), "year_change": Role(f"{measure}_vs_year_ago", basis=YEAR)}


def _undecided(told: Told, book: FactBook) -> bool:
    """Whether the week is not compared because what awaits payment may make up for a fall."""
    before = found(book, "sales_previous_7d", "store")
    compared = found(book, "sales_vs_previous_7d", "store") is not None
    return before is not None and not compared and number(told["value"]) < number(before)


def _uncompared(told: Told, book: FactBook) -> bool:
    return found(book, "sessions_vs_previous_7d", "store") is None


WEEK_SALES = Kind(
    name="week_sales",
    meaning="the store's sales of the week with orders and units, against the week before and a year earlier",
    roles={
        "value": Role("sales_7d"),
        "change": Role("sales_vs_previous_7d", basis="previous_7d"),
        "before": Role("sales_previous_7d"),
        "orders": Role("orders_7d"),
        "units": Role("units_7d"),
        **of_year("sales"),
        "missing": Role("week_missing_days", when=lambda fact: bool(fact.value)),
        "pending": Role("week_pending_units", when=lambda fact: bool(fact.value)),
    },
    needs=("value",),
    with_it=("missing", "pending"),
    titles=(
        Part("title.missing", ("missing",)),
        Part("title.vs", ("change",), "change"),
        Part("title"),
    ),
    parts=(
        Part("vs", ("value", "change"), "change", choice="lead"),
        Part("value", ("value",), choice="lead"),
        Part("before", ("before",)),
        *YEAR_PARTS,
        Part("orders", ("orders", "units"), choice="orders"),
        Part("only_orders", ("orders",), choice="orders"),
        Part("only_units", ("units",), choice="orders"),
        Part("missing", ("missing",)),
        Part("pending", ("pending",)),
        Part("undecided", ("value", "pending"), when=_undecided),
    ),
    whole=(("value", "change", "year_change", "orders", "units", "missing", "pending"),),
    tone=tone_of_change("change", rise_is_good=True),
    stake=(Stake("sales_change", "value"),),
)
WEEK_TRAFFIC = Kind(
    name="week_traffic",
    meaning="the store's visits and conversion of the week, against the week before and a year earlier",
    roles={
        "value": Role("sessions_7d"),
        "change": Role("sessions_vs_previous_7d", basis="previous_7d"),
        "before": Role("sessions_previous_7d"),
        **of_year("sessions"),
        "conversion": Role("conversion_7d"),
        "conversion_change": Role("conversion_vs_previous_7d", basis="previous_7d"),
        "conversion_year_change": Role("conversion_vs_year_ago", basis=YEAR),
        **OPEN_ROLES,
    },
    needs=("value",),
    with_it=("open_days", "final_on"),
    titles=(
        Part("title.vs", ("change",), "change"),
        Part("title.open", ("open_days",)),
        Part("title"),
    ),
    parts=(
        Part("vs", ("value", "change"), "change", choice="lead"),
        Part("open", ("value", "open_days"), choice="lead"),
        Part("value", ("value",), choice="lead"),
        Part("before", ("before",)),
        *YEAR_PARTS,
        Part("conversion", ("conversion", "conversion_change"), "conversion_change", choice="conversion"),
        Part("conversion_alone", ("conversion",), choice="conversion"),
        Part("conversion_year", ("conversion_year_change",), "conversion_year_change"),
        Part("same_age", ("open_days", "final_on", "change"), choice="open"),
        Part("uncompared", ("open_days", "final_on"), when=_uncompared, choice="open"),
        Part("not_final", ("open_days", "final_on"), choice="open"),
        Part("open_days", ("open_days",), choice="open"),
    ),
    whole=(("value", "change", "year_change", "conversion", "conversion_change", "conversion_year_change"),),
    tone=tone_of_change("change", rise_is_good=True),
)
WEEK_ADS = Kind(
    name="week_ads",
    meaning="what Sponsored Products cost in the week and sold, ACoS and TACoS, against the week before and a year "
    "earlier",
    roles={
        "value": Role("ad_spend_7d"),
        "change": Role("ad_spend_vs_previous_7d", basis="previous_7d"),
        "before": Role("ad_spend_previous_7d"),
        **of_year("ad_spend"),
        "sales": Role("ad_sales_7d"),
        "sales_change": Role("ad_sales_vs_previous_7d", basis="previous_7d"),
        "acos": Role("acos_7d"),
        "acos_change": Role("acos_vs_previous_7d", basis="previous_7d"),
        "acos_year_change": Role("acos_vs_year_ago", basis=YEAR),
        "tacos": Role("tacos_7d"),
        **ADS_OPEN_ROLES,
    },
    needs=("value",),
    with_it=("open_days", "final_on"),
    titles=(Part("title.vs", ("change",), "change"), Part("title.open", ("open_days",)), Part("title")),
    parts=(
        Part("vs", ("value", "change"), "change", choice="lead"),
        Part("open", ("value", "open_days"), choice="lead"),
        Part("value", ("value",), choice="lead"),
        Part("before", ("before",)),
        *YEAR_PARTS,
        Part("sales", ("sales", "sales_change"), "sales_change", choice="sales"),
        Part("only_sales", ("sales",), choice="sales"),
        Part("acos", ("acos", "acos_change"), "acos_change", choice="acos"),
        Part("only_acos", ("acos",), choice="acos"),
        Part("acos_year", ("acos_year_change",), "acos_year_change"),
        Part("tacos", ("tacos",)),
        *ADS_OPEN,
    ),
    whole=(("value", "change", "year_change", "sales", "sales_change", "acos", "acos_change", "acos_year_change"),),
    stake=(Stake("ad_spend_difference_7d", "value"),),
)
PAID = Kind(
    name="settlements_paid",
    meaning="settlements that are paid out in the week, with their days; several may be named",
    about="settlement",
    roles={
        "amount": Role("paid_amount", "settlement"),
        "first": Role("paid_from", "settlement"),
        "last": Role("paid_to", "settlement"),
        "on": Role("paid_on", "settlement"),
    },
    needs=("amount", "on"),
    with_it=("first", "last"),
    titles=(Part("title"),),
    parts=(
        Part("lead", ("amount", "first", "last", "on"), choice="lead"),
        Part("only", ("amount", "on"), choice="lead"),
    ),
    more=(
        Part("lead", ("amount", "first", "last", "on"), choice="lead"),
        Part("only", ("amount", "on"), choice="lead"),
    ),
)
COMING = Kind(
    name="coming_week",
    meaning="what the forecast expects to be asked for in the coming week: of the store, and of its SKUs; several SKUs "
    "may be named",
    about="sku",
    roles={
        "units": Role("coming_units"),
        "sales": Role("coming_sales"),
        "low": Role("coming_low"),
        "high": Role("coming_high"),
        "likely": Role("sku_coming_units", "sku"),
        "least": Role("sku_coming_low", "sku"),
        "most": Role("sku_coming_high", "sku"),
    },
    needs=("units|likely",),
    titles=(Part("title"),),
    parts=(
        Part("worth", ("units", "sales"), choice="lead"),
        Part("store", ("units",), choice="lead"),
        Part("range", ("low", "high")),
        Part("sku", ("likely", "least", "most"), choice="lead_sku"),
        Part("sku_alone", ("likely",), choice="lead_sku"),
    ),
    more=(
        Part("sku", ("likely", "least", "most"), choice="lead"),
        Part("sku_alone", ("likely",), choice="lead"),
    ),
    whole=(("units", "sales", "low", "high", "likely", "least", "most"),),
)
UNITS = of_week(
    "units",
    "units of seven days, against the seven before and a year earlier",
    rise_is_good=True,
    roles=of_year("units"),
    parts=YEAR_PARTS,
)
ORDERS = of_week(
    "orders",
    "orders of seven days, against the seven before and a year earlier",
    rise_is_good=True,
    roles=of_year("orders"),
    parts=YEAR_PARTS,
)
CONVERSION = of_week(
    "conversion",
    "units sold per visit in seven days, against the seven before and a year earlier",
    rise_is_good=True,
    roles={**of_year("conversion"), **OPEN_ROLES},
    parts=(
        *YEAR_PARTS,
        Part("same_age", ("open_days", "final_on", "change"), choice="open"),
        Part("uncompared", ("open_days", "final_on"), when=_uncompared, choice="open"),
        Part("not_final", ("open_days", "final_on"), choice="open"),
        Part("open_days", ("open_days",), choice="open"),
    ),
    with_it=("open_days", "final_on"),
)
ACOS_YEAR = Kind(
    name="acos_year",
    meaning="ACoS of the week against a year earlier",
    roles={"value": Role("acos_7d"), **of_year("acos"), **ADS_OPEN_ROLES},
    needs=("value", "year_change", "year"),
    with_it=("open_days", "final_on"),
    titles=(Part("title", ("year_change",), "year_change"),),
    parts=(
        Part("lead", ("value", "year_change", "year"), "year_change", choice="lead"),
        Part("not_final", ("open_days", "final_on"), choice="open"),
        Part("open_days", ("open_days",), choice="open"),
    ),
    whole=(("value", "year_change"),),
    tone=tone_of_change("year_change", rise_is_good=False),
)
KINDS = (WEEK_SALES, WEEK_TRAFFIC, WEEK_ADS, PAID, COMING, UNITS, ORDERS, CONVERSION, ACOS_YEAR)
