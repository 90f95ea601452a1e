"""`channels` of a tenant in stores.yaml: its shops beside Amazon, and which of their SKUs are which goods.

The entries are checked here and made into `Shop`s. What a shop is asked for is decided by the feeds' scopes
(`model.py`). What a shop may be told of the stock will stand in the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from pipelines.stores.model import Shop

DOMAIN = r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$"
CLIENT_ID = r"^[0-9a-f]{32}$"
_ONE_LINE = r"^[^\x00-\x1f]+$"
_WHERE = r"^([A-Za-z_][A-Za-z0-9_]*|secretsmanager:[A-Za-z0-9/_+=.@:-]+(#[^\s#]+)?)$"


def _quoted(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(f"{value} is a number to YAML, which may have changed it; put the SKU in quotes")
    return value


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a time zone has a name like America/New_York, as Shopify's settings show it")
    return ZoneInfo(name).key


Variable = Annotated[str, StringConstraints(pattern=_WHERE)]
Sku = Annotated[str, BeforeValidator(_quoted), StringConstraints(pattern=_ONE_LINE, min_length=1, max_length=255)]


class ShopEntry(BaseModel):
    """One shop, as stores.yaml has it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["shopify"]
    domain: Annotated[str, StringConstraints(pattern=DOMAIN)]
    client_id: Annotated[str, StringConstraints(pattern=CLIENT_ID)] = ""
    client_secret_env: Variable | None = None
    access_token_env: Variable | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    history_from: Annotated[date, Field(ge=date(2004, 1, 1), le=date(2200, 1, 1))] | None = None
    skus: dict[Sku, Sku] = {}


def read_shops(
    tenant_id: str,
    entries: Mapping[str, ShopEntry],
    stores: Collection[str],
    shops: Mapping[str, Shop],
    secret: Callable[[str], SecretStr | None],
    problems: list[str],
) -> dict[str, Shop]:
    """The shops of one tenant by id. Mistakes are added to `problems`.

    stores: the ids of all stores. shops: those of the tenants before.
    """
    found: dict[str, Shop] = {}
    for shop_id, entry in sorted(entries.items()):
        place = f"tenants.{tenant_id}.channels.{shop_id}"
        if shop_id in stores or shop_id in shops:
            problems.append(f"{place}: this id is used twice; ids are unique among all stores and channels.")
        if any(entry.domain == other.domain for other in (*shops.values(), *found.values())):
            problems.append(f"{place}: {entry.domain} is there already; a shop is entered once.")
        if bool(entry.client_id) != bool(entry.client_secret_env) or (entry.client_id and entry.access_token_env):
            problems.append(
                f"{place}: give client_id and client_secret_env of an app, or access_token_env of an app of before "
                "2026, or neither: the shop is then not asked."
            )
        variable = entry.client_secret_env or entry.access_token_env
        held = secret(variable) if variable else None
        if variable and held is None:
            problems.append(
                f"{place}: the variable {variable} is not set; put the secret in it (environment or .env), or take the "
                "line out: the shop is then not asked."
            )
        found[shop_id] = Shop(
            shop_id,
            tenant_id,
            entry.kind,
            entry.domain,
            entry.currency,
            entry.time_zone,
            held,
            entry.client_id,
            entry.history_from,
            dict(entry.skus),
        )
    return found
