"""The questions of docs/cookbook.md, and what the world's truth answers to each.

The answers are computed from rows of the truth and in another way than the page's SQL: row by row, in fractions.
Nothing here reads a mart. A question without an answer, or an answer without a question, fails by name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from simulator.truth.known import rounded
from tests.support.truth import ROOT, records, written

PAGE = ROOT / "docs" / "cookbook.md"
FIRST_EXAMPLE = "The dictionary's first example"
Row = Mapping[str, Any]
Truth = Callable[[str], list[dict[str, Any]]]
Answer = Callable[[Truth], Iterable[tuple[Any, ...]]]
FEES = ("referral_fees", "fulfilment_fees", "storage_fees", "aged_surcharge", "subscription_fees")
PARTS = {
    "revenue": ("revenue",), "vat": ("vat",), "refunds": ("refunds", "refund_fees"), "amazon_fees": FEES,
    "advertising": ("advertising",), "goods": ("cost_of_goods", "returned_goods", "own_shipping"),
    "other": ("reimbursements", "other"), "profit": ("profit",),
}  # fmt: skip


def questions() -> dict[str, str]:
    """Title -> statement, of the page, and of the dictionary its first one."""
    found = dict(re.findall(r"^## \d+\. ([^\n]+)\n(?:(?!^## ).)*?```sql\n(.*?)```", PAGE.read_text(), re.M | re.S))
    marts = (ROOT / "docs" / "marts.md").read_text()
    return {FIRST_EXAMPLE: re.findall(r"```sql\n(.*?)```", marts, re.S)[0], **found}


def wrong_answers(conn: psycopg.Connection[Any], *, seed: int, state: Path) -> list[str]:
    """What a query and the truth do not have in common, as readable lines; empty when all are equal."""

    @cache
    def truth(mart: str) -> list[dict[str, Any]]:
        return records(mart, seed=seed, state=state)

    asked = questions()
    lines = [f"no answer is known to: {title}" for title in asked.keys() - ANSWERS.keys()]
    lines += [f"the page does not ask: {title}" for title in ANSWERS.keys() - asked.keys()]
    answered = 0
    for title in asked.keys() & ANSWERS.keys():
        have = sorted(tuple(map(written, row)) for row in conn.execute(asked[title].encode()))
        want = sorted(tuple(map(written, row)) for row in ANSWERS[title](truth))
        answered += bool(want)
        if have != want:
            only = [row for row in have if row not in want][:2], [row for row in want if row not in have][:2]
            lines.append(f"{title}: {len(have)} rows, the truth has {len(want)}; only in one: {only}")
    if answered < len(ANSWERS) - 3:
        lines.append(f"only {answered} of {len(ANSWERS)} questions have an answer in this world: little was compared")
    return lines


def _last(rows: list[dict[str, Any]], days: int, until: Any = None) -> list[dict[str, Any]]:
    """The rows of the last days, counted back from the newest one."""
    newest = until or max(row["date"] for row in rows)
    return [row for row in rows if row["date"] > newest - timedelta(days=days)]


def _by(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return dict(sorted(groups.items(), key=str))


def _sum(rows: Iterable[Row], name: str) -> Any:
    """As SQL sums: what is null is left out; of nothing, null."""
    values = [row[name] for row in rows if row[name] is not None]
    return sum(values) if values else None


def _share(part: Any, whole: Any, places: int, times: int = 100) -> Decimal | None:
    return rounded(Fraction(part or 0) * times / Fraction(whole), places) if whole else None


def first_example(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for key, rows in _by(_last(truth("profit_daily"), 30), "tenant_id", "reporting_currency").items():
        whole = [row for row in rows if row["is_complete"]]
        lacking = [row for row in rows if not row["is_complete"]]
        share = Fraction(_sum(lacking, "units") or 0) / _sum(rows, "units")
        yield (*key, _sum(whole, "profit_amount_reporting"), rounded(share, 6) if lacking else None)


def sales_by_day(truth: Truth) -> Iterable[tuple[Any, ...]]:
    orders: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for line in truth("order_items"):
        is_sold = line["item_price_amount"] is not None and "Cancelled" not in (
            line["order_status"],
            line["item_status"],
        )
        if is_sold and not line["store_id"].startswith("unmapped:"):
            orders[line["tenant_id"], line["date"]].add(line["amazon_order_id"])
    rows = [row for row in _last(truth("sales_store_daily"), 30) if row["is_complete"]]
    for (tenant, day, currency), found in _by(rows, "tenant_id", "date", "reporting_currency").items():
        sales = _sum(found, "item_price_net_amount_reporting")
        yield tenant, day, currency, sales, len(orders[tenant, day]), _sum(found, "units")


def profit_by_product(truth: Truth) -> Iterable[tuple[Any, ...]]:
    ids = {(row["store_id"], row["sku"]): row["product_id"] for row in truth("products")}
    profit, sales, seen = truth("profit_daily"), truth("sales_daily"), truth("traffic_daily")
    until = max(row["date"] for row in profit)
    products: dict[tuple[Any, ...], dict[str, list[Row]]] = defaultdict(lambda: {"sold": [], "earned": []})
    for kind, rows in {"sold": sales, "earned": profit}.items():
        for row in _last(rows, 30, until):
            product = ids[row["store_id"], row["sku"]] if row["sku"] else None
            products[row["tenant_id"], product, row["reporting_currency"]][kind].append(row)
    for row in _last(seen, 30, until):
        products[row["tenant_id"], row["product_id"], row["reporting_currency"]]["sold"] += []
    for key, found in products.items():
        whole = [row for row in found["earned"] if row["is_complete"]]
        lacking = [row["units"] for row in found["earned"] if not row["is_complete"]]
        yield (
            *key,
            _sum(found["sold"], "units"),
            _sum(found["sold"], "item_price_net_amount_reporting"),
            _sum(whole, "profit_amount_reporting"),
            sum(lacking) if found["earned"] else None,
        )


def incomplete(truth: Truth) -> Iterable[tuple[Any, ...]]:
    rows = _last(truth("profit_daily"), 30)
    tenants = {tenant: _sum(found, "units") for (tenant,), found in _by(rows, "tenant_id").items()}
    groups: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        reason = re.sub(r"\d+ of \d+ ", "", row["incomplete_reason"]) if row["incomplete_reason"] else "complete"
        groups[row["tenant_id"], row["store_id"], reason] += row["units"]
    for (tenant, store, reason), units in groups.items():
        yield tenant, store, reason, units, _share(units, tenants[tenant], 2)


def months(truth: Truth) -> Iterable[tuple[Any, ...]]:
    labels = {row["store_id"]: row["label"] for row in truth("stores")}
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in truth("profit_daily"):
        if row["is_complete"]:
            month = row["date"].replace(day=1)
            groups[row["tenant_id"], labels[row["store_id"]], month, row["reporting_currency"]].append(row)
    for key, rows in groups.items():
        sums = [
            sum(Fraction(row[f"{part}_amount"]) * Fraction(row["fx_rate"]) for row in rows for part in parts)
            for parts in PARTS.values()
        ]
        yield (*key, *(rounded(Fraction(each), 2) for each in sums))


def tacos(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for (store, currency), rows in _by(_last(truth("ads_store_daily"), 30), "store_id", "currency").items():
        cost, sales = _sum(rows, "cost"), _sum(rows, "ordered_sales_net_amount")
        yield store, _share(cost, sales, 2), cost, sales, currency


def buy_box(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for key, rows in _by(_last(truth("traffic_daily"), 30), "store_id", "child_asin").items():
        yield (*key, _sum(rows, "page_views"), _weighed(rows, 2))


def _weighed(rows: Iterable[Row], places: int) -> Decimal | None:
    """The share of views with the buy box: each row's share by its views."""
    rows = list(rows)
    views = sum(row["page_views"] for row in rows)
    won = sum(Fraction(row["page_views"]) * Fraction(row["buy_box_percentage"]) for row in rows)
    return rounded(won / views, places) if views else None


