"""Crawls as they are met: prices in the visitor's currency."""

from __future__ import annotations

import json

from tests.real.case import Case, Given

PRODUCTS = "apify.products"
FIRST, SECOND, THIRD = (f"2026-10-{day}T12:00:00Z" for day in (18, 19, 20))


def pages(*shown: tuple[str, float, str | None], listed: float | None = None) -> bytes:
    """Product pages. shown: ASIN, price and its currency, as the page writes it. listed: crossed-out price of all."""
    return json.dumps(
        [
            {
                "asin": asin,
                "originalAsin": asin,
                "title": "Item",
                "inStock": True,
                "price": {"value": price, "currency": sign},
                "listPrice": {"value": listed, "currency": sign} if listed else None,
            }
            for asin, price, sign in shown
        ]
    ).encode()


def _asins(letter: str, count: int) -> list[str]:
    return [f"B0CRAWL{letter}{number:02}" for number in range(count)]


DE, CA = _asins("D", 6), _asins("C", 4)
_TOLD = "price_amount, price_other_amount, price_other_currency from marts.competitor_daily where store_id ="

CASES = (
    Case(
        name="visitors",
        met="serpapi/public-roadmap#3266: Amazon shows prices in the visitor's currency, now and then",
        stores={"de": "DE", "ca": "CA"},
        currency="EUR",
        config={"de": {"track": {DE[0]: DE[1:]}}, "ca": {"track": {CA[0]: CA[1:]}}},
        given=(
            Given(
                PRODUCTS,
                "de",
                pages(
                    (DE[0], 20.0, "€"),
                    (DE[1], 21.73, "$"),
                    (DE[2], 30.0, "EUR"),
                    (DE[3], 900.0, "kr"),
                    (DE[4], 40.0, None),
                    (DE[5], 50.0, "zł"),
                    listed=60.0,
                ),
                as_of=THIRD,
            ),
            Given(
                PRODUCTS,
                "ca",
                pages((CA[0], 10.0, "$"), (CA[1], 11.0, "US$"), (CA[2], 12.0, "C$"), (CA[3], 13.0, "CAD")),
                as_of=THIRD,
            ),
        ),
        right={
            f"select {_TOLD} 'visitors-de' order by asin": [
                (20, None, None),
                (None, 21.73, "USD"),
                (30, None, None),
                (None, 900, "SEK"),
                (40, None, None),
                (None, 50, "PLN"),
            ],
            f"select {_TOLD} 'visitors-ca' order by asin": [
                (10, None, None),
                (None, 11, "USD"),
                (12, None, None),
                (13, None, None),
            ],
            "select count(*), count(list_price_amount) from marts.competitor_daily where store_id = 'visitors-de'": [
                (6, 3)
            ],
        },
    ),
    Case(
        name="visitor-for-a-day",
        met="jez500/pricebuddy#134: a change of the page's currency is no change of the price",
        stores={"de": "DE"},
        currency="EUR",
        config={"de": {"track": {"B0CRAWLX00": []}}},
        given=(
            Given(PRODUCTS, "de", pages(("B0CRAWLX00", 20.0, "€"), listed=25.0), as_of=FIRST),
            Given(PRODUCTS, "de", pages(("B0CRAWLX00", 17.0, "US$")), as_of=SECOND),
            Given(PRODUCTS, "de", pages(("B0CRAWLX00", 20.0, "€"), listed=25.0), as_of=THIRD),
        ),
        right={
            "select kind from marts.competitor_events where store_id = 'visitor-for-a-day-de'": [("first_seen",)],
            "select valid_from, valid_to, last_confirmed, price_amount from marts.competitor_price_history "
            "where store_id = 'visitor-for-a-day-de'": [("2026-10-18", None, "2026-10-20", 20)],
        },
    ),
)
