"""WooCommerce's REST API v3 of a shop: products with variations, orders with refunds, quantities that a client sets.

Rules are those of WooCommerce 9.9 (its REST controllers, class-wc-webhook.php and docs): Basic authentication by a
consumer key, pages of at most 100 with X-WP-Total, dates without a zone, errors as {code, message, data.status}. A
batch fails item by item inside a 200, and nothing is compared before it is set.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from simulator.apis.simulation import Simulation
from simulator.apis.stock_writes import Made, digest_of
from simulator.apis.wire import BadBody, Call, Reply, json_reply
from simulator.world.instants import iso
from simulator.world.marketplaces import midnight
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopOrder, ShopRefund, happened
from simulator.world.shops.shop import SimShop, Variant

MOST, USUAL, MOST_IN_BATCH = 100, 10, 100
Row = dict[str, Any]


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose consumer key it is."""
    kind, _, given = call.headers.get("authorization", "").partition(" ")
    try:
        key, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        key = password = ""
    shops = (shop for shop in sim.world.shops if shop.kind == "woocommerce" and kind == "Basic")
    call.identity = next((shop for shop in shops if (shop.client_id, shop.client_secret) == (key, password)), None)
    call.seller = call.identity.shop_id if call.identity else ""
    call.report_type = call.operation


def error(status: int, code: str, message: str, **data: Any) -> Reply:
    """An error as WordPress writes it."""
    return json_reply(status, {"code": code, "message": message, "data": {"status": status, **data}})


def _guarded(handler: Callable[[Call, Simulation], Reply]) -> Callable[[Call, Simulation], Reply]:
    def answer(call: Call, sim: Simulation) -> Reply:
        if call.identity is None or call.action("expired_token"):
            return error(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
        if call.action("role_403"):
            return error(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        return handler(call, sim)

    return answer


def index(call: Call, sim: Simulation) -> Reply:
    """GET /wp-json/: what the site is, for everybody. Of several shops it is the first one's."""
    del call
    shop = next(each for each in sim.world.shops if each.kind == "woocommerce")
    return json_reply(200, {"name": shop.domain, "timezone_string": shop.time_zone, "namespaces": ["wc/v3"]})


def _currency(call: Call, sim: Simulation) -> Reply:
    del sim
    return json_reply(200, {"code": call.identity.currency, "name": "", "symbol": "$"})


def _products(call: Call, sim: Simulation) -> Reply:
    business = sim.world.shop_business(call.identity)
    rows: dict[str, Row] = {}
    for each in business.variants:
        if each.variant_id == each.product_id:
            rows[each.product_id] = _product(sim, business, each)
        else:
            parent = rows.setdefault(each.product_id, _parent(business, each))
            parent["variations"].append(int(each.variant_id))
    found = [row for row in rows.values() if call.query.get("type") in (None, row["type"])]
    return _page(call, sorted(_included(call, found), key=lambda row: row["id"]))


def _included(call: Call, rows: list[Row]) -> list[Row]:
    """Those of the ids that `include` names; all where it names none."""
    wanted = set(call.query.get("include", "").split(",")) - {""}
    return [row for row in rows if not wanted or str(row["id"]) in wanted]


def _variations(call: Call, sim: Simulation) -> Reply:
    business, wanted = sim.world.shop_business(call.identity), call.path_params["product"]
    found = [each for each in business.variants if each.product_id == wanted and each.variant_id != wanted]
    rows = _included(call, [_variation(sim, business, each) for each in found])
    return _page(call, sorted(rows, key=lambda row: row["id"]))


def _orders(call: Call, sim: Simulation) -> Reply:
    business, now = sim.world.shop_business(call.identity), sim.clock.business()
    zone = UTC if call.query.get("dates_are_gmt") == "true" else ZoneInfo(call.identity.time_zone)
    found = list(business.orders_by(now))
    try:
        if after := call.query.get("modified_after"):
            found = [each for each in found if each.updated(now) > _instant(after, zone)]
        if before := call.query.get("modified_before"):
            found = [each for each in found if each.updated(now) < _instant(before, zone)]
    except ValueError:
        return error(400, "rest_invalid_param", "Invalid parameter(s): modified_after, modified_before")
    rows = sorted((_order(business, each, now) for each in found), key=lambda row: row["id"])
    return _page(call, rows if call.query.get("order") == "asc" else rows[::-1])


def _refunds(call: Call, sim: Simulation) -> Reply:
    business, now = sim.world.shop_business(call.identity), sim.clock.business()
    for order in business.orders_by(now):
        if order.order_id == call.path_params["order"]:
            return _page(call, [_refund(business, order, each) for each in order.refunds_by(now)])
    return error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid order ID.")


def _batch(call: Call, sim: Simulation) -> Reply:
    """POST products/batch and products/ID/variations/batch, of quantities only."""
    try:
        asked = list(call.json().get("update") or [])
    except (BadBody, AttributeError, TypeError):
        return error(400, "rest_invalid_json", "Invalid JSON body passed.")
    if len(asked) > MOST_IN_BATCH:
        text = f"Unable to accept more than {MOST_IN_BATCH} items for this request."
        return error(413, "woocommerce_rest_request_entity_too_large", text)
    return json_reply(200, {"update": [_set(call, sim, each) for each in asked]})


def _set(call: Call, sim: Simulation, asked: Row) -> Row:
    shop, product = call.identity, call.path_params.get("product")
    business = sim.world.shop_business(shop)
    found = next((each for each in business.variants if each.variant_id == str(asked.get("id"))), None)
    is_there = found is not None and found.product_id == (product or found.variant_id)
    if found is None or not is_there:
        problem = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 400}}
        return {"id": asked.get("id"), "error": problem}
    quantity = asked.get("stock_quantity")
    if quantity is not None and type(quantity) is not int:
        problem = {
            "code": "rest_invalid_param",
            "message": "Invalid parameter(s): stock_quantity",
            "data": {"status": 400},
        }
        return {"id": asked["id"], "error": problem}
    if quantity is not None and found.sku:  # of what has no stock managed it is ignored
        made = Made(shop.shop_id, "", sim.clock.protocol(), sim.clock.business(), digest_of(asked))
        sim.stock.execute(made, (), None, [((shop.shop_id, found.variant_id), quantity)])
    return _variation(sim, business, found) if product else _product(sim, business, found)


