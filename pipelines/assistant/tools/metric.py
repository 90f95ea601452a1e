"""`ask_metric`: a figure of the catalogue, for a period, by what it may be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pipelines.asking.question import Refused
from pipelines.assistant.answers import Answer, Coverage, Freshness, days_of, figure, one_currency, paged
from pipelines.assistant.arguments import By, Currency, Days, Filters, MetricName, Page, Stores
from pipelines.assistant.caller import Caller, KnownStore, chosen, today_of
from pipelines.assistant.figures import (
    Source,
    Wanted,
    asked,
    checked,
    figures,
    formula_of,
    period_of,
    question_of,
    source_of,
)
from pipelines.assistant.metrics import title
from pipelines.assistant.outside import fenced
from pipelines.assistant.periods import Period
from pipelines.assistant.standing import STOCK, changing_since, sources_of, standing

if TYPE_CHECKING:
    import psycopg

Order = Literal["largest", "smallest"]

_TITLES = """
    select store_id, sku, asin, title from marts.products
    where store_id = any(%(stores)s) and (sku = any(%(keys)s) or asin = any(%(keys)s)) order by last_sold_on nulls first
"""
_CAMPAIGNS = """
    select distinct on (campaign_id) campaign_id, campaign_name from marts.ads_campaigns_daily
    where store_id = any(%(stores)s) and campaign_id = any(%(keys)s) order by campaign_id, date desc
"""
_AS_OF = "select min(as_of_date), max(as_of_date) from marts.inventory_health where store_id = any(%s)"
_INCOMPLETE = """
    select coalesce(sum(units) filter (where not is_complete), 0), coalesce(sum(units), 0) from marts.profit_daily
    where store_id = any(%s) and date between %s and %s
