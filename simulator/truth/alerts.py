"""alerts: the incidents of a store, from the first to the last day on which something was so, and the day it was over.

Tradewind looks each time it runs: the first time two weeks back, later from the last day of which it knew anything. A
day of which it knows nothing ends nothing. The thresholds are those that users get without a file of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulator.truth.advertising import ads_campaigns_daily
from simulator.truth.advertising_matrix import ads_matrix
from simulator.truth.advertising_terms import ads_negative_candidates
from simulator.truth.alert_business import BUSINESS
from simulator.truth.alert_falls import DAYS, of_sales, of_visits
from simulator.truth.alert_pages import PAGES
from simulator.truth.inventory import inventory_daily
from simulator.truth.inventory_health import inventory_health
from simulator.truth.known import Known
from simulator.truth.notices import KINDS as TOLD_KINDS
from simulator.truth.notices import told
from simulator.truth.sales import sales_daily
from simulator.truth.traffic import traffic_daily
from simulator.world.marketplaces import local_day

LOOK_BACK = timedelta(days=13)
LOOK_FURTHER_BACK = dict.fromkeys(("sessions_fallen", "conversion_fallen"), timedelta(days=DAYS - 1))
FORGOTTEN = timedelta(days=30)

KINDS = frozenset({
    *("out_of_stock", "will_be_out", "overstock", "aged_surcharge", "stranded", "suppressed", "listing_inactive"),
    *("sales_fallen", "sessions_fallen", "conversion_fallen", "buy_box_lost", "refunds_above_usual"),
    *("acos_above_break_even", "spend_without_orders", "budget_used_up", "spend_stopped"),
    *("competitor_price_cut", "competitor_out_of_stock", "competitor_back"),
    *("other_seller", "own_title_changed", "own_price_changed", "rating_dropped", "reviews_dropped", "bsr_dropped"),
    *("fee_changed", "reconciliation_difference", "data_missing", "store_refused", "schedule_late"),
    *TOLD_KINDS,
})  # fmt: skip
"""The kinds of which all incidents are told: of those of which there is none, an alert is a false one."""

# (store, kind) -> rows (subject, day, whether it is so) of what is known
Row = tuple[str, str, str, date, bool]


def alerts(known: Known) -> Iterator[dict]:
    """One row per incident."""
    return _incidents(known, (*_STOCK, *_TRAFFIC_AND_ADS, *PAGES, *BUSINESS, told))


def told_alerts(known: Known) -> Iterator[dict]:
    """One row per incident of the kinds that only messages of a queue tell of."""
    return _incidents(known, (told,))


def _incidents(known: Known, readers: Iterable[Reader]) -> Iterator[dict]:
    stores = {store.store_id: store for _, store, _ in known.stores(configured_only=True)}
    incidents: dict[tuple[str, str, str], list[list]] = {}
    reached: dict[tuple[str, str], date] = {}
    for run in known.runs():
        rows: dict[tuple[str, str], list[tuple[str, date, bool]]] = {}
        lasting = {key for key, spans in incidents.items() if spans and spans[-1][2] is None}
        for read in readers:
            for store_id, kind, subject, day, so in read(run):
                rows.setdefault((store_id, kind), []).append((subject, day, so))
        for (store_id, kind), found in rows.items():
            if store_id not in stores:
                continue
            today = local_day(stores[store_id].marketplace.time_zone, run.now)
            begin = reached.get((store_id, kind), today - LOOK_FURTHER_BACK.get(kind, LOOK_BACK))
            seen = sorted(row for row in found if begin <= row[1] <= today)
            if kind == "spend_without_orders":  # a term that is no candidate any more is so no longer
                seen += [
                    (subject, max(row[1] for row in seen), False)
                    for of, which, subject in lasting
                    if (of, which) == (store_id, kind) and seen and subject not in {row[0] for row in seen}
                ]
            for subject, day, so in seen:
                follow(incidents.setdefault((store_id, kind, subject), []), day, so, at_once=kind in _AT_ONCE)
            if seen:
                reached[store_id, kind] = max(row[1] for row in seen)
                _forget(incidents, store_id, kind, reached[store_id, kind])
    for (store_id, kind, subject), spans in incidents.items():
        for first, last, over in spans:
            yield {
                "store_id": store_id,
                "tenant_id": stores[store_id].tenant_id,
                "kind": kind,
                "subject": subject,
                "first_seen": first,
                "last_seen": last,
                "resolved_at": over,
            }


def follow(spans: list[list], day: date, so: bool, *, at_once: bool) -> None:
    """Go on with the incidents of one subject, each [first, last, over], by a day."""
    last = spans[-1] if spans else None
    if so:
        if last is None or (last[2] is not None and day > last[2]):
            spans.append([day, day, None])
        elif day >= last[1]:
            last[1], last[2] = day, None
    elif last is not None and last[2] is None and (day > last[1] or (at_once and day == last[1])):
        last[2] = day


def _forget(incidents: dict[tuple[str, str, str], list[list]], store_id: str, kind: str, reached: date) -> None:
    for (of, which, _), spans in incidents.items():
        if (of, which) == (store_id, kind) and spans and spans[-1][2] is None and reached - spans[-1][1] > FORGOTTEN:
            spans[-1][2] = reached


# What is seen not to be so on the very day on which it was is over on that day.
_AT_ONCE = {
    *("will_be_out", "overstock", "aged_surcharge", "stranded", "suppressed"),
    *("acos_above_break_even", "spend_without_orders"),
    *("listing_inactive", "refunds_above_usual", "reconciliation_difference"),
    *("data_missing", "store_refused", "schedule_late"),
    *TOLD_KINDS,
}


def _out_of_stock(known: Known) -> Iterator[Row]:
    sold: dict[tuple[str, str], dict[date, int]] = {}
    for row in sales_daily(known):
        units = row["units"] + row["pending_units"] + row["multi_channel_units"]
        sold.setdefault((row["store_id"], row["sku"]), {})[row["date"]] = units
    for row in inventory_daily(known):
        left = row["snapshot_fulfillable_quantity"]
        left = row["ledger_ending_quantity"] if left is None else left
        day = row["date"]
        month = {day - timedelta(days=n) for n in range(31)}
        days = sold.get((row["store_id"], row["sku"]), {})
        if left is not None and sum(units for at, units in days.items() if at in month) > 0:
            yield row["store_id"], "out_of_stock", row["sku"], day, left == 0


def _health(known: Known) -> Iterator[Row]:
    for row in inventory_health(known):
        store, sku, day = row["store_id"], row["sku"], row["as_of_date"]
        cover, lead = row["days_of_cover_with_inbound"], row["lead_time_days"]
        if not row["is_suppressed"] and row["fulfillable_quantity"] > 0 and cover is not None:
            yield store, "will_be_out", sku, day, cover - (30 if lead is None else lead) <= 0
        if row["days_of_cover"] is not None and (row["overstock_quantity"] or 0) >= 20:
            yield store, "overstock", sku, day, row["days_of_cover"] >= 180
        if row["aged_surcharge_amount"] is not None and row["planning_date"] is not None:
            charge = row["aged_surcharge_amount"] >= Decimal("0.01")
            yield store, "aged_surcharge", sku, row["planning_date"], charge
        stranded = row["stranded_quantity"] or 0
        yield store, "stranded", sku, day, stranded >= 1
        hidden = row["is_suppressed"] and not stranded
        yield store, "suppressed", sku, day, hidden and row["fulfillable_quantity"] + row["reserved_quantity"] >= 1


def _buy_box(known: Known) -> Iterator[Row]:
    views: dict[tuple[str, str, date], list[Decimal]] = {}
    for row in traffic_daily(known):
        if row["buy_box_page_views"] is not None:
            seen = views.setdefault((row["store_id"], row["child_asin"], row["date"]), [Decimal(0), Decimal(0)])
            seen[0] += row["buy_box_page_views"]
            seen[1] += row["page_views"]
    for (store, asin, day), (with_box, every) in views.items():
        if every >= 20:
            yield store, "buy_box_lost", asin, day, with_box * 2 <= every


def _ads(known: Known) -> Iterator[Row]:
    for row in ads_matrix(known):
        even = row["break_even_acos"]
        even = row["estimated_break_even_acos"] if even is None else even
        if row["clicks"] >= 20 and row["acos_14d"] is not None and even is not None and even > 0:
            yield row["store_id"], "acos_above_break_even", row["sku"], row["window_end"], row["acos_14d"] >= even
    for row in ads_negative_candidates(known):
        yield row["store_id"], "spend_without_orders", row["search_term"], row["window_end"], row["clicks"] >= 15
    for row in ads_campaigns_daily(known):
        budget = row["campaign_budget_amount"]
        if budget:
            used = 100 * row["cost"] >= 95 * budget
            yield row["store_id"], "budget_used_up", row["campaign_id"], row["date"], used


Reader = Callable[[Known], Iterable[Row]]
_STOCK: tuple[Reader, ...] = (_out_of_stock, _health)
_TRAFFIC_AND_ADS: tuple[Reader, ...] = (_buy_box, _ads, of_sales, of_visits)
