"""`channels` of a tenant in stores.yaml: its shops beside Amazon, and which of their SKUs are which goods.

The entries are checked here and made into `Shop`s; a kind of shop has a module of its own. What a shop is asked for is
decided by the feeds' scopes (`stores/model.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any

from pydantic import Field, SecretStr

from pipelines.stores.channels import ebay, shopify, woocommerce
from pipelines.stores.channels.entry import Secrets, ShopEntry
from pipelines.stores.model import Shop

AnyShopEntry = Annotated[
    shopify.ShopifyEntry | ebay.EbayEntry | woocommerce.WooCommerceEntry, Field(discriminator="kind")
]
"""An entry of any kind. A new kind is a module with an entry, and its name here and in HINTS."""
HINTS = {**shopify.HINTS, **ebay.HINTS, **woocommerce.HINTS}
"""Pattern of a setting -> what it must look like, in words."""


def keys_of(problem: Any) -> tuple[str | int, ...]:
    """The keys that lead to a mistake in the file; a setting that is missing is named too. pydantic puts the kind of a
    shop between the shop and its setting."""
    parts = [part for part in problem["loc"] if part != "[key]"]
    if parts[2:3] == ["channels"] and len(parts) > 5:
        del parts[4]
    return (*parts, "kind") if problem["type"].startswith("union_tag") else tuple(parts)


def place_of(problem: Any) -> str:
    """Where a mistake is in the file, in one word."""
    return ".".join(str(part) for part in keys_of(problem))


def wrong_kind(problem: Any) -> str:
    """The sentence for an entry of a kind that there is not, or of none; '' for any other mistake."""
    if problem["type"] == "union_tag_not_found":
        return "this is missing."
    if problem["type"] == "union_tag_invalid":
        return f"{problem['ctx']['tag']!r} is not allowed; kinds are {problem['ctx']['expected_tags']}."
    return ""


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
        kind: str = getattr(entry, "kind")  # noqa: B009  each kind has its own literal
        if shop_id in stores or shop_id in shops:
            problems.append(f"{place}: this id is used twice; ids are unique among all stores and channels.")
        if any((kind, entry.name) == (other.kind, other.domain) for other in (*shops.values(), *found.values())):
            problems.append(f"{place}: {entry.name} is there already; a shop is entered once.")
        access = entry.access(Secrets(place, secret, problems))
        found[shop_id] = Shop(
            shop_id,
            tenant_id,
            kind,
            entry.name,
            entry.currency,
            entry.time_zone,
            access.secret,
            access.client_id,
            entry.history_from,
            dict(entry.skus),
            access.app_secret,
            entry.counts_at,
        )
    if len(counting := [name for name, shop in found.items() if shop.stock_location]) > 1:
        problems.append(
            f"tenants.{tenant_id}.channels: {' and '.join(counting)} have a stock_location; the own stock is counted "
            "in one place. Name it at one shop only."
        )
    return found