# --- objects --------------------------------------------------------------------------------------------------------


def _stock(sim: Simulation, business: ShopBusiness, each: Variant) -> Row:
    now = sim.clock.business()
    told = sim.stock.figure(business.shop.shop_id, each.variant_id)
    counted = business.counted(now)
    if told is not None and told[0] <= counted:
        told = None
    quantity = business.offered(each, now, told) if each.sku else None
    return {
        "sku": each.sku,
        "global_unique_id": each.barcode,
        "price": _money(each.price),
        "regular_price": _money(each.price),
        "manage_stock": bool(each.sku),
        "stock_quantity": quantity,
        "stock_status": "outofstock" if quantity == 0 else "instock",
        "status": each.status,
        **_dates(business.shop, "created", midnight(business.shop.time_zone, business.shop.opened)),
        **_dates(business.shop, "modified", told[0] if told else counted),
    }


def _product(sim: Simulation, business: ShopBusiness, each: Variant) -> Row:
    return {
        "id": int(each.product_id),
        "name": each.product_title,
        "type": "simple",
        "parent_id": 0,
        "variations": [],
        **_stock(sim, business, each),
    }


def _parent(business: ShopBusiness, each: Variant) -> Row:
    """A product with variations: it has no SKU and no stock of its own."""
    return {
        "id": int(each.product_id),
        "name": each.product_title,
        "type": "variable",
        "status": each.status,
        "parent_id": 0,
        "sku": "",
        "global_unique_id": "",
        "price": _money(each.price),
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "variations": [],
        **_dates(business.shop, "modified", midnight(business.shop.time_zone, business.shop.opened)),
    }


def _variation(sim: Simulation, business: ShopBusiness, each: Variant) -> Row:
    own = {"id": int(each.variant_id), "type": "variation"}
    return {**own, **_stock(sim, business, each), "attributes": [{"id": 0, "name": "Model", "option": each.title}]}


