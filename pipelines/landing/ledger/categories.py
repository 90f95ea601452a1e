"""Which products stand on the first pages of the categories that stores.yaml has crawled: `ops.category_asins`.

They are found in the newest search results, as staging reads them. A product stays for two weeks after the last day on
which it was there, so that its history has no holes. What is crawled of them is decided in `planning/crawls.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from pipelines.landing.planning.ledger_state import own_asins

if TYPE_CHECKING:
    import psycopg

    from pipelines.stores import Catalog, Store

MOST_PRODUCTS = 100
"""How many products of a category are crawled: the latest and, of these, the best placed."""

KEPT_DAYS = 14
_SEARCH = "apify.keyword_search"
_STAGED = "select to_regclass('staging.stg_apify__keyword_search') is not null"
_NEWEST = "select max(load_id) from ops.current_loads(%s) where scope_id = %s"
_SEEN = "select seen from ops.category_marks where store_id = %s"
_MARK = """
insert into ops.category_marks (store_id, seen) values (%s, %s)
on conflict (store_id) do update set seen = excluded.seen
"""
_FORGET = "delete from ops.category_asins where not (store_id = any(%s))"
_FORGET_MARKS = "delete from ops.category_marks where not (store_id = any(%s))"
# The loads are given as an array, so that the raw table's index is used.
_REFRESH = """
with loads as (
    select l.load_id from ops.current_loads(%(feed)s) as l
    where l.scope_id = %(scope_id)s
      and l.day > (select max(n.day) from ops.current_loads(%(feed)s) as n where n.scope_id = %(scope_id)s) - %(kept)s
), found as (
    select w.category, s.asin, min(s.position) as best_position, min(s.date) as first_seen, max(s.date) as last_seen
    from unnest(%(categories)s::text[], %(keywords)s::text[]) as w(category, keyword)
    join staging.stg_apify__keyword_search as s on s.keyword = w.keyword and s.marketplace_id = %(scope_id)s
    where s.load_id = any(array(select load_id from loads)) and not s.is_failed and s.page = 1
      and s.asin ~ '^[A-Z0-9]{10}$'
    group by w.category, s.asin
), best as (
    select * from (
        select *, row_number() over (partition by category order by last_seen desc, best_position, asin) as nth
        from found
    ) as f where nth <= %(most)s
), gone as (
    delete from ops.category_asins as c where c.store_id = %(store_id)s
      and not exists (select from best as b where b.category = c.category and b.asin = c.asin)
)
insert into ops.category_asins as c (store_id, category, asin, is_own, best_position, first_seen, last_seen)
select %(store_id)s, category, asin, asin = any(%(own)s::text[]), best_position, first_seen, last_seen from best
on conflict (store_id, category, asin) do update set is_own = excluded.is_own, best_position = excluded.best_position,
    first_seen = least(c.first_seen, excluded.first_seen), last_seen = excluded.last_seen
"""


def refresh(conn: psycopg.Connection, catalog: Catalog) -> None:
    """Bring the products of all categories up to date with the newest searches. The caller commits.

    Before staging was built for the first time nothing is known of them.
    """
    stores = [store for store in catalog.stores.values() if store.crawled_categories]
    ids = [store.store_id for store in stores]
    conn.execute(_FORGET, (ids,))
    conn.execute(_FORGET_MARKS, (ids,))
    if stores and _one(conn, _STAGED):
        for store in stores:
            _refresh(conn, store)


def _refresh(conn: psycopg.Connection, store: Store) -> None:
    named = sorted((each.name, keyword) for each in store.crawled_categories for keyword in each.keywords)
    scope_id = store.marketplace.marketplace_id
    seen = {"load": _one(conn, _NEWEST, (_SEARCH, scope_id)), "categories": [list(each) for each in named]}
    if _one(conn, _SEEN, (store.store_id,)) == seen:
        return
    conn.execute(
        _REFRESH,
        {
            "feed": _SEARCH,
            "store_id": store.store_id,
            "scope_id": scope_id,
            "categories": [category for category, _ in named],
            "keywords": [keyword for _, keyword in named],
            "own": own_asins(conn, store),
            "kept": KEPT_DAYS,
            "most": MOST_PRODUCTS,
        },
    )
    conn.execute(_MARK, (store.store_id, Jsonb(seen)))


def _one(conn: psycopg.Connection, query: str, values: Iterable[Any] = ()) -> Any:
    row = conn.execute(query.encode(), tuple(values)).fetchone()
    return row[0] if row else None
