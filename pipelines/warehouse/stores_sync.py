"""Writes the content of stores.yaml and actors.yaml to `ops`, where SQL can join it.

The files are read in `pipelines/stores/reading.py` and `pipelines/actors.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg.types.json import Jsonb

from pipelines.actors import Actor
from pipelines.stores import Catalog, Tenant


def sync_stores(conn: psycopg.Connection, catalog: Catalog) -> None:
    """Update tenants, stores, tracked ASINs and keywords, and actors in `ops` from the catalogue. The caller commits.

    A store or tenant that is no longer in the file keeps its row, but without API access: its data is still loaded, and
    the marts need its currency and time zone. What it tracked is deleted.
    """
    with conn.cursor() as cur:
        # Only one process may do this at a time.
        cur.execute("select pg_advisory_xact_lock(hashtextextended('ops.stores', 0))")
        cur.executemany(
            "insert into ops.tenants (tenant_id, name, reporting_currency, personal) values (%s, %s, %s, %s) "
            "on conflict (tenant_id) do update set (name, reporting_currency, personal) = "
            "(excluded.name, excluded.reporting_currency, excluded.personal)",
            [(t.tenant_id, t.name, t.reporting_currency, _personal(t)) for t in catalog.tenants.values()],
        )
        # If an account's store in a marketplace has a new id, the row with the old id is deleted first.
        cur.execute(
            "delete from ops.stores where not store_id = any(%s) and (account_id, marketplace_id) in "
            "(select * from unnest(%s::text[], %s::text[]))",
            (
                list(catalog.stores),
                [s.account_id for s in catalog.stores.values()],
                [s.marketplace.marketplace_id for s in catalog.stores.values()],
            ),
        )
        cur.execute("update ops.stores set has_api = false where not store_id = any(%s)", (list(catalog.stores),))
        cur.executemany(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, ads_profile_id, has_api, history_from, cost_method) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (store_id) do update set "
            "(tenant_id, account_id, seller_id, region, country, marketplace_id, sales_channel, currency, time_zone, "
            "ads_profile_id, has_api, history_from, cost_method) = (excluded.tenant_id, excluded.account_id, "
            "excluded.seller_id, excluded.region, excluded.country, excluded.marketplace_id, excluded.sales_channel, "
            "excluded.currency, excluded.time_zone, excluded.ads_profile_id, excluded.has_api, excluded.history_from, "
            "excluded.cost_method)",
            [
                (
                    *(s.store_id, s.tenant_id, s.account_id, s.seller_id, s.region, s.country),
                    *(s.marketplace.marketplace_id, s.marketplace.sales_channel, s.currency, s.time_zone),
                    *(s.ads_profile_id, s.has_api, s.history_from, s.cost_method),
                )
                for s in catalog.stores.values()
            ],
        )
        _sync_shops(cur, catalog)
        _sync_tracked(cur, catalog)
        keywords = [(store.store_id, keyword) for store in catalog.stores.values() for keyword in store.keywords]
        pairs = [[row[index] for row in keywords] for index in range(2)]
        cur.execute(
            "delete from ops.tracked_keywords where (store_id, keyword) not in "
            "(select * from unnest(%s::text[], %s::text[]))",
            pairs,
        )
        cur.execute(
            "insert into ops.tracked_keywords (store_id, keyword) select * from unnest(%s::text[], %s::text[]) "
            "on conflict do nothing",
            pairs,
        )
        sync_actors(cur, catalog.actors.values())


def _sync_shops(cur: psycopg.Cursor, catalog: Catalog) -> None:
    """Shops and the SKUs that are named. A shop that is no longer in the file keeps its row, as a store does."""
    cur.execute("update ops.shops set has_api = false where not shop_id = any(%s)", (list(catalog.shops),))
    cur.executemany(
        "insert into ops.shops (shop_id, tenant_id, channel, domain, currency, time_zone, has_api, history_from, "
        "stock_location) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (shop_id) do update set "
        "(tenant_id, channel, domain, currency, time_zone, has_api, history_from, stock_location) = "
        "(excluded.tenant_id, excluded.channel, excluded.domain, excluded.currency, excluded.time_zone, "
        "excluded.has_api, excluded.history_from, excluded.stock_location)",
        [
            (
                *(s.shop_id, s.tenant_id, s.kind, s.domain, s.currency, s.time_zone),
                *(s.secret is not None, s.history_from, s.stock_location or None),
            )
            for s in catalog.shops.values()
        ],
    )
    named = [(s.shop_id, sku, central) for s in catalog.shops.values() for sku, central in s.skus.items()]
    columns = [[row[index] for row in named] for index in range(3)]
    cur.execute(
        "delete from ops.shop_skus where (shop_id, sku) not in (select * from unnest(%s::text[], %s::text[]))",
        columns[:2],
    )
    cur.execute(
        "insert into ops.shop_skus as k (shop_id, sku, central_sku) "
        "select * from unnest(%s::text[], %s::text[], %s::text[]) "
        "on conflict (shop_id, sku) do update set central_sku = excluded.central_sku "
        "where k.central_sku <> excluded.central_sku",
        columns,
    )


def _sync_tracked(cur: psycopg.Cursor, catalog: Catalog) -> None:
    """Tracked pairs with their tags. A pair that stays keeps the moment at which it was added."""
    tracked = [
        (store.store_id, own, other, " ".join(store.tags.get((own, other), ())))
        for store in catalog.stores.values()
        for own, competitors in store.tracked.items()
        for other in dict.fromkeys((own, *competitors))  # The store's own product is crawled too.
    ]
    columns = [[row[index] for row in tracked] for index in range(4)]
    cur.execute(
        "delete from ops.tracked_asins where (store_id, own_asin, competitor_asin) not in "
        "(select * from unnest(%s::text[], %s::text[], %s::text[]))",
        columns[:3],
    )
    cur.execute(
        "insert into ops.tracked_asins as t (store_id, own_asin, competitor_asin, tags) "
        "select store_id, own, other, string_to_array(tags, ' ') "
        "from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as w(store_id, own, other, tags) "
        "on conflict (store_id, own_asin, competitor_asin) do update set tags = excluded.tags "
        "where t.tags <> excluded.tags",
        columns,
    )


def _personal(tenant: Tenant) -> Jsonb:
    choice = tenant.personal
    return Jsonb({"everything": choice.everything, "keep": sorted(choice.keep), "drop": sorted(choice.drop)})


def sync_actors(cur: psycopg.Cursor, actors: Iterable[Actor]) -> None:
    """Add these actors to ops.actor_mappings and mark them as in use. Other mappings stay, as older rows need them.

    The items of a run are read by the mapping that is recorded with the run, imported files by the mapping in use.
    """
    for each in actors:
        cur.execute(
            "update ops.actor_mappings set in_use = false where feed = %s and mapping_id <> %s and in_use",
            (each.feed, each.mapping_id),
        )
        cur.execute(
            "insert into ops.actor_mappings (mapping_id, feed, actor, fields, in_use) values (%s, %s, %s, %s, true) "
            "on conflict (mapping_id) do update set in_use = true where not actor_mappings.in_use",
            (each.mapping_id, each.feed, each.actor, Jsonb({name: list(paths) for name, paths in each.fields.items()})),
        )
