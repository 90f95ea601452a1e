"""competitor_daily and competitor_price_history: what the product pages showed on the days they were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulator.documents.apify.shapes import coupon_text
from simulator.truth.known import Known
from simulator.world.marketplaces import Marketplace
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import tracked, tracked_asins
from simulator.world.product_pages.page import Page


def looked_at(known: Known) -> Iterator[tuple[SimStore, str, bool, list[tuple[date, Page]]]]:
    """(store, ASIN, whether it is its own, its pages by day) of everything that is tracked."""
    for account in known.world.accounts:
        for store in account.configured_stores:
            crawled = known.crawled(store)
            own = tracked(known.world.seed, store)
            for asin in tracked_asins(known.world.seed, store):
                days = [day for day, names in crawled.items() if asin in names]
                pages = [(day, known.world.pages.page(store.marketplace, asin, day)) for day in days]
                yield store, asin, asin in own, pages


def competitor_daily(known: Known) -> Iterator[dict]:
    """One row per day and ASIN that was looked at, read or not."""
    for store, asin, own, pages in looked_at(known):
        for day, page in pages:
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": day,
                "asin": asin,
                "is_own": own,
                "crawl_status": "failed" if page.error else "ok",
                "failure_reason": page.error_description or None,
                "title": page.title,
                "brand": page.brand,
                "price_amount": page.price,
                "list_price_amount": page.list_price,
                "price_other_amount": page.other_price,
                "price_other_currency": None if page.other_price is None else store.marketplace.visitors_currency[0],
                "currency": None if page.error else store.marketplace.currency,
                "in_stock": page.in_stock,
                "stars": page.stars,
                "reviews_count": page.reviews,
                "bsr_rank": page.rank,
                "bsr_category": page.category,
                "seller_name": page.seller,
                "is_own_seller": None if page.seller_id is None else page.seller_id == store.seller_id,
                **further(store.marketplace, page),
            }


def further(place: Marketplace, page: Page) -> dict:
    """What a page also shows: who sells it, the coupon, the variation, the image, and how often it was bought."""
    coupon = page.coupon
    return {
        "seller_id": page.seller_id,
        "offers_count": page.offers,
        "coupon": coupon_text(place, page),
        "coupon_ratio": Decimal(coupon.percent) / 100 if coupon and coupon.percent else None,
        "coupon_amount": coupon.amount if coupon and not coupon.percent else None,
        "parent_asin": page.parent,
        "image": page.image,
        "bought_past_month": page.bought,
        "unread": None,
    }


def competitor_price_history(known: Known) -> Iterator[dict]:
    """One row per time in which price and availability stayed the same; a page that could not be read, or
    was shown in a visitor's currency, is no change."""
    for store, asin, _, pages in looked_at(known):
        versions: list[dict] = []
        for day, page in pages:
            if page.error:
                if versions:
                    versions[-1]["failed_days"] += 1
                continue
            if page.other_price is not None:
                continue
            if not versions or (versions[-1]["price_amount"], versions[-1]["in_stock"]) != (page.price, page.in_stock):
                if versions:
                    versions[-1]["valid_to"] = day
                versions.append(
                    {
                        "store_id": store.store_id,
                        "tenant_id": store.tenant_id,
                        "asin": asin,
                        "valid_from": day,
                        "valid_to": None,
                        "price_amount": page.price,
                        "currency": store.marketplace.currency,
                        "in_stock": page.in_stock,
                        "failed_days": 0,
                    }
                )
            versions[-1]["last_confirmed"] = day
        yield from versions
