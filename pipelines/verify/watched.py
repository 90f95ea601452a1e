"""Which sums are watched of each raw table, and by what rule its staging model holds fewer rows.

Tables and columns come from the catalogue, the staging model from the table's name. Of a delimited document the sums
are what its staging model casts to units and money (`cast_sums`), if `WATCHED` does not choose. `WATCHED` has what
cannot be derived: JSON documents, rows that are merged, and why there is nothing to sum. A contract test asks for what
is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS, Feed, Section, column_name
from pipelines.transformation.news import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A rule by which rows that count may be missing in staging. It is proved for each row.

    kind: 'equal': equal elements of a document count once. 'same key': a row of another delivery, or of a later line,
    has the same key. 'other marketplace': a store's report also has rows of the account's other stores.
    reason: the name of this difference in the report.
    raw, staging: SQL expressions on the raw row `r` (with its load's `scope_id`) and on the staging row `s`. For 'same
    key' they are the key, for 'other marketplace' the row's marketplace.
    """

    kind: Literal["equal", "same key", "other marketplace"]
    reason: str
    raw: tuple[str, ...] = ()
    staging: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched in a raw table.

    sums: header of the document (for JSON: keys, joined by dots) -> column of the staging model. why_none: the reason
    if there are no sums. merges: see `Merge`.
    """

    sums: Mapping[str, str] = field(default_factory=dict)
    why_none: str = ""
    merges: tuple[Merge, ...] = ()


def staging_model(feed: Feed, section: Section) -> str:
    """The name of a raw table's staging model, without schema: `stg_amazon_sp__sales_and_traffic__by_date`."""
    return f"stg_{feed.table(section)}"


_EQUAL = (Merge(kind="equal", reason="equal elements of a document, which are one"),)
_ADS = {"cost": "cost", "clicks": "clicks", "impressions": "impressions"}
_ORDERS = {
    "quantity": "units",
    "item-price": "item_price_amount",
    "item-tax": "item_tax_amount",
    "shipping-price": "shipping_price_amount",
    "item-promotion-discount": "item_promotion_discount_amount",
}
_STOCK = {
    "afn-fulfillable-quantity": "fulfillable_quantity",
    "afn-total-quantity": "total_quantity",
    "your-price": "your_price_amount",
}
_OF_ASIN = (
    Merge(
        kind="same key",
        reason="rows of an ASIN whose newer delivery counts",
        raw=("scope_id", "r.item ->> 'asin'"),
        staging=("s.store_id", "s.asin"),
    ),
)


def _other_stores(column: str, staged: str) -> tuple[Merge, ...]:
    return (
        Merge(
            kind="other marketplace",
            reason="rows of another marketplace, whose store has a report of its own",
            raw=(f"btrim(r.{column})",),
            staging=(f"btrim(s.{staged})",),
        ),
    )


