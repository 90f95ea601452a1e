"""Compares sums of the marts with sums of the relations that they are made of, by store or account and day.

`SUMS` lists what is compared. A contract test checks that each staging model is in it, or in `NOT_SUMMED` with the
reason. Orders are compared one by one in `orders.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import psycopg


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A mart, and the relations below it whose rows it sums up.

    below: relation -> condition on its rows ('' for all). keys: the columns by which both sides are grouped; if a mart
    has no `account_id`, that of its store is taken. sums: column of the mart -> expression on the rows below.
    has_loads: whether the rows below have a load_id. feeds: the names of the feeds of these rows.
    """

    mart: str
    below: Mapping[str, str]
    sums: Mapping[str, str]
    feeds: tuple[str, ...]
    keys: tuple[str, ...] = ("store_id", "date")
    has_loads: bool = True


def _ads(mart: str, *reports: str) -> Sum:
    return Sum(
        mart=mart,
        below={f"staging.stg_amazon_ads__{report}": "" for report in reports},
        sums={name: f"{name}::numeric" for name in ("cost", "clicks", "impressions")},
        feeds=tuple(f"amazon_ads.{report}" for report in reports),
    )


_ORDERS = ("amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update")
_IS_CANCELLED = " or ".join(
    f"coalesce(lower({column}) in ('cancelled', 'canceled', 'unfulfillable'), false)"
    for column in ("order_status", "item_status")
)
_IS_SOLD = f"not is_multi_channel and not ({_IS_CANCELLED})"
# If a settlement is in several documents, the newest document counts.
_NEWEST_SETTLEMENTS = """(
    select l.*, 1 as line from staging.stg_amazon_sp__settlements_v2 l
    join (
        select distinct on (account_id, settlement_id) account_id, settlement_id, load_id
        from staging.stg_amazon_sp__settlements_v2
        where settlement_id is not null
        order by account_id, settlement_id, report_created_at desc, load_id desc
    ) n using (account_id, settlement_id, load_id))"""
# A returned unit with a license plate counts once, on the day of the newest report that has it. Rows without a license
# plate all count, since they cannot be recognised.
_RETURNED_ONCE = """(
    select distinct on (account_id, sku, amazon_order_id, coalesce(license_plate_number, concat(load_id, '/', row_seq)))
        *
    from staging.stg_amazon_sp__customer_returns
    order by account_id, sku, amazon_order_id, coalesce(license_plate_number, concat(load_id, '/', row_seq)),
        report_created_at desc, load_id desc, date desc, row_seq desc)"""