"""


@dataclass(frozen=True)
class Told:
    """Figures, and how far they can be relied on. total: over all rows, where it may be added up."""

    wanted: Wanted
    source: Source
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None
    coverage: Coverage | None
    freshness: Freshness
    notes: list[str]


def ask_metric(
    caller: Caller,
    metric: MetricName,
    period: Days = "last 7 days",
    by: By = None,
    stores: Stores = None,
    filters: Filters = None,
    currency: Currency = None,
    order: Order = "largest",
    page: Page = 0,
) -> Answer:
    """A figure of the business for a period: sales, units, orders, sessions, conversion, ad spend, ACoS, profit, stock
    and so on; in all, or by day, week, month, store, sku, asin, campaign, search term. Ratios are made from sums, and
    amounts of different currencies are never added.

    Raises Refusal and Refused for what is not known or would add up wrongly.
    """
    with caller.reading() as conn:
        known = chosen(caller, conn, stores)
        days = period_of(metric, period, today_of(known, caller.now()))
        wanted = checked(metric, known, days, by or (), filters, in_reporting(currency))
        told = tell(conn, wanted, caller)
        rows = shown(conn, told, order)
    unit = wanted.metric.unit
    answer = Answer(
        says=says(told),
        unit=unit,
        currency=one_currency(told.rows) if told.source.currency else None,
        period=None if wanted.metric.is_now else days_of(days),
        coverage=told.coverage,
        freshness=told.freshness,
        notes=told.notes,
        formula=formula_of(told.source),
    )
    return paged(answer, rows, page)


def tell(conn: psycopg.Connection[Any], wanted: Wanted, caller: Caller) -> Told:
    """The figures of a question. Raises Refusal and Refused."""
    source = source_of(wanted)
    rows = figures(wanted, source, asked(conn, question_of(wanted, source)))
    total = _total(conn, wanted, source) if wanted.by else (rows[0] if rows else None)
    period = wanted.period or Period(date.min, date.min)
    notes = [wanted.metric.note] if wanted.metric.note else []
    today = today_of(wanted.stores, caller.now())
    if wanted.metric.is_now:
        first, last = conn.execute(_AS_OF, ([each.store_id for each in wanted.stores],)).fetchone() or (None, None)
        yesterday = today - timedelta(days=1)
        coverage, freshness, more = standing(conn, wanted.stores, (STOCK,), Period(yesterday, yesterday))
        span = f"{first}" if first == last else f"{first} to {last}"
        notes.append(f"As of the stock reports of {span}; `period` has no effect.")
    else:
        sources = sources_of(source.mart.feeds)
        coverage, freshness, more = standing(conn, wanted.stores, sources, period)
        since = changing_since(source.mart.feeds, today)
        if since and since <= period.last:
            notes.append(f"Amazon may still change days from {since} on, mostly upwards.")
    if source.in_reporting:
        net = " Amounts are without VAT, so that countries compare." if "net" in " ".join(source.columns) else ""
        notes.append(f"Converted to the reporting currency at each day's rate.{net}")
        if left := sum(row["left_out"] for row in rows):
            notes.append(f"{left} rows have no exchange rate and are not in it.")
    if source.read.whole and wanted.period:
        notes += _incomplete(conn, wanted)
    return Told(wanted, source, rows, total, coverage, freshness, [*notes, *more])


def shown(conn: psycopg.Connection[Any], told: Told, order: Order = "largest") -> list[dict[str, Any]]:
    """The rows as an answer has them: in order, rounded, with titles beside SKUs and names beside campaigns."""
    unit = told.wanted.metric.unit
    rows = in_order(named_rows(conn, told), told.source, order)
    return [
        {name: figure(value, unit, row["currency"]) if name == "value" else value for name, value in row.items()}
        for row in rows
    ]


def named_rows(conn: psycopg.Connection[Any], told: Told) -> list[dict[str, Any]]:
    """The rows with what people call them: titles of products, names of campaigns. Figures stay exact."""
    names = _names(conn, told)
    found = []
    for row in told.rows:
        key = {name: row[name] for name in told.source.group}
        days = {"date": row["date"]} if "date" in row else {}
        found.append({**days, **key, **names(key), "value": row["value"], "currency": row["currency"]})
    return found


def in_order(rows: Sequence[dict[str, Any]], source: Source, order: Order) -> list[dict[str, Any]]:
    """Days in their order; within them, or without them, by value; what has no value last."""
    sign = -1 if order == "largest" else 1
    return sorted(
        rows,
        key=lambda row: (
            row.get("date") or date.min,
            row["value"] is None,
            sign * (row["value"] or 0),
            *(str(row[name]) for name in source.group),
        ),
    )


def _total(conn: psycopg.Connection[Any], wanted: Wanted, source: Source) -> dict[str, Any] | None:
    """The figure over all rows, from the same mart; None where it does not add up: of single things, and of a SKU that
    stands for other products in other stores."""
    if source.read.rows or ("sku" in wanted.filters and len(wanted.stores) > 1):
        return None
    try:
        over = Wanted(wanted.metric, wanted.stores, wanted.period, (), wanted.filters, source.in_reporting or None)
        whole = Source(source.read, source.mart, source.columns, {}, None, source.in_reporting, source.currency)
        rows = figures(over, whole, asked(conn, question_of(over, whole)))
    except Refused:
        return None
    return rows[0] if rows else None


def says(told: Told) -> str:
    """The answer in a sentence."""
    wanted, unit = told.wanted, told.wanted.metric.unit
    name, named = wanted.metric.name.replace("_", " "), title(wanted.metric.name)
    of = f" of {', '.join(store.store_id for store in wanted.stores)}" if len(wanted.stores) < 4 else ""
    when = " now" if wanted.metric.is_now else f" in {wanted.period}"
    # what was filtered by may have been copied from a text of others
    which = "".join(f", {key} {', '.join(map(fenced, values))}" for key, values in wanted.filters.items())
    if told.total is None or told.total["value"] is None:
        if not told.rows or all(row["value"] is None for row in told.rows):
            return f"There is no {name}{of}{when}{which}: no rows of these days are in the marts."
        return f"{named}{of}{when}{which} by {', '.join(wanted.by)}: {len(told.rows)} rows; no sum of all."
    value = figure(told.total["value"], unit, told.total["currency"])
    by = f", {len(told.rows)} rows by {', '.join(wanted.by)}" if wanted.by else ""
    return f"{named}{of}{when}{which}: {value}{unit_text(unit, told.total['currency'])}{by}."


def in_reporting(currency: str | None) -> bool | None:
    """Whether money is told in the reporting currency; None: where it must be."""
    return None if currency is None else currency == "reporting"


def unit_text(unit: str, currency: str | None) -> str:
    """What stands behind a figure in a sentence."""
    known = {"percent": " %", "units": " units", "days": " days"}
    return f" {currency}" if unit == "money" and currency else known.get(unit, "")


def _names(conn: psycopg.Connection[Any], told: Told) -> Any:
    """A function from a row's key to what people call it: titles of products, names of campaigns."""
    stores = [store.store_id for store in told.wanted.stores]
    group = told.source.group
    titles: dict[tuple[str, str], str] = {}
    asins: dict[str, str] = {}
    campaigns: dict[str, str] = {}
    keys = [str(row[name]) for row in told.rows for name in ("sku", "asin") if name in group]
    if keys:
        for store, sku, asin, title in conn.execute(_TITLES, {"stores": stores, "keys": keys}).fetchall():
            titles[store, sku] = title
            asins[asin] = title
    if "campaign" in group:
        ids = [row["campaign"] for row in told.rows]
        campaigns = dict(conn.execute(_CAMPAIGNS, {"stores": stores, "keys": ids}).fetchall())

    def names(key: Mapping[str, Any]) -> dict[str, Any]:
        store = key.get("store") or (stores[0] if len(stores) == 1 else "")
        title = titles.get((store, key["sku"])) if "sku" in key else asins.get(key.get("asin") or "")
        return {"title": title, "campaign_name": campaigns.get(key.get("campaign") or "")}

    return names


def _incomplete(conn: psycopg.Connection[Any], wanted: Wanted) -> list[str]:
    """What of the profit is left out, because costs, fees or a rate are missing."""
    if wanted.period is None:
        return []
    stores: list[KnownStore] = list(wanted.stores)
    row = conn.execute(_INCOMPLETE, ([each.store_id for each in stores], wanted.period.first, wanted.period.last))
    missing, units = row.fetchone() or (0, 0)
    if not missing:
        return []
    share = figure(Decimal(100) * missing / units, "percent")
    return [f"{missing} of {units} units ({share} %) are left out: their costs, fees or exchange rate are not known."]