WATCHED: dict[str, Watched] = {
    "shopify__products": Watched(sums={"price": "price_amount"}),
    "shopify__inventory_levels": Watched(why_none="quantities are a list within the row, by name"),
    "shopify__orders": Watched(why_none="units and amounts are in lists within the row: lines and refunds"),
    "ebay__inventory_items": Watched(sums={"availability.shipToLocationAvailability.quantity": "quantity"}),
    "ebay__offers": Watched(sums={"pricingSummary.price.value": "price_amount"}),
    "ebay__orders": Watched(why_none="units and amounts are in lists within the row: lines and refunds"),
    "woocommerce__products": Watched(sums={"price": "price_amount", "stock_quantity": "stock_quantity"}),
    "woocommerce__orders": Watched(why_none="units and amounts are in lists within the row: lines and refunds"),
    "amazon_sp__all_orders_by_order_date": Watched(sums=_ORDERS),
    "amazon_sp__all_orders_by_last_update": Watched(sums=_ORDERS),
    "amazon_sp__fulfilled_shipments": Watched(
        sums={
            "quantity-shipped": "units",
            "item-price": "item_price_amount",
            "item-tax": "item_tax_amount",
            "shipping-price": "shipping_price_amount",
        }
    ),
    "amazon_sp__sales_and_traffic__by_date": Watched(
        sums={
            "salesByDate.orderedProductSales.amount": "ordered_product_sales_amount",
            "salesByDate.unitsOrdered": "units_ordered",
            "trafficByDate.sessions": "sessions",
        }
    ),
    "amazon_sp__sales_and_traffic__by_asin": Watched(
        sums={
            "salesByAsin.orderedProductSales.amount": "ordered_product_sales_amount",
            "salesByAsin.unitsOrdered": "units_ordered",
            "trafficByAsin.sessions": "sessions",
        }
    ),
    "amazon_sp__merchant_listings": Watched(sums={"price": "price_amount", "quantity": "quantity"}),
    "amazon_sp__fba_myi_unsuppressed_inventory": Watched(sums=_STOCK),
    "amazon_sp__fba_myi_all_inventory": Watched(sums=_STOCK),
    "amazon_sp__afn_inventory": Watched(sums={"Quantity Available": "quantity"}),
    "amazon_sp__reserved_inventory": Watched(sums={"reserved_qty": "reserved_quantity"}),
    "amazon_sp__stranded_inventory": Watched(
        sums={"fulfillable-qty": "fulfillable_quantity", "your-price": "your_price_amount"}
    ),
    "amazon_sp__inventory_planning": Watched(
        sums={"available": "available_quantity", "your-price": "your_price_amount"},
        merges=_other_stores("marketplace", "marketplace"),
    ),
    "amazon_sp__restock_recommendations": Watched(
        sums={"Available": "available_quantity", "Price": "price_amount"},
        merges=_other_stores("country", "country"),
    ),
    "amazon_sp__ledger_summary": Watched(
        sums={
            "Ending Warehouse Balance": "ending_quantity",
            "Receipts": "receipts_quantity",
            "Customer Shipments": "customer_shipments_quantity",
        }
    ),
    "amazon_sp__ledger_detail": Watched(sums={"Quantity": "quantity"}),
    "amazon_sp__customer_returns": Watched(
        sums={"quantity": "units"},
        merges=(
            Merge(
                kind="same key",
                reason="returns of a license plate that a newer delivery has",
                raw=("scope_id", "nullif(btrim(r.license_plate_number), '')"),
                staging=("s.account_id", "s.license_plate_number"),
            ),
        ),
    ),
    "amazon_sp__merchant_returns": Watched(
        sums={"Return quantity": "units", "Refunded Amount": "refunded_amount"},
    ),
    "amazon_sp__settlements_v2": Watched(sums={"amount": "amount", "total-amount": "total_amount"}),
    "amazon_sp__reimbursements": Watched(
        sums={"amount-total": "total_amount", "quantity-reimbursed-total": "total_units"}
    ),
    "amazon_sp__estimated_fees": Watched(
        sums={
            "estimated-fee-total": "fee_total_amount",
            "estimated-referral-fee-per-unit": "referral_fee_amount",
        },
        merges=(
            Merge(
                kind="other marketplace",
                reason="rows in another currency, whose store has a report of its own",
                raw=("upper(btrim(r.currency))",),
                staging=("s.currency",),
            ),
        ),
    ),
    "amazon_sp__storage_fees": Watched(sums={"estimated_monthly_storage_fee": "fee_amount"}),
    "amazon_sp__search_terms": Watched(why_none="ranks and shares of a market: no sum of them means anything"),
    "amazon_sp__notifications": Watched(why_none="messages of many types; one that came twice counts once"),
    "amazon_sp__market_basket": Watched(why_none="ranks and shares: no sum of them means anything"),
    "amazon_sp__repeat_purchase": Watched(
        sums={"repeatPurchaseRevenue.amount": "repeat_purchase_revenue_amount", "orders": "orders"}
    ),
    "amazon_sp__search_query_performance": Watched(
        sums={"clickData.asinClickCount": "asin_clicks", "impressionData.asinImpressionCount": "asin_impressions"},
        merges=_OF_ASIN,
    ),
    "amazon_sp__search_catalog_performance": Watched(
        sums={
            "clickData.clickCount": "clicks",
            "purchaseData.searchTrafficSales.amount": "search_traffic_sales_amount",
        },
        merges=_OF_ASIN,
    ),
    "amazon_data_kiosk__sales_and_traffic_by_asin": Watched(
        sums={
            "sales.orderedProductSales.amount": "ordered_product_sales_amount",
            "sales.unitsOrdered": "units_ordered",
            "traffic.sessions": "sessions",
        }
    ),
    "amazon_data_kiosk__economics": Watched(
        sums={
            "sales.orderedProductSales.amount": "ordered_product_sales_amount",
            "sales.unitsOrdered": "units_ordered",
            "netProceeds.total.amount": "net_proceeds_amount",
        }
    ),
    **{
        f"amazon_ads__{name}": Watched(sums=_ADS, merges=_EQUAL)
        for name in (
            *("sp_campaigns", "sp_placements", "sp_targeting", "sp_advertised_product", "sp_search_term"),
            *("sb_campaigns", "sb_ads", "sb_targeting", "sb_search_term"),
            *("sd_campaigns", "sd_advertised_product", "sd_targeting"),
        )
    },
    "amazon_ads__sp_purchased_product": Watched(
        sums={"sales14d": "sales_14d", "unitsSoldClicks14d": "units_14d"}, merges=_EQUAL
    ),
    "amazon_ads__sb_purchased_product": Watched(
        sums={"sales14d": "sales", "unitsSold14d": "units_sold"}, merges=_EQUAL
    ),
    "amazon_ads__sd_purchased_product": Watched(
        sums={"salesBrandHalo": "sales", "unitsSoldBrandHalo": "units_sold"}, merges=_EQUAL
    ),
    "apify__products": Watched(
        why_none="where an item holds its price depends on each run's mapping; rows are counted"
    ),
    "apify__keyword_search": Watched(why_none="places in search results are no amounts; rows are counted"),
    "manual__product_costs": Watched(
        sums={"unit_cost": "unit_cost_amount"},
        merges=(
            Merge(
                kind="same key",
                reason="costs of a SKU that a newer line has",
                raw=("scope_id", "btrim(r.sku)"),
                staging=("s.store_id", "s.sku"),
            ),
        ),
    ),
    "manual__cost_batches": Watched(
        sums={"quantity": "units", "unit_cost": "unit_cost_amount"},
        merges=(
            Merge(
                kind="same key",
                reason="batches of an older file: the newest one is the whole list",
                raw=("scope_id",),
                staging=("s.store_id",),
            ),
        ),
    ),
    "manual__stock": Watched(
        sums={"on_hand": "on_hand_quantity"},
        merges=(
            Merge(
                kind="same key",
                reason="stock of an older file, or of an earlier line: the newest one is the whole list",
                raw=("scope_id",),
                staging=("s.store_id",),
            ),
        ),
    ),
    "manual__fx_rates": Watched(
        sums={"rate": "rate"},
        merges=(
            Merge(
                kind="same key",
                reason="rates of a day and pair that a later line has",
                raw=("upper(btrim(r.base_currency))", "upper(btrim(r.quote_currency))"),
                staging=("s.base_currency", "s.quote_currency"),
            ),
        ),
    ),
}