SUMS: tuple[Sum, ...] = (
    *(
        Sum(
            mart=mart,
            below={"marts.order_items": "date is not null"},
            sums={
                "units + cancelled_units + pending_units + multi_channel_units": "units",
                "item_price_amount": f"case when {_IS_SOLD} then item_price_amount end",
            },
            feeds=_ORDERS,
            has_loads=False,
        )
        for mart in ("sales_daily", "sales_store_daily")
    ),
    Sum(
        mart="traffic_store_daily",
        below={"staging.stg_amazon_sp__sales_and_traffic__by_date": ""},
        sums={name: name for name in ("units_ordered", "ordered_product_sales_amount", "sessions")},
        feeds=("amazon_sp.sales_and_traffic",),
    ),
    Sum(
        mart="traffic_daily",
        below={"staging.stg_amazon_sp__sales_and_traffic__by_asin": ""},
        sums={name: name for name in ("units_ordered", "ordered_product_sales_amount", "sessions")},
        feeds=("amazon_sp.sales_and_traffic",),
    ),
    Sum(
        mart="settlement_lines",
        below={_NEWEST_SETTLEMENTS: "not is_summary"},
        sums={"amount": "amount", "1": "line"},
        feeds=("amazon_sp.settlements_v2",),
        keys=("account_id", "settlement_id"),
    ),
    Sum(
        mart="settlements",
        below={_NEWEST_SETTLEMENTS: "not is_summary"},
        sums={"lines_amount": "amount", "lines": "line"},
        feeds=("amazon_sp.settlements_v2",),
        keys=("account_id", "settlement_id"),
    ),
    Sum(
        mart="settlements",
        below={_NEWEST_SETTLEMENTS: "is_summary"},
        sums={"total_amount": "total_amount"},
        feeds=("amazon_sp.settlements_v2",),
        keys=("account_id", "settlement_id"),
    ),
    Sum(
        mart="returns_daily",
        below={_RETURNED_ONCE: ""},
        sums={"fba_units": "units"},
        feeds=("amazon_sp.customer_returns",),
        keys=("account_id", "date"),
    ),
    Sum(
        mart="returns_daily",
        below={"staging.stg_amazon_sp__merchant_returns": ""},
        sums={"merchant_units": "units", "merchant_refunded_amount": "refunded_amount"},
        feeds=("amazon_sp.merchant_returns",),
    ),
    Sum(
        mart="inventory_ledger_balance",
        below={"staging.stg_amazon_sp__ledger_summary": ""},
        sums={
            "closing_quantity": "ending_quantity",
            "receipts_quantity": "receipts_quantity",
            "customer_shipments_quantity": "customer_shipments_quantity",
        },
        feeds=("amazon_sp.ledger_summary",),
    ),
    Sum(
        mart="removals_daily",
        below={"staging.stg_amazon_sp__removal_orders": ""},
        sums={name: name for name in ("requested_quantity", "in_process_quantity", "removal_fee_amount")},
        feeds=("amazon_sp.removal_orders",),
        keys=("account_id", "date"),
    ),
    Sum(
        mart="removals_daily",
        below={"staging.stg_amazon_sp__removal_shipments": ""},
        sums={"tracked_quantity": "shipped_quantity"},
        feeds=("amazon_sp.removal_shipments",),
        keys=("account_id", "date"),
    ),
    _ads("ads_campaigns_daily", "sp_campaigns", "sb_campaigns", "sd_campaigns"),
    _ads("ads_targets_daily", "sp_targeting", "sb_targeting", "sd_targeting"),
    _ads("ads_products_daily", "sp_advertised_product", "sd_advertised_product"),
    _ads("ads_search_terms_daily", "sp_search_term", "sb_search_term"),
)

_OF_SNAPSHOTS = "the newest snapshot counts for stock, fees and names: nothing is summed up"
_NOT_SUMMED = "no mart sums it up"
NOT_SUMMED: Mapping[str, str] = {
    "amazon_sp__all_orders_by_order_date": "an order counts by its newest delivery: see orders.py",
    "amazon_sp__all_orders_by_last_update": "an order counts by its newest delivery: see orders.py",
    **dict.fromkeys(
        (
            "amazon_sp__merchant_listings",
            "amazon_sp__notifications",
            "amazon_sp__fba_myi_unsuppressed_inventory",
            "amazon_sp__fba_myi_all_inventory",
            "amazon_sp__afn_inventory",
            "amazon_sp__reserved_inventory",
            "amazon_sp__stranded_inventory",
            "amazon_sp__inventory_planning",
            "amazon_sp__restock_recommendations",
            "amazon_sp__estimated_fees",
        ),
        _OF_SNAPSHOTS,
    ),
    **dict.fromkeys(
        ("shopify__products", "shopify__inventory_levels", "ebay__inventory_items", "ebay__offers"),
        _OF_SNAPSHOTS,
    ),
    **dict.fromkeys(
        ("woocommerce__products", "manual__stock"),
        _OF_SNAPSHOTS,
    ),
    **dict.fromkeys(
        ("shopify__orders", "ebay__orders", "woocommerce__orders"), "an order counts by its newest delivery"
    ),
    **dict.fromkeys(("apify__products", "apify__keyword_search"), "of the crawls of a day the last good one counts"),
    **dict.fromkeys(
        ("manual__product_costs", "manual__cost_batches", "manual__fx_rates"),
        "they price other rows, and are not summed",
    ),
    **dict.fromkeys(
        (
            "amazon_sp__ledger_detail",
            "amazon_sp__fulfilled_shipments",
            "amazon_sp__reimbursements",
            "amazon_sp__storage_fees",
            "amazon_sp__search_terms",
            "amazon_sp__market_basket",
            "amazon_sp__repeat_purchase",
            "amazon_sp__search_query_performance",
            "amazon_sp__search_catalog_performance",
            "amazon_data_kiosk__sales_and_traffic_by_asin",
            "amazon_data_kiosk__economics",
            "amazon_ads__sp_placements",
            "amazon_ads__sp_purchased_product",
            "amazon_ads__sb_ads",
            "amazon_ads__sb_purchased_product",
            "amazon_ads__sd_purchased_product",
        ),
        _NOT_SUMMED,
    ),
}
"""Raw tables whose staging model is in no sum above, and why."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A day or settlement of a store or account whose sums differ.

    loads: the loads of the rows below the mart. sums: column of the mart -> (sum below, sum in the mart).
    """

    scope_id: str
    key: str
    loads: tuple[int, ...]
    sums: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """The sums that differ, as text."""
        return "; ".join(
            f"{'lines' if name == '1' else name} {below:f} in what it is made of, {above:f} in the mart"
            for name, (below, above) in self.sums.items()
        )


