"""The texts of the files that a user of this world would have written: stores.yaml, costs by period and by batch.

They depend on the world only. config_files.py puts them into a folder. Exchange rates are in exchange_rates.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import yaml

from simulator.world.accounts import IMPORT_ONLY
from simulator.world.instants import iso
from simulator.world.model import SimAccount, SimStore, SimTenant
from simulator.world.money.cost_batches import METHODS, batches
from simulator.world.money.product_costs import product_costs
from simulator.world.product_pages.competitors import tracked
from simulator.world.product_pages.search_results import tracked_keywords
from simulator.world.shops.kinds import KINDS
from simulator.world.shops.shop import LOCATIONS, MAIN, SimShop
from simulator.world.shops.warehouse import Warehouse

OPTED_IN = ("amazon_data_kiosk.sales_and_traffic_by_asin", "amazon_data_kiosk.economics")
"""Feeds that are asked for only where a store names them: every store of the world does."""


def refresh_token_names(account: SimAccount) -> tuple[str, str]:
    """The variables that hold an account's refresh tokens: (SP-API, Ads)."""
    name = f"{account.tenant_id}_{account.region}".upper().replace("-", "_")
    return f"TRADEWIND_SP_REFRESH_TOKEN_{name}", f"TRADEWIND_ADS_REFRESH_TOKEN_{name}"


def channels_yaml(shops: Iterable[SimShop]) -> str:
    """channels.yaml: shops at Shopify and at eBay are told the stock by itself; of the others it is proposed."""
    settings = {"shopify": {"write": "on", "location": LOCATIONS[MAIN]}, "ebay": {"write": "on"}}
    entries = {shop.shop_id: settings[shop.kind] for shop in shops if shop.kind in settings}
    return yaml.safe_dump({"channels": entries}, sort_keys=False)


def stores_yaml(
    seed: int,
    tenants: Mapping[str, SimTenant],
    accounts: Sequence[SimAccount],
    shops: Mapping[SimShop, Mapping[str, str]] | None = None,
) -> str:
    """stores.yaml: the configured stores of all accounts, a store that is filled by import only, and the shops with the
    SKUs that the user has named."""
    body: dict[str, dict] = {}
    for account in accounts:
        tenant = _tenant(body, tenants[account.tenant_id])
        token, ads_token = refresh_token_names(account)
        tenant["accounts"].append(
            {
                "seller_id": account.seller_id,
                "region": account.region,
                "refresh_token_env": token,
                "ads_refresh_token_env": ads_token,
                "stores": {store.store_id: _store(seed, store) for store in account.configured_stores},
            }
        )
    store_id, tenant_id, seller_id, country = IMPORT_ONLY
    _tenant(body, tenants[tenant_id])["accounts"].append(
        {"seller_id": seller_id, "region": "eu", "stores": {store_id: {"marketplace": country}}}
    )
    for shop, named in (shops or {}).items():
        channels = _tenant(body, tenants[shop.tenant_id]).setdefault("channels", {})
        channels[shop.shop_id] = {
            "kind": shop.kind,
            **KINDS[shop.kind].settings(shop),
            "time_zone": shop.time_zone,
            "currency": shop.currency,
            "history_from": shop.opened.replace(),  # an object of its own: YAML would refer to that of a store
            "skus": dict(named),
        }
    return yaml.safe_dump({"tenants": body}, sort_keys=False, allow_unicode=True, width=200)


def _tenant(body: dict[str, dict], tenant: SimTenant) -> dict:
    fresh = {
        "name": tenant.name,
        "reporting_currency": tenant.reporting_currency,
        "keep_personal_data": False,
        "accounts": [],
    }
    return body.setdefault(tenant.tenant_id, fresh)


def _store(seed: int, store: SimStore) -> dict:
    return {
        "marketplace": store.marketplace.country,
        "ads_profile_id": str(store.ads_profile_id),
        "history_from": store.start,
        "track": {own: list(others) for own, others in tracked(seed, store).items()},
        "keywords": list(tracked_keywords(seed, store)),
        "feeds": list(OPTED_IN),
        **({"cost_method": METHODS[store.store_id]} if store.store_id in METHODS else {}),
    }


def product_costs_csv(seed: int, store: SimStore, *, as_met: bool = False) -> str:
    """The file of it that a user would write; as_met: as a German spreadsheet saves it, where the store is German."""
    target = io.StringIO()
    header = ("sku", "valid_from", "unit_cost", "currency", "lead_time_days", "shipping_cost")
    if as_met and store.marketplace.country == "DE":
        target.write("\ufeff")
        writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        rows = [[_german(value) for value in row.values()] for row in product_costs(seed, store)]
    else:
        writer = csv.writer(target, lineterminator="\n")
        rows = [list(row.values()) for row in product_costs(seed, store)]
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()


def _german(value: object) -> object:
    """A value as a German spreadsheet shows it."""
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return str(value).replace(".", ",") if isinstance(value, Decimal) else value


def batches_csv(seed: int, store: SimStore, now: datetime) -> str:
    """The file of it that a user would write; a header alone where there is nothing to write down."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("sku", "received_on", "quantity", "unit_cost", "currency"))
    for batch in batches(seed, store, now):
        writer.writerow((batch.sku, batch.received_on, batch.units, batch.unit_cost, batch.currency))
    return target.getvalue()


def stock_csv(warehouse: Warehouse, at: datetime) -> str:
    """The own stock as someone has counted it at `at`."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("sku", "location", "on_hand", "as_of"))
    for sku, location in warehouse.places():
        writer.writerow((sku, location, warehouse.on_hand(sku, location, at), iso(at)))
    return target.getvalue()
