"""shop_order_lines, shop_sales_daily, channel_listings, stock_central, sales_all_channels_daily: the marts of channels.

From the events of shops and of the warehouse. What may be known of a variant is its `mapped_sku`; a proposal is worked
out here anew from what the variants and offers are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from simulator.truth.known import Known, converted
from simulator.truth.sales import sales_daily
from simulator.truth.staging import KINDS_OF_SHOPS
from simulator.truth.staging.inventory import listings
from simulator.truth.staging.shops import businesses, line_rows, listing_rows, order_rows
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.own_stock import OwnStock
from simulator.world.shops.shop import SimShop

ZERO = Decimal(0)


def shop_order_lines(known: Known) -> Iterator[dict]:
    """Every line of every order of every shop."""
    for shop, business in businesses(known):
        truth = KINDS_OF_SHOPS[shop.kind].TRUTH
        for order, row in order_rows(truth, shop, business, known.now):
            for line in line_rows(truth, shop, order, row, known.now):
                yield row | line | {"channel": shop.kind, "item_price_net_amount": line["item_price_amount"]}


@dataclass(slots=True)
class _Day:
    orders: set[str] = field(default_factory=set)
    units: int = 0
    cancelled: int = 0
    refunded: int | None = None
    channel: str = ""
    price: Decimal = ZERO
    discount: Decimal = ZERO
    given_back: Decimal = ZERO


def shop_sales_daily(known: Known) -> Iterator[dict]:
    """The orders of shops by day and SKU."""
    days: dict[tuple[str, str, str, date, str], _Day] = defaultdict(_Day)
    for row in shop_order_lines(known):
        day = days[row["store_id"], row["tenant_id"], row["currency"], row["date"], row["sku"]]
        day.channel = row["channel"]
        if row["refunded_units"] is not None:
            day.refunded = day.refunded or 0
        if row["is_cancelled"]:
            day.cancelled += row["units"]
            continue
        day.orders.add(row["order_id"])
        day.units += row["units"]
        if row["refunded_units"]:
            day.refunded = (day.refunded or 0) + row["refunded_units"]
        day.price += row["item_price_amount"]
        day.discount += row["discount_amount"]
        day.given_back += row["refunded_amount"]
    for (shop_id, tenant_id, currency, when, sku), day in days.items():
        reporting, rate, fx_date = known.reporting(tenant_id, currency, when)
        yield {
            "store_id": shop_id,
            "tenant_id": tenant_id,
            "channel": day.channel,
            "date": when,
            "sku": sku,
            "orders": len(day.orders),
            "units": day.units,
            "cancelled_units": day.cancelled,
            "refunded_units": day.refunded,
            "item_price_amount": day.price,
            "item_price_net_amount": day.price,
            "discount_amount": day.discount,
            "refunded_amount": day.given_back,
            "currency": currency,
            "reporting_currency": reporting,
            "item_price_amount_reporting": converted(day.price, rate),
            "item_price_net_amount_reporting": converted(day.price, rate),
            "fx_date": fx_date,
        }


def channel_listings(known: Known) -> Iterator[dict]:
    """What Amazon's stores list, and the variants of shops, each with what it is mapped to or may be."""
    of_tenant: dict[str, list[dict]] = defaultdict(list)
    for row in _listed_at_amazon(known):
        of_tenant[row["tenant_id"]].append(row)
    for shop, business in businesses(known):
        of_tenant[shop.tenant_id] += _listed_in_shop(shop, business)
    for tenant_id, rows in of_tenant.items():
        central = {sku for stock in known.world.own_stocks if stock.tenant_id == tenant_id for sku in stock.central}
        for row in rows:
            named = row.pop("named")
            same = row["channel_sku"] if row["channel_sku"] in central else None
            row["central_sku"] = named or same
            row["mapped_by"] = "settings" if named else "sku" if same else None
        for row in rows:
            sku, why = (None, None) if row["central_sku"] else _proposal(row, rows, central)
            yield {**row, "proposed_sku": sku, "proposed_by": why}


def _proposal(row: dict, rows: list[dict], central: set[str]) -> tuple[str | None, str | None]:
    def only(found: set[str]) -> str | None:
        return next(iter(found)) if len(found) == 1 else None

    alike = {sku for sku in central if _bare(sku) == _bare(row["channel_sku"])} if _bare(row["channel_sku"]) else set()
    if sku := only(alike):
        return sku, "sku"
    mapped = [each for each in rows if each["central_sku"]]
    by_asin: set[str] = set()
    for name in {row["asin"], row["barcode"], row["channel_sku"]} - {None, ""}:
        if sku := only({each["central_sku"] for each in mapped if each["asin"] == name}):
            by_asin.add(sku)
    if sku := only(by_asin):
        return sku, "asin"
    same = {each["central_sku"] for each in mapped if row["barcode"] and each["barcode"] == row["barcode"]}
    return (sku, "barcode") if (sku := only(same)) else (None, None)


