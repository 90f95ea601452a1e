"""What there is for a build to do: which models have not seen everything that was landed, and which lie below those.

Read from the marks that models keep (dbt_project/macros/slices.sql). Nothing is built here; transform.py does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.feeds import FEEDS
from pipelines.places import DBT_PROJECT

if TYPE_CHECKING:
    import psycopg

MODELS = DBT_PROJECT / "models"

_PAIRS = """
    select t.store_id, t.own_asin, t.competitor_asin,
        array(select k.keyword from ops.tracked_keywords as k where k.store_id = t.store_id order by k.keyword)
    from ops.tracked_asins as t where t.own_asin <> t.competitor_asin
    """
_TRACKED = """
    select * from (
        select store_id, competitor_asin from ops.tracked_asins union all select store_id, asin from ops.category_asins
    ) as tracked
    """
_BUILT = "select store_id, asin from intermediate.int_tracked_asins"
_COMPARED = "select store_id, own_asin, competitor_asin, keywords from intermediate.int_competitor_pairs"
_DIFFERING = {
    "intermediate.int_stores": """
        select exists (
            select 1 from ops.stores as s join ops.tenants as t using (tenant_id)
            where not exists (
                -- by whatever columns the model has
                select 1 from intermediate.int_stores as i
                where i.store_id = s.store_id and to_jsonb(t) || to_jsonb(s) @> to_jsonb(i)
            )
        )
        """,
    "intermediate.int_tracked_asins": f"""
        select exists (({_TRACKED} except {_BUILT}) union all ({_BUILT} except {_TRACKED}))
        """,
    "intermediate.int_tracked_keywords": """
        select exists (
            (select store_id, keyword from ops.tracked_keywords except
                select store_id, keyword from intermediate.int_tracked_keywords)
            union all
            (select store_id, keyword from intermediate.int_tracked_keywords except
                select store_id, keyword from ops.tracked_keywords)
        )
        """,
    "intermediate.int_competitor_pairs": f"""
        select exists (({_PAIRS} except {_COMPARED}) union all ({_COMPARED} except {_PAIRS}))
        """,
    "marts.stores": """
        select exists (
            select 1 from ops.stores as s join ops.tenants as t using (tenant_id)
            left join marts.stores as m using (store_id)
            where (m.tenant_name, m.country) is distinct from (t.name, s.country)
        )
        """,
    "marts.data_coverage": """
        select exists (
            select 1 from ops.current_marks as m join ops.slices as s on s.changed_xid >= m.lowest_xid
            where m.consumer = 'marts.data_coverage' and not pg_visible_in_snapshot(s.changed_xid, m.seen)
                and s.feed not like 'manual.%' and s.feed <> 'amazon_sp.notifications'
        ) or exists (
            select 1 from ops.current_marks as m join ops.deleted_slices as d on d.xid >= m.lowest_xid
            where m.consumer = 'marts.data_coverage' and not pg_visible_in_snapshot(d.xid, m.seen)
        )
        """,
}
"""Models that are made of the platform's own tables, and whether those are others by now."""


@dataclass(frozen=True)
class News:
    """models, standing: those to build and those to leave as they are, as `schema.name`.

    moment: a Postgres snapshot; what it shows, the standing ones need not look at.
    """

    models: frozenset[str]
    standing: frozenset[str]
    moment: str


@cache
def consumers() -> tuple[str, ...]:
    """The models that keep a mark: `marts.sales_daily`, ..."""
    return tuple(
        sorted(
            f"{schema}.{path.stem}" for schema in ("intermediate", "marts") for path in (MODELS / schema).rglob("*.sql")
        )
    )


def stale(conn: psycopg.Connection) -> bool:
    """Whether a committed change is unseen by a model: a load, a slice, a store, what is tracked. Some milliseconds.

    Notifications are no cause of a build: they come all day long, and alerts read them without one. The next build
    takes them along. Also true where a model has never been built, or its mark is of another cluster (a restored dump).
    """
    unbuilt, unseen = conn.execute(
        """
        with marks as (select * from ops.current_marks where consumer = any(%(consumers)s))
        select (select count(*) from marks) < cardinality(%(consumers)s), exists (
            select 1 from ops.changes as c
            where c.producer = any(%(feeds)s) and c.xid >= (select min(lowest_xid) from marks)
                and exists (select 1 from marks where not pg_visible_in_snapshot(c.xid, seen))
        )
        """,
        {
            "consumers": list(consumers()),
            "feeds": [name for name, feed in FEEDS.items() if feed.shape != "notification"],
        },
    ).fetchone() or (True, True)
    return unbuilt or unseen or bool(_differing(conn))