def differing(conn: psycopg.Connection, each: Sum, stores: Sequence[str] | None) -> Iterator[Differing]:
    """Where a mart's sums differ from those of the relations below it. stores: only these stores and accounts."""
    names = list(each.sums)
    keys = ", ".join(each.keys)
    below = " union all ".join(
        f"select {keys}, {'load_id' if each.has_loads else 'null::bigint as load_id'}, "  # noqa: S608
        + ", ".join(f"({expression})::numeric as v{i}" for i, expression in enumerate(each.sums.values()))
        + f" from {relation} as b {f'where {condition}' if condition else ''}"
        for relation, condition in each.below.items()
    )
    of_account = "account_id" in each.keys
    mart = f"marts.{each.mart}"
    above = f"select m.*{', s.account_id' if of_account else ''} from {mart} m" + (  # noqa: S608
        f""" join (
            select distinct on (h.store_id) h.store_id, coalesce(s.account_id, a.account_id) as account_id
            from (select distinct store_id from {mart}) h left join ops.stores s using (store_id)
            left join ops.stores a on s.store_id is null and a.seller_id = split_part(h.store_id, ':', 2)
            order by h.store_id, a.account_id
        ) s using (store_id)"""  # noqa: S608
        if of_account
        else ""
    )
    totals = ", ".join(f"coalesce(sum(v{i}), 0) as v{i}" for i in range(len(names)))
    of_mart = ", ".join(f"coalesce(sum({name}), 0)::numeric as v{i}" for i, name in enumerate(names))
    figures = ", ".join(f"coalesce(b.v{i}, 0), coalesce(a.v{i}, 0)" for i in range(len(names)))
    unequal = " or ".join(f"coalesce(b.v{i}, 0) <> coalesce(a.v{i}, 0)" for i in range(len(names)))
    first, second = each.keys
    query = f"""
        with below as (
            select {keys}, array_agg(distinct load_id) filter (where load_id is not null) as loads, {totals}
            from ({below}) as lines where {second} is not null group by {keys}
        ), above as (
            select {keys}, {of_mart} from ({above}) as lines group by {keys}
        )
        select coalesce(b.{first}, a.{first}), coalesce(b.{second}::text, a.{second}::text), b.loads, {figures}
        from below b full join above a on (b.{first}, b.{second}) = (a.{first}, a.{second})
        where ({unequal}) and (%(stores)s::text[] is null or coalesce(b.{first}, a.{first}) = any(%(stores)s))
        order by 1, 2
        """  # noqa: S608
    for scope, key, loads, *found in conn.execute(
        query.encode(), {"stores": list(stores) if stores is not None else None}
    ):
        pairs = {name: (found[2 * i], found[2 * i + 1]) for i, name in enumerate(names)}
        yield Differing(
            scope, key, tuple(loads or ()), {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        )