def _bare(sku: str) -> str:
    return re.sub(r"[\W_]", "", sku.lower())


def _listed_at_amazon(known: Known) -> Iterator[dict]:
    accounts = {store.store_id: account.account_id for account in known.world.accounts for store in account.stores}
    found: dict[tuple[str, str, str], dict] = {}
    for row in listings(known):
        key = (row["store_id"], row["asin"] or "", row["sku"])
        if key not in found or row["date"] >= found[key]["date"]:
            found[key] = row
    newest = {store: max(row["date"] for key, row in found.items() if key[0] == store) for store, *_ in found}
    for (store_id, item_id, sku), row in found.items():
        if row["date"] == newest[store_id]:
            yield {
                "store_id": store_id,
                "tenant_id": row["tenant_id"],
                "channel": "amazon",
                "account": accounts[store_id],
                "item_id": item_id,
                "channel_sku": sku,
                "title": row["item_name"],
                "barcode": row["product_id"] if row["product_id_type"] in ("2", "3", "4") else None,
                "asin": row["asin"],
                "price_amount": row["price_amount"],
                "currency": row["currency"],
                "status": row["status"],
                "named": None,
            }


def _listed_in_shop(shop: SimShop, business: ShopBusiness) -> Iterator[dict]:
    truth = KINDS_OF_SHOPS[shop.kind].TRUTH
    for variant, row in zip(business.variants, listing_rows(truth, shop, business), strict=True):
        yield {**row, "channel": shop.kind, "account": shop.domain, "asin": None, "named": variant.named or None}


def stock_central(known: Known) -> Iterator[dict]:
    """The warehouse as its file counted it, less what waits for it and what has left since."""
    for stock in known.world.own_stocks:
        stock.until(known.now)
        counted = known.now  # the file is written and imported anew whenever the world is looked at
        reserved, sent = _promised(known, stock, counted)
        places: dict[str, dict[str, int]] = defaultdict(dict)
        for sku, location in stock.warehouse.places():
            places[sku][location] = stock.warehouse.on_hand(sku, location, counted)
        for sku, held in places.items():
            on_hand = sum(held.values())
            yield {
                "store_id": stock.beside,
                "tenant_id": stock.tenant_id,
                "central_sku": sku,
                "on_hand_quantity": on_hand,
                "on_hand_by_location": dict(sorted(held.items(), key=lambda each: (len(each[0]), each[0]))),
                "reserved_quantity": reserved[sku],
                "sent_since_quantity": sent[sku],
                "available_quantity": on_hand - reserved[sku] - sent[sku],
                "as_of": counted,
            }


def _promised(known: Known, stock: OwnStock, counted: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Units by own SKU that open orders wait for, and that have left since the count: of all channels."""
    reserved: dict[str, int] = defaultdict(int)
    sent: dict[str, int] = defaultdict(int)
    for _, store, seller in known.stores(configured_only=True):
        if store.tenant_id != stock.tenant_id:
            continue
        for order in seller.orders(known.now):
            state = order.state(known.now)
            for index, line in enumerate(order.lines):
                if order.channel != "Merchant" or line.offer.sku not in stock.central or state.cancelled(index):
                    continue
                if state.status.startswith("Shipped"):
                    sent[line.offer.sku] += line.quantity if state.at > counted else 0
                else:
                    reserved[line.offer.sku] += line.quantity
    for business in stock.businesses.values():
        for own in business.orders_by(known.now):
            for part in own.lines:
                sku = part.variant.mapped_sku
                if sku is None:
                    continue
                if own.is_open(known.now):
                    reserved[sku] += part.quantity
                elif own.shipped is not None and counted < own.shipped <= known.now:
                    sent[sku] += part.quantity
    return reserved, sent


def sales_all_channels_daily(known: Known) -> Iterator[dict]:
    """Amazon's days and those of shops, with the own SKU of what is listed."""
    central: dict[tuple[str, str], str] = {}
    for row in channel_listings(known):
        if row["central_sku"]:
            central[row["store_id"], row["channel_sku"]] = row["central_sku"]
    for row in sales_daily(known):
        yield {
            **row,
            "channel": "amazon",
            "discount_amount": row["item_promotion_discount_amount"],
            "central_sku": central.get((row["store_id"], row["sku"])),
        }
    for row in shop_sales_daily(known):
        yield {**row, "central_sku": central.get((row["store_id"], row["sku"]))}