def news(conn: psycopg.Connection, nodes: Mapping[str, Any]) -> News | None:
    """What a build of the same models has to do; None for all of it, as the last one was not whole or a test failed.

    nodes: of dbt's manifest, by unique id. A model has news when it has not seen a change of a feed above it, when what
    it stands for is another (stores, tracked ASINs, the ledger's slices) or when it is not there; and what lies below
    a model with news has news too. A model without any stands as it is.
    """
    (moment,) = conn.execute("select pg_current_snapshot()::text").fetchone() or ("",)
    if not all_is_tested(conn):
        return None
    models = {key: node for key, node in nodes.items() if node.resource_type == "model"}
    # parts (models/parts) are built with the model that reads them
    names = {
        key: f"{node.schema}.{node.name}" for key, node in models.items() if node.config.materialized != "ephemeral"
    }
    there = {name for (name,) in conn.execute("select relnamespace::regnamespace || '.' || relname from pg_class")}
    unseen, differing = _unseen_feeds(conn), _differing(conn)
    own = {
        key
        for key, name in names.items()
        if name not in there
        or name in differing
        # a view sees everything; what has not are the tests of what it shows
        or _feeds_above(key, models) & unseen.get("tests" if name.startswith("staging.") else name, set())
    }
    below = _with_all_below(own, models) & names.keys()
    return News(
        frozenset(names[key] for key in below), frozenset(names[key] for key in names if key not in below), moment
    )


def remember(conn: psycopg.Connection, told: News) -> None:
    """After a build of `told.models` in which all went well: the standing models have nothing to look at until then.

    Every test of what was built has passed, and those of what stands had passed before: all have (the mark `tests`).
    """
    conn.execute(
        "update ops.marks set seen = %s::pg_snapshot where consumer = any(%s)", (told.moment, list(told.standing))
    )
    conn.execute("update ops.marks set seen = pg_current_snapshot() where consumer = 'tests'")


def all_is_tested(conn: psycopg.Connection) -> bool:
    """Whether no model was built after all tests had last passed: every model and test is as that build left it."""
    row = conn.execute(
        """
        select array_agg(m.consumer) @> %s and not bool_or(pg_snapshot_xmax(m.seen) > pg_snapshot_xmax(t.seen))
        from ops.current_marks as m left join ops.current_marks as t on t.consumer = 'tests'
        """,
        ([*consumers(), "tests"],),
    ).fetchone()
    return bool(row and row[0])


def _unseen_feeds(conn: psycopg.Connection) -> dict[str, set[str]]:
    """Consumer -> the feeds of which it has not seen a change."""
    found: dict[str, set[str]] = {}
    for consumer, feed in conn.execute(
        """
        select m.consumer, f.feed
        from ops.current_marks as m
        cross join unnest(%s::text[]) as f(feed)
        where exists (
            select 1 from ops.changes as c
            where c.producer = f.feed and c.xid >= m.lowest_xid and not pg_visible_in_snapshot(c.xid, m.seen)
        )
        """,
        (list(FEEDS),),
    ):
        found.setdefault(consumer, set()).add(feed)
    return found


def _differing(conn: psycopg.Connection) -> set[str]:
    return {name for name, query in _DIFFERING.items() for row in conn.execute(query.encode()) if row[0]}


def _feeds_above(key: str, models: Mapping[str, Any]) -> set[str]:
    """The feeds whose raw tables a model reads, by itself or through other models."""
    found = set()
    for above in models[key].depends_on.nodes:
        if above in models:
            found |= _feeds_above(above, models)
        else:  # source.tradewind.SOURCE.FEED or ...FEED__SECTION
            source, table = above.split(".")[-2:]
            found.add(f"{source}.{table.partition('__')[0]}")
    return found


def _with_all_below(own: Iterable[str], models: Mapping[str, Any]) -> set[str]:
    found, size = set(own), -1
    while len(found) != size:
        size = len(found)
        found |= {key for key, node in models.items() if found & set(node.depends_on.nodes)}
    return found
