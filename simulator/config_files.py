"""The configuration of a world in a folder: stores.yaml, channels.yaml, .env, exchange rates and product costs.

The texts of the files are made in documents/; what the .env holds is made here.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from simulator.documents.user_files import batches_csv, channels_yaml, refresh_token_names
from simulator.seeded_world import World
from simulator.world.money.cost_batches import METHODS
from simulator.world.shops.kinds import KINDS
from simulator.world.world_file import StateError, write_whole


def environment(
    world: World, endpoint: str, now: datetime | None, queue: str | None = None, secret: tuple[str, str] | None = None
) -> dict[str, str]:
    """The variables that lead Tradewind to a simulator at `endpoint` (no slash at its end). now None: no clock. queue:
    the address of the one that it serves. secret: that of the SP-API application, and its
    last day; default: the first one."""
    variables = {
        "TRADEWIND_AMAZON_SP_ENDPOINT": endpoint,
        "TRADEWIND_LWA_ENDPOINT": endpoint,
        "TRADEWIND_AMAZON_ADS_ENDPOINT": endpoint,
        "TRADEWIND_APIFY_ENDPOINT": endpoint,
        "TRADEWIND_LLM_BASE_URL": f"{endpoint}/v1",
        "TRADEWIND_LWA_CLIENT_ID": world.client_id,
        "TRADEWIND_LWA_CLIENT_SECRET": secret[0] if secret else world.client_secret,
        "TRADEWIND_ADS_CLIENT_ID": world.ads_client_id,
        "TRADEWIND_ADS_CLIENT_SECRET": world.ads_client_secret,
        "TRADEWIND_APIFY_TOKEN": world.apify_token,
    }
    for account in world.accounts:
        token, ads_token = refresh_token_names(account)
        variables[token], variables[ads_token] = account.refresh_token, account.ads_refresh_token
    if secret is not None:
        variables["TRADEWIND_LWA_SECRET_UNTIL"] = secret[1]
    if queue is not None:
        variables |= {"TRADEWIND_SQS_QUEUE_URL": queue, "TRADEWIND_SQS_ENDPOINT": endpoint}
    for shop in world.shops:
        variables[f"TRADEWIND_{shop.kind.upper()}_ENDPOINT"] = endpoint
        variables |= KINDS[shop.kind].secrets(shop)
    if now is not None:
        variables["TRADEWIND_NOW"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return variables


def write_config(
    folder: Path,
    world: World,
    now: datetime,
    endpoint: str,
    *,
    live: bool = False,
    queue: str | None = None,
    secret: tuple[str, str] | None = None,
) -> None:
    """Write stores.yaml, .env (mode 0600) and manual/*.csv of a world that stands at `now`.

    live: the world follows the real clock, so no TRADEWIND_NOW is written. queue, secret: as of `environment`. Files of
    another world are replaced.

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
    variables = environment(world, endpoint, None if live else now, queue, secret)
    lines = [f"{name}='{value}'" for name, value in variables.items()]
    secrets.write_text("\n".join(lines) + "\n", encoding="utf-8")
    secrets.replace(folder / ".env")
    write_whole(folder / "stores.yaml", world.stores_yaml())
    write_whole(folder / "channels.yaml", channels_yaml(world.shops))
    (manual / "fx_rates.csv").write_text(world.fx_csv(now), encoding="utf-8")
    for account in world.accounts:
        for store in account.configured_stores:
            path = manual / f"product_costs.{store.store_id}.csv"
            path.write_text(world.product_costs_csv(store.store_id), encoding="utf-8", newline="")
            if store.store_id in METHODS:
                path = manual / f"cost_batches.{store.store_id}.csv"
                path.write_text(batches_csv(world.seed, store, now), encoding="utf-8")
    for stock in world.own_stocks:
        (manual / f"stock.{stock.beside}.csv").write_text(world.stock_csv(stock.tenant_id, now), encoding="utf-8")


def paper(world: World, now: datetime, endpoint: str, *, live: bool, queue: str | None, secret: tuple[str, str]) -> str:
    """What a seller of this world has on paper before the first day with Tradewind: where the APIs are, as lines for a
    shell, and what Seller Central and the page of Login with Amazon show. The arguments are those of `write_config`."""
    variables = environment(world, endpoint, None if live else now, queue, secret)
    outside = {name: value for name, value in variables.items() if name.endswith(("_ENDPOINT", "_NOW", "_QUEUE_URL"))}
    lines = ["# Where the APIs are: for the shell in which Tradewind runs.", *_exports(outside), ""]
    lines += [
        "# Seller Central, Apps and Services, Develop Apps, View (LWA credentials)",
        f"client id      {world.client_id}",
        f"client secret  {secret[0]}",
        f"rotate before  {secret[1]}",
        "# the page of the Amazon Ads application",
        f"client id      {world.ads_client_id}",
        f"client secret  {world.ads_client_secret}",
    ]
    for account in world.accounts:
        lines += [
            f"# the account of {world.tenants[account.tenant_id].name} in region {account.region}",
            f"merchant token     {account.seller_id}",
            f"refresh token      {account.refresh_token}",
            f"ads refresh token  {account.ads_refresh_token}",
        ]
    for shop in world.shops:
        if shop.kind != "shopify":
            continue
        lines += [
            "# the shop's app in Shopify's Dev Dashboard",
            f"domain         {shop.domain}",
            f"client id      {shop.client_id}",
            f"client secret  {shop.client_secret}",
        ]
    return "\n".join(lines) + "\n"


def _exports(variables: dict[str, str]) -> list[str]:
    return [f"export {name}='{value}'" for name, value in sorted(variables.items())]


def _is_somebodys(folder: Path) -> bool:
    """Whether there is configuration that no simulator has written: its .env has one address for Amazon and a model."""
    secrets = folder / ".env"
    if not secrets.exists():
        return (folder / "stores.yaml").exists()
    text = secrets.read_text(encoding="utf-8", errors="replace")
    endpoint = re.search(r"^TRADEWIND_LWA_ENDPOINT='(.*)'$", text, re.MULTILINE)
    return endpoint is None or f"TRADEWIND_LLM_BASE_URL='{endpoint[1]}/v1'" not in text
