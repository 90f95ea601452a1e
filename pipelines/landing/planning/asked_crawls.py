"""What is crawled without waiting for the night: what a user names, and what was added to what stores track.

The first is checked here, before anything is asked. The second is found here, by the moments at which `ops.tracked_*`
have got it. How they are put into batches is decided in `crawls.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.feeds.apify import SUBJECTS
from pipelines.landing.planning import crawls, planner
from pipelines.landing.planning.selection import Selection

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog

# What was added within a day; what is older was crawled by a night since, or could not be.
_ADDED = """
select 'apify.products' as feed, store_id, array_agg(distinct asin order by asin) as subjects
from (
    select store_id, competitor_asin as asin, added_at from ops.tracked_asins
    union all
    select store_id, asin, added_at from ops.category_asins
) as tracked
where added_at > clock_timestamp() - interval '1 day' group by store_id
union all
select 'apify.keyword_search', store_id, array_agg(keyword order by keyword)
from ops.tracked_keywords where added_at > clock_timestamp() - interval '1 day' group by store_id
order by 1, 2
"""


def by_hand(
    catalog: Catalog, asins: Sequence[str], keywords: Sequence[str], stores: Sequence[str] | None = None
) -> list[Selection]:
    """What is to be landed so that these products and keywords are crawled now, one selection for each feed.

    stores: in whose marketplaces, and on whose tenants' account; None: of those that track them.
    Raises ConfigError if nothing is named, if nobody tracks something and no store is named, or without a token.
    """
    if not asins and not keywords:
        raise ConfigError("Nothing is named that could be crawled: name ASINs or keywords.")
    if not catalog.can_crawl:
        raise ConfigError("TRADEWIND_APIFY_TOKEN is not set: nothing can be crawled without it.")
    found = []
    for feed, kind in SUBJECTS.items():
        subjects = tuple(dict.fromkeys(asins if kind == "asin" else (each.strip() for each in keywords)))
        known = crawls.wanted(feed, (each for each in catalog.stores.values() if not stores or each.store_id in stores))
        for subject in subjects:
            if kind == "asin" and not (len(subject) == 10 and subject.isalnum() and subject == subject.upper()):
                raise ConfigError(f"{subject!r} is no ASIN; an ASIN is ten capital letters and digits.")
            if not subject or "\n" in subject:
                raise ConfigError(f"{subject!r} is no keyword; a keyword is text on one line.")
            if not stores and subject not in known:
                raise ConfigError(
                    f"No store tracks {subject!r}, so it is not known in which marketplace it is to be crawled. Say so "
                    "with --store STORE; to have it in the marts, track it too (`tradewind track add`)."
                )
        if subjects:
            found.append(
                Selection(
                    feeds=(feed,), stores=tuple(stores) if stores else None, subjects=subjects, urgency=crawls.BY_HAND
                )
            )
    return found


def added(
    conn: psycopg.Connection, settings: Settings, catalog: Catalog, now: datetime, most: int = 1000
) -> list[Selection]:
    """What was added within a day and has not been crawled since, by marketplace and feed. now: UTC.

    most: products or keywords of a selection, so that a run's config stays small; the others are in the next one.
    """
    wanted: dict[tuple[str, str], dict[str, list[str]]] = {}  # marketplace, feed -> store -> subjects
    for feed, store_id, subjects in conn.execute(_ADDED).fetchall():
        if store_id in catalog.stores:
            place = catalog.stores[store_id].marketplace.marketplace_id
            wanted.setdefault((place, feed), {})[store_id] = subjects
    found = []
    for (_, feed), of_stores in sorted(wanted.items()):
        stores = tuple(sorted(of_stores))
        selection = Selection(
            feeds=(feed,),
            stores=stores,
            subjects=tuple(sorted({each for subjects in of_stores.values() for each in subjects})),
            urgency=crawls.ADDED,
        )
        scopes = planner.chosen_scopes(catalog, FEEDS[feed], selection)
        plans = planner.plan_feed(conn, settings, FEEDS[feed], scopes, selection, now)
        due = sorted({each for plan in plans for batch in plan.batches for each in batch.subjects})[:most]
        if due:
            whose = tuple(each for each in stores if not set(due).isdisjoint(of_stores[each]))
            found.append(replace(selection, stores=whose, subjects=tuple(due)))
    return found