_CAST = re.compile(r'as_(?:integer|numeric)\("r\.(\w+)"\) *\}\} as (units|\w+_(?:units|quantity|amount))\b')


def cast_sums(feed: Feed, section: Section) -> dict[str, str]:
    """What the staging model of a delimited document casts to units and money: header -> column of the model.

    Nothing of JSON documents, of columns cast in another way, and where there is no staging model (yet).
    """
    if feed.is_json:
        return {}
    headers = {column_name(header): header for header in section.known}
    casts = _casts(feed.source, staging_model(feed, section))
    return {headers[column]: staged for column, staged in casts if column in headers}


@cache
def _casts(source: str, model: str) -> list[tuple[str, str]]:
    path = MODELS / "staging" / source / f"{model}.sql"
    return _CAST.findall(path.read_text(encoding="utf-8")) if path.exists() else []


def watched(feed: Feed, section: Section) -> Watched:
    """What is watched of a raw table. Raises KeyError for one of which nothing is said and nothing can be derived."""
    table = feed.table(section)
    sums = {} if table in WATCHED else cast_sums(feed, section)
    return Watched(sums=sums) if sums else WATCHED[table]


def chosen(names: Sequence[str] | None) -> list[Feed]:
    """The feeds with these names; all feeds if none is given. Raises ConfigError for an unknown name."""
    unknown = sorted(set(names or ()) - set(FEEDS))
    if unknown:
        raise ConfigError(f"There is no feed {', '.join(unknown)}. The feeds are: {', '.join(FEEDS)}.")
    return [feed for feed in FEEDS.values() if not names or feed.name in names]
