"""The files a user of this world would have written: stores.yaml, .env, exchange rates and product costs.

`write_config` puts them into a folder; the texts themselves depend on the world only.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from simulator.accounts import IMPORT_ONLY
from simulator.catalogue import cents, offers
from simulator.competitors import tracked
from simulator.cost_batches import METHODS, batches_csv
from simulator.model import SimAccount, SimStore, SimTenant
from simulator.orders import money
from simulator.rng import rng
from simulator.search_results import tracked_keywords
from simulator.state import StateError

if TYPE_CHECKING:
    from simulator.world import World

OPTED_IN = ("amazon_data_kiosk.sales_and_traffic_by_asin", "amazon_data_kiosk.economics")
"""Feeds that are asked for only where a store names them: every store of the world does."""


def refresh_token_names(account: SimAccount) -> tuple[str, str]:
    """The variables that hold an account's refresh tokens: (SP-API, Ads)."""
    name = f"{account.tenant_id}_{account.region}".upper().replace("-", "_")
    return f"TRADEWIND_SP_REFRESH_TOKEN_{name}", f"TRADEWIND_ADS_REFRESH_TOKEN_{name}"


def stores_yaml(seed: int, tenants: Mapping[str, SimTenant], accounts: Sequence[SimAccount]) -> str:
    """stores.yaml: the configured stores of all accounts, and a store that is filled by import only."""
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


def product_costs(seed: int, store: SimStore) -> Iterator[dict]:
    """What each SKU costs, from before the world's start on, and again from its 30th day for some; with lead times.

    Of what the merchant sends, sending one unit costs something too, a little more from that day on.
    """
    for offer in offers(seed, store):
        random = rng(seed, store.store_id, offer.sku, "cost")
        lead_time = random.randint(9, 16)
        cost = offer.base_price * random.randint(28, 42) / 100
        for day, share in _cost_changes(store.start, random.random() < 0.3):
            yield {
                "sku": offer.sku,
                "valid_from": day,
                "unit_cost_amount": cents(cost * share, store.marketplace.decimals),
                "currency": store.marketplace.currency,
                "lead_time_days": lead_time,
                "shipping_cost_amount": money(store, "4.35") * share if offer.channel == "Merchant" else None,
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


def _cost_changes(start: date, changes: bool) -> list[tuple[date, Decimal]]:
    later = [(start + timedelta(days=30), Decimal("1.05"))] if changes else []
    return [(start - timedelta(days=365), Decimal(1)), *later]


def environment(world: World, endpoint: str, now: datetime | None) -> dict[str, str]:
    """The variables that lead Tradewind to a simulator at `endpoint` (no slash at its end). now None: no clock."""
    variables = {
        "TRADEWIND_AMAZON_SP_ENDPOINT": endpoint,
        "TRADEWIND_LWA_ENDPOINT": endpoint,
        "TRADEWIND_AMAZON_ADS_ENDPOINT": endpoint,
        "TRADEWIND_APIFY_ENDPOINT": endpoint,
        "TRADEWIND_LLM_BASE_URL": f"{endpoint}/v1",
        "TRADEWIND_LWA_CLIENT_ID": world.client_id,
        "TRADEWIND_LWA_CLIENT_SECRET": world.client_secret,
        "TRADEWIND_ADS_CLIENT_ID": world.ads_client_id,
        "TRADEWIND_ADS_CLIENT_SECRET": world.ads_client_secret,
        "TRADEWIND_APIFY_TOKEN": world.apify_token,
    }
    for account in world.accounts:
        token, ads_token = refresh_token_names(account)
        variables[token], variables[ads_token] = account.refresh_token, account.ads_refresh_token
    if now is not None:
        variables["TRADEWIND_NOW"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return variables


def write_config(folder: Path, world: World, now: datetime, endpoint: str, *, live: bool = False) -> None:
    """Write stores.yaml, .env (mode 0600) and manual/*.csv of a world that stands at `now`.

    live: the world follows the real clock, so no TRADEWIND_NOW is written. Files of another world are replaced.

    Raises StateError where the folder has a stores.yaml or .env that no simulator has written: they are somebody's.
    """
    if _is_somebodys(folder):
        raise StateError(
            f"{folder} has a stores.yaml or .env of yours, which the configuration of the world would replace. "
            "Use another --config-out."
        )
    manual = folder / "manual"
    manual.mkdir(parents=True, exist_ok=True)
    # first and whole, since it tells that the rest is ours too
    secrets = folder / ".env.part"
    secrets.touch(mode=0o600)
    secrets.chmod(0o600)
    lines = [f"{name}='{value}'" for name, value in environment(world, endpoint, None if live else now).items()]
    secrets.write_text("\n".join(lines) + "\n", encoding="utf-8")
    secrets.replace(folder / ".env")
    (folder / "stores.yaml").write_text(world.stores_yaml(), encoding="utf-8")
    (manual / "fx_rates.csv").write_text(world.fx_csv(now), encoding="utf-8")
    for account in world.accounts:
        for store in account.configured_stores:
            path = manual / f"product_costs.{store.store_id}.csv"
            path.write_text(world.product_costs_csv(store.store_id), encoding="utf-8", newline="")
            if store.store_id in METHODS:
                path = manual / f"cost_batches.{store.store_id}.csv"
                path.write_text(batches_csv(world.seed, store, now), encoding="utf-8")


def _is_somebodys(folder: Path) -> bool:
    """Whether there is configuration that no simulator has written: its .env has one address for Amazon and a model."""
    secrets = folder / ".env"
    if not secrets.exists():
        return (folder / "stores.yaml").exists()
    text = secrets.read_text(encoding="utf-8", errors="replace")
    endpoint = re.search(r"^TRADEWIND_LWA_ENDPOINT='(.*)'$", text, re.MULTILINE)
    return endpoint is None or f"TRADEWIND_LLM_BASE_URL='{endpoint[1]}/v1'" not in text