def _order(business: ShopBusiness, order: ShopOrder, now: datetime) -> Row:
    shipped, cancelled, paid = (happened(each, now) for each in (order.shipped, order.cancelled, order.paid))
    refunds = order.refunds_by(now)
    whole = sum((each.price - each.discount + each.tax for each in order.lines), Decimal(0))
    given = sum((each.amount + each.tax for each in refunds), Decimal(0))
    state = "completed" if shipped else "processing" if paid else "on-hold"
    who = f"Planted-{order.order_id[-5:]}"
    contact = {"first_name": who, "last_name": "Person", "address_1": f"{who} Street 1", "city": "Planted City"}
    shop = business.shop
    return {
        "id": int(order.order_id),
        "number": order.name,
        "status": "cancelled" if cancelled else "refunded" if given and given == whole else state,
        "currency": shop.currency,
        "prices_include_tax": False,
        "total": _money(whole),
        **_dates(shop, "created", order.placed),
        **_dates(shop, "modified", order.updated(now)),
        **_dates(shop, "paid", order.paid if paid else None),
        **_dates(shop, "completed", order.shipped if shipped else None),
        "customer_id": 17,
        "customer_ip_address": "198.51.100.7",
        "customer_note": f"Leave it with {who}",
        "billing": {**contact, "email": f"{who}@example.com", "phone": "5550100"},
        "shipping": contact,
        "line_items": [_line(order, index, 1) for index in range(len(order.lines))],
        "refunds": [
            {"id": int(each.refund_id), "reason": who, "total": _money(-each.amount - each.tax)} for each in refunds
        ],
    }


def _line(order: ShopOrder, index: int, sign: int) -> Row:
    line = order.lines[index]
    variant = line.variant
    is_variation = variant.variant_id != variant.product_id
    return {
        "id": int(line.line_id),
        "name": variant.product_title,
        "product_id": int(variant.product_id),
        "variation_id": int(variant.variant_id) if is_variation else 0,
        "quantity": sign * line.quantity,
        "subtotal": _money(line.price),
        "subtotal_tax": _money(line.tax),
        "total": _money(line.price - line.discount),
        "total_tax": _money(line.tax),
        "sku": variant.sku,
        "meta_data": [{"id": 1, "key": "engraving", "value": f"Planted-{order.order_id[-5:]}"}],
    }


def _refund(business: ShopBusiness, order: ShopOrder, refund: ShopRefund) -> Row:
    """A refund: quantities and amounts of its lines are negative, and name the line that they are of."""
    line = _line(order, refund.line, -1) | {
        "id": int(refund.refund_id) + 1,
        "quantity": -refund.quantity,
        "subtotal": _money(-refund.amount),
        "total": _money(-refund.amount),
        "total_tax": _money(-refund.tax),
        "meta_data": [{"id": 2, "key": "_refunded_item_id", "value": order.lines[refund.line].line_id}],
    }
    amount = _money(refund.amount + refund.tax)
    created = _dates(business.shop, "created", refund.at)
    return {"id": int(refund.refund_id), **created, "amount": amount, "reason": "", "line_items": [line]}


def _dates(shop: SimShop, name: str, at: datetime | None) -> Row:
    """A moment as the shop's clock has it and in UTC, neither with its zone."""
    local = at.astimezone(ZoneInfo(shop.time_zone)) if at else None
    return {
        f"date_{name}": f"{local:%Y-%m-%dT%H:%M:%S}" if local else None,
        f"date_{name}_gmt": iso(at).removesuffix("Z") if at else None,
    }


def _money(value: Decimal) -> str:
    return f"{value:.2f}"


def _instant(text: str, zone: Any) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _page(call: Call, rows: list[Row]) -> Reply:
    """A page, with only the fields that were asked for."""
    try:
        size, page = int(call.query.get("per_page", USUAL)), int(call.query.get("page", 1))
    except ValueError:
        size = page = 0
    if not 1 <= size <= MOST or page < 1:
        return error(400, "rest_invalid_param", "Invalid parameter(s): per_page, page")
    shown = rows[(page - 1) * size : page * size]
    if fields := call.query.get("_fields"):
        wanted = set(fields.split(","))
        shown = [{name: value for name, value in row.items() if name in wanted} for row in shown]
    pages = -(-len(rows) // size)
    return json_reply(200, shown, x_wp_total=str(len(rows)), x_wp_totalpages=str(pages))


currency = _guarded(_currency)
products = _guarded(_products)
variations = _guarded(_variations)
orders = _guarded(_orders)
refunds = _guarded(_refunds)
batch = _guarded(_batch)
