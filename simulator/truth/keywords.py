"""keyword_rank_daily and keyword_performance_weekly: where products stood in the searches that stores watch, on the
days they were looked at, and beside it what people searched for in the same weeks, and what ads brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from simulator.truth.advertising import ads_search_terms_daily, ads_targets_daily
from simulator.truth.known import Known, ratio, rounded
from simulator.world.brand_analytics.periods import first_of, weeks
from simulator.world.brand_analytics.searches import Query, searches
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import tracked, tracked_asins
from simulator.world.product_pages.search_results import Result, failed, results, tracked_keywords


def searched(known: Known) -> Iterator[tuple[SimStore, date, str, Sequence[Result]]]:
    """(store, day, keyword, what was found) of every search that a store watches and that could be read, by day."""
    for account in known.world.accounts:
        for store in account.configured_stores:
            place, watched = store.marketplace, tracked_keywords(known.world.seed, store)
            for day, names in known.searched(store).items():
                for word in watched:
                    if word in names and not failed(known.world.seed, place, word, day):
                        yield store, day, word, results(known.world.pages, place, word, day)


def keyword_rank_daily(known: Known) -> Iterator[dict]:
    """One row per day, keyword and product that stands somewhere in the results."""
    for store, day, word, found in searched(known):
        own = tracked(known.world.seed, store)
        everything = tracked_asins(known.world.seed, store)
        first_page = [each.shown.asin for each in found if each.page == 1]
        for asin in {each.shown.asin for each in found}:
            mine = [each for each in found if each.shown.asin == asin]
            foremost = next((each for each in mine if not each.sponsored), mine[0])
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": day,
                "keyword": word,
                "asin": asin,
                "is_own": asin in own,
                "is_tracked": asin in everything,
                "title": mine[0].shown.title,
                "brand": mine[0].shown.brand,
                "organic_position": place_of(mine, sponsored=False),
                "sponsored_position": place_of(mine, sponsored=True),
                "page": foremost.page,
                "places": len(mine),
                "first_page_places": first_page.count(asin),
                "first_page_size": len(first_page),
                "first_page_share": ratio(first_page.count(asin), len(first_page)),
                "places_read": len(found),
            }


def place_of(found: Sequence[Result], *, sponsored: bool) -> int | None:
    """The best of these places that is paid for, or that is not."""
    return min((each.position for each in found if each.sponsored == sponsored), default=None)


KEYWORD_TYPES = ("EXACT", "PHRASE", "BROAD")
Key = tuple[str, date, str]


def keyword_performance_weekly(known: Known) -> Iterator[dict]:
    """One row per week and keyword that led to a product of the store, or whose results were read."""
    queries = _queries(known)
    places: dict[Key, list[tuple[date, Sequence[Result]]]] = defaultdict(list)
    for store, day, word, found in searched(known):
        places[store.store_id, first_of("WEEK", day), word.lower()].append((day, found))
    bids = _by_week(row for row in ads_targets_daily(known) if row["match_type"] in KEYWORD_TYPES)
    clicked = _by_week(ads_search_terms_daily(known))
    for account in known.world.accounts:
        for store in account.configured_stores:
            watched = {word.lower() for word in tracked_keywords(known.world.seed, store)}
            for key in sorted(key for key in queries.keys() | places.keys() if key[0] == store.store_id):
                _, first, word = key
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "date": first,
                    "period_end": first + timedelta(days=6),
                    "keyword": word,
                    "is_tracked": word in watched,
                    "currency": store.marketplace.currency,
                    **_led_to(queries.get(key)),
                    **_stood(places.get(key, []), set(tracked(known.world.seed, store))),
                    **_advertised(bids.get(key, []), clicked.get(key, [])),
                }


def _queries(known: Known) -> dict[Key, Query]:
    """What led to a product of a store, by its week."""
    return {
        (store.store_id, first, query.term.lower()): query
        for _, store, business in known.stores(configured_only=True)
        for first, last, age in weeks(store, known.now)
        for query in searches(business, first, last, age).queries.values()
        if query.own
    }


def _by_week(rows: Iterable[dict]) -> dict[Key, list[dict]]:
    result: dict[Key, list[dict]] = defaultdict(list)
    for row in rows:
        text = row.get("search_term") or row["targeting"]
        result[row["store_id"], first_of("WEEK", row["date"]), text.lower()].append(row)
    return result


def _led_to(query: Query | None) -> dict:
    """Everybody's figures of a query and the store's; nothing is known of one that leads to none of its products."""
    row: dict[str, object] = {"own_asins": len(query.own) if query else 0}
    row["search_query_volume"] = query.volume if query else None
    for what in ("impression", "click", "cart_add", "purchase"):
        everybodys = getattr(query.total, f"{what}s") if query else None
        own = sum(getattr(each, f"{what}s") for each in query.own.values()) if query else None
        row |= {f"total_{what}s": everybodys, f"own_{what}s": own}
        row[f"{what}_share"] = ratio(own, everybodys) if own is not None and everybodys is not None else None
    return row


def _stood(days: Sequence[tuple[date, Sequence[Result]]], own: set[str]) -> dict:
    """Where own products stood on the days on which a keyword's results were read."""
    organic, paid, first_page, mine, on_first = [], [], 0, 0, 0
    for _, found in days:
        ours = [each for each in found if each.shown.asin in own]
        organic.append(place_of(ours, sponsored=False))
        paid.append(place_of(ours, sponsored=True))
        on_first += any(each.page == 1 and not each.sponsored for each in ours)
        first_page += sum(each.page == 1 for each in found)
        mine += sum(each.page == 1 for each in ours)
    had = [place for place in organic if place is not None]
    return {
        "days_searched": len(days),
        "days_on_first_page": on_first,
        "best_organic_position": min(had, default=None),
        "mean_organic_position": rounded(Fraction(sum(had), len(had)), 2) if had else None,
        "best_sponsored_position": min((place for place in paid if place is not None), default=None),
        "first_page_share": ratio(mine, first_page),
    }


def _advertised(bids: Sequence[dict], clicked: Sequence[dict]) -> dict:
    """Who bids on a keyword, and what ads brought that answered it."""
    campaigns = sorted({row["campaign_id"] for row in bids})
    return {
        "bidding_campaigns": len(campaigns),
        "bidding_campaign_ids": ", ".join(campaigns) or None,
        "highest_bid_amount": max((row["bid_amount"] for row in bids if row["bid_amount"] is not None), default=None),
        "ad_clicks": sum(row["clicks"] for row in clicked),
        "ad_cost_amount": sum((row["cost"] for row in clicked), Decimal(0)),
        "ad_purchases_14d": sum(row["purchases_14d"] for row in clicked),
        "ad_sales_14d_amount": sum((Decimal(row["sales_14d"]) for row in clicked), Decimal(0)),
    }
