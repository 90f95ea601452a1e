"""Advertising in vain: search terms and campaigns that cost money and sold nothing, and candidates for negatives.

Only Sponsored Products count. A term or a campaign sold nothing if Amazon attributes no order to it within 14 days of
a click, its longest window for all that it reports. Amounts are in the store's currency.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import ratio
from pipelines.insights.readings import CAMPAIGNS, SEARCH_TERMS, read

DAYS = 30
TERM_MIN_CLICKS, CAMPAIGN_MIN_CLICKS = 4, 5  # fewer clicks without an order say nothing yet
CAMPAIGNS_LISTED = 3
TERM_LIMIT = 50  # characters of a search term that are shown

CAMPAIGNS_WITHOUT_SALES = """
    select campaign_id, (array_agg(campaign_name order by date desc))[1] as campaign_name, sum(cost) as cost,
        sum(clicks) as clicks, count(*) over () as campaigns, sum(sum(cost)) over () as cost_of_all
    from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by campaign_id
    having sum(cost) > 0 and coalesce(sum(purchases_14d), 0) = 0 and sum(clicks) >= %(clicks)s
    order by sum(cost) desc, campaign_id
"""
# By the asterisk Amazon hides terms that are rare. `counted`: what the campaigns without a sale have in their cost.
WASTED_TERMS = """
    select search_term, sum(cost) as cost, sum(clicks) as clicks, count(*) over () as terms,
        sum(sum(cost)) over () as cost_of_all,
        coalesce(sum(sum(cost) filter (where campaign_id = any(%(idle)s))) over (), 0) as counted,
        coalesce(sum(sum(cost) filter (
            where campaign_id = any(%(paused)s) and campaign_id <> all(%(idle)s))) over (), 0) as paused
    from marts.ads_search_terms_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
        and search_term <> '*'
    group by search_term
    having sum(cost) > 0 and coalesce(sum(purchases_14d), 0) = 0 and sum(clicks) >= %(clicks)s
    order by sum(cost) desc, search_term
"""
# Campaigns by their status in the newest row, as Amazon told it when the day was last reported.
PAUSED = """
    select campaign_id from (
        select distinct on (campaign_id) campaign_id, campaign_status from marts.ads_campaigns_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s order by campaign_id, date desc
    ) as newest
    where campaign_status in ('PAUSED', 'ARCHIVED')
"""
SPENT = """
    select sum(cost) as cost from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
"""
# Of the window of the day, which may be newer than a brief of the past.
NEGATIVES = """
    select search_term, window_start, window_end, clicks, cost, p_value, count(*) over () as terms,
        sum(cost) over () as cost_of_all
    from marts.ads_negative_candidates
    where store_id = %(store_id)s and window_end between %(first)s and %(last)s
    order by cost_rank, search_term
"""


def collect(marts: Marts, book: FactBook, *, terms: int = 3) -> None:
    """Add the facts of DAYS days: what was spent without a sale, once; campaigns; so many terms, the costliest."""
    period = book.days(DAYS)
    bounds = {"first": period[0], "last": period[1]}
    idle = marts.rows(CAMPAIGNS_WITHOUT_SALES, **bounds, clicks=CAMPAIGN_MIN_CLICKS)
    shared: dict[str, Any] = {"period": period, "open_days": read(marts, CAMPAIGNS, *period).open_days(period)}
    for row in idle[:CAMPAIGNS_LISTED]:
        subject = Subject("campaign", clean(row["campaign_name"] or row["campaign_id"]))
        book.add("campaign_spend", row["cost"], "CAMPAIGNS_WITHOUT_SALES", subject=subject, **shared)
        book.add("campaign_clicks", row["clicks"], "CAMPAIGNS_WITHOUT_SALES", subject=subject, **shared)
    paused = [row["campaign_id"] for row in marts.rows(PAUSED, **bounds)]
    ids = [row["campaign_id"] for row in idle]
    wasted = marts.rows(WASTED_TERMS, **bounds, clicks=TERM_MIN_CLICKS, idle=ids, paused=paused)
    of_terms = shared | {"open_days": read(marts, SEARCH_TERMS, *period).open_days(period)}
    spent = marts.rows(SPENT, **bounds)[0]["cost"]
    stopped = sum((row["cost"] for row in idle if row["campaign_id"] in paused), Decimal(0))
    stopped += wasted[0]["paused"] if wasted else 0
    both = shared | {"open_days": max(shared["open_days"], of_terms["open_days"])}
    _total(book, idle, wasted, spent, both)
    if stopped:
        book.add("wasted_paused_spend", stopped, "PAUSED", **both)
    if wasted:
        book.add("wasted_terms", wasted[0]["terms"], "WASTED_TERMS", **of_terms)
        book.add("wasted_terms_spend", wasted[0]["cost_of_all"], "WASTED_TERMS", **of_terms)
    for row in wasted[:terms]:
        subject = Subject("search_term", clean(row["search_term"], TERM_LIMIT))
        book.add("term_spend", row["cost"], "WASTED_TERMS", subject=subject, **of_terms)
        book.add("term_clicks", row["clicks"], "WASTED_TERMS", subject=subject, **of_terms)


def _total(
    book: FactBook, idle: list[dict[str, Any]], wasted: list[dict[str, Any]], spent: Decimal | None, shared: dict
) -> None:
    """All that was spent without a sale. A term's cost in a campaign without a sale is in that campaign's cost."""
    by_campaign = idle[0]["cost_of_all"] if idle else Decimal(0)
    by_term = wasted[0]["cost_of_all"] - wasted[0]["counted"] if wasted else Decimal(0)
    total = by_campaign + by_term
    if not total:
        return
    book.add("wasted_spend", total, "WASTED_TERMS", **shared)
    book.add("wasted_share", ratio(total, spent), "WASTED_TERMS", **shared)
    if idle:
        book.add("wasted_campaigns", idle[0]["campaigns"], "CAMPAIGNS_WITHOUT_SALES", **shared)
        book.add("wasted_campaigns_spend", by_campaign, "CAMPAIGNS_WITHOUT_SALES", **shared)


def negatives(marts: Marts, book: FactBook, *, listed: int) -> None:
    """Add the facts on search terms that chance alone hardly explains, as the mart lists them: so many, the dearest."""
    week = book.days(7)
    rows = marts.rows(NEGATIVES, first=week[0], last=week[1])
    if not rows:
        return
    period = (rows[0]["window_start"], rows[0]["window_end"])
    shared: dict[str, Any] = {"period": period, "open_days": read(marts, SEARCH_TERMS, *period).open_days(period)}
    book.add("negative_terms", rows[0]["terms"], "NEGATIVES", **shared)
    book.add("negative_terms_spend", rows[0]["cost_of_all"], "NEGATIVES", **shared)
    for row in rows[:listed]:
        subject = Subject("search_term", clean(row["search_term"], TERM_LIMIT))
        book.add("negative_spend", row["cost"], "NEGATIVES", subject=subject, **shared)
        book.add("negative_clicks", row["clicks"], "NEGATIVES", subject=subject, **shared)
        book.add("negative_chance", row["p_value"] * 100, "NEGATIVES", subject=subject, **shared)
