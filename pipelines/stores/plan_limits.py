"""Whether tenants have no more stores and tracked products than their plans allow. Pure; plans are read elsewhere.

What is used up by the day is judged where it is spent: crawls in `landing/ledger/crawl_turns.py`, a model in
`insights/model/calls.py`, requests in `accounts/counting.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipelines.accounts.plans import Plans, beyond
from pipelines.stores.model import Catalog, Store


def products_of(stores: Iterable[Store]) -> dict[str, set[tuple[str, str]]]:
    """Tenant -> (marketplace id, ASIN) of all that its stores track: own products and competitors."""
    products: dict[str, set[tuple[str, str]]] = {}
    for store in stores:
        asins = {asin for own, others in store.tracked.items() for asin in (own, *others)}
        products.setdefault(store.tenant_id, set()).update((store.marketplace.marketplace_id, asin) for asin in asins)
    return products


def check_plans(catalog: Catalog, plans: Plans) -> None:
    """Raises BeyondPlan (402 at a door, a ConfigError elsewhere) for the first tenant that has too much. Shops beside
    Amazon count as stores."""
    stores = Counter(store.tenant_id for store in catalog.stores.values())
    stores.update(shop.tenant_id for shop in catalog.shops.values())
    products = products_of(catalog.stores.values())
    for tenant_id in catalog.tenants:
        plan, limits = plans.name(tenant_id), plans.of(tenant_id)
        for what, asked, limit in (
            ("stores", stores[tenant_id], limits.stores),
            ("tracked products", len(products.get(tenant_id, ())), limits.tracked_products),
        ):
            if limit is not None and asked > limit:
                raise beyond(tenant_id, plan, what, limit, asked)