def buy_box_moves(truth: Truth) -> Iterable[tuple[Any, ...]]:
    newest = max(row["date"] for row in truth("traffic_daily"))
    for key, rows in _by(_last(truth("traffic_daily"), 14), "store_id", "child_asin").items():
        before, now = (
            _weighed([row for row in rows if (row["date"] > newest - timedelta(days=7)) == late], 9)
            for late in (False, True)
        )
        if before is not None and now is not None and abs(now - before) > 5:
            moved = "lost" if now < before else "won"
            yield (*key, rounded(Fraction(before), 1), rounded(Fraction(now), 1), moved)


def conversion(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for (store,), rows in _by(_last(truth("traffic_store_daily"), 30), "store_id").items():
        sessions, units = _sum(rows, "sessions"), _sum(rows, "units_ordered")
        yield store, sessions, units, _share(units, sessions, 2)


def _picked(mart: str, wanted: Callable[[Row], Any], *names: str) -> Answer:
    def answer(truth: Truth) -> Iterable[tuple[Any, ...]]:
        for row in truth(mart):
            if wanted(row):
                yield tuple(row[name] for name in names)

    return answer


def missing_days(truth: Truth) -> Iterable[tuple[Any, ...]]:
    gaps = [row for row in truth("data_coverage") if row["state"] not in ("loaded", "empty", "never_existed")]
    for key, rows in _by(gaps, "store_id", "feed", "state").items():
        days = sorted(row["date"] for row in rows)
        yield (*key, days[0], days[-1], len(days))


def refunds(truth: Truth) -> Iterable[tuple[Any, ...]]:
    refunded: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in truth("refunds_daily"):
        if row["basis"] == "order_date":
            refunded[row["store_id"], row["sku"]] += row["refunds"]
    for key, rows in _by(truth("sales_daily"), "store_id", "sku").items():
        if lines := _sum(rows, "order_lines"):
            yield (*key, lines, refunded[key], _share(refunded[key], lines, 2))


def _summed(mart: str, names: tuple[str, ...], *sums: str, count: bool = False) -> Answer:
    def answer(truth: Truth) -> Iterable[tuple[Any, ...]]:
        for key, rows in _by(truth(mart), *names).items():
            yield (*key, *([len(rows)] if count else []), *(_sum(rows, name) for name in sums))

    return answer


def settlements(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for row in truth("settlements"):
        first, last = (row[name] and row[name].astimezone(UTC).date() for name in ("started_at", "ended_at"))
        told = (row["deposit_date"], row["total_amount"], row["lines_amount"], row["difference"], row["currency"])
        yield row["store_id"], row["settlement_id"], first, last, *told


def unit_fees(truth: Truth) -> Iterable[tuple[Any, ...]]:
    rows = [row for row in truth("profit_daily") if row["fees_source"] == "actual" and row["sku"]]
    for (store, sku, currency), found in _by(rows, "store_id", "sku", "currency").items():
        if units := _sum(found, "units"):
            fees = (-_sum(found, f"{kind}_fees_amount") for kind in ("referral", "fulfilment"))
            yield store, sku, units, *(_share(fee, units, 2, 1) for fee in fees), currency


def wasted_terms(truth: Truth) -> Iterable[tuple[Any, ...]]:
    rows = _last(truth("ads_search_terms_daily"), 30)
    for (store, term, currency), found in _by(rows, "store_id", "search_term", "currency").items():
        if _sum(found, "clicks") >= 5 and _sum(found, "purchases_14d") == 0:
            yield store, term, _sum(found, "clicks"), _sum(found, "cost"), currency


def cheaper(truth: Truth) -> Iterable[tuple[Any, ...]]:
    for row in truth("competitor_comparison"):
        if (row["price_difference_amount"] or 0) < 0:
            yield (
                row["store_id"], row["own_asin"], row["competitor_asin"], row["own_price_amount"],
                row["competitor_price_amount"], rounded(Fraction(row["price_difference_ratio"]) * 100, 1),
                row["days_competitor_cheaper_30d"], row["currency"],
            )  # fmt: skip


def stranded_and_old(truth: Truth) -> Iterable[tuple[Any, ...]]:
    ages = ("age_181_270_quantity", "age_271_365_quantity", "age_over_365_quantity")
    for row in truth("inventory_health"):
        known = all(row[name] is not None for name in ages)
        old = sum(row[name] for name in ages) if known else None
        if (row["stranded_quantity"] or 0) > 0 or (old or 0) > 0:
            told = (row["aged_surcharge_amount"], row["aged_surcharge_currency"])
            yield row["store_id"], row["sku"], row["stranded_quantity"], row["stranded_reason"], old, *told


def storage(truth: Truth) -> Iterable[tuple[Any, ...]]:
    waiting = {store: _sum(rows, "pending_units") for (store,), rows in _by(truth("sales_daily"), "store_id").items()}
    stored = {store: rows for (store,), rows in _by(truth("profit_daily"), "store_id").items()}
    for store in waiting.keys() | stored.keys():
        rows = stored.get(store, [])
        amount, units = -_sum(rows, "storage_fees_amount"), _sum(rows, "units")
        yield store, amount, units, _share(amount, units, 4, 1), waiting.get(store)


def watched_searches(truth: Truth) -> Iterable[tuple[Any, ...]]:
    rows = truth("keyword_performance_weekly")
    told = [row for row in rows if row["search_query_volume"] is not None]
    last = {store: max(row["date"] for row in found) for (store,), found in _by(told, "store_id").items()}
    for row in rows:
        if row["is_tracked"] and row["date"] == last.get(row["store_id"]):
            share = row["purchase_share"]
            yield (
                row["store_id"], row["keyword"], row["search_query_volume"],
                None if share is None else rounded(Fraction(share) * 100, 1), row["best_organic_position"],
                row["days_on_first_page"], row["bidding_campaigns"], row["ad_cost_amount"], row["currency"],
            )  # fmt: skip


ANSWERS: dict[str, Answer] = {
    FIRST_EXAMPLE: first_example,
    "What did all stores sell by day?": sales_by_day,
    "What does each product earn, over all stores?": profit_by_product,
    "Which share of the units is not in that profit, and why?": incomplete,
    "What is the profit and loss of each marketplace by month?": months,
    "Which part of sales goes into advertising (TACoS), by store?": tacos,
    "How often is each product in the buy box?": buy_box,
    "Who lost the buy box this week, and who won it?": buy_box_moves,
    "How many visits become orders?": conversion,
    "How long does the stock last, and what is to be ordered?": _picked(
        "inventory_health", lambda row: (row["reorder_quantity"] or 0) > 0, "store_id", "sku", "fulfillable_quantity",
        "inbound_quantity", "velocity", "days_of_cover", "stock_out_date", "reorder_quantity",
    ),
    "Which days are missing?": missing_days,
    "Which products are refunded most?": refunds,
    "Why do buyers send things back?": _summed("returns_daily", ("store_id", "reason", "disposition"), "units"),
    "Do settlements agree with the bank?": settlements,
    "What are settlements about, and what does nobody know?": _summed(
        "settlement_lines", ("kind", "is_refund", "is_profit_or_loss", "currency"), "amount", count=True
    ),
    "What does Amazon take of a unit?": unit_fees,
    "Which advertising loses money?": _picked(
        "ads_matrix", lambda row: (row["margin_after_ads_amount"] or 0) < 0, "store_id", "sku", "cost", "acos_14d",
        "break_even_acos", "margin_after_ads_amount", "quadrant", "currency",
    ),
    "Which search terms are paid for and never bought from?": wasted_terms,
    "Who is cheaper than we are?": cheaper,
    "Which stock is stranded or too old?": stranded_and_old,
    "What does storage cost per unit sold, and what waits for its price?": storage,
    "Which searches do we watch, where do we stand in them, and what do they bring?": watched_searches,
}  # fmt: skip
