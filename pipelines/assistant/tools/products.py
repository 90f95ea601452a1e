"""`search_products`: which products there are, by words of the title, SKU, ASIN or brand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipelines.assistant.answers import Answer, one_currency, paged
from pipelines.assistant.arguments import Page, Stores
from pipelines.assistant.caller import Caller, chosen
from pipelines.assistant.outside import bare

MOST_FOUND = 2000

Words = Annotated[
    str, Field(max_length=200, description="Words of the title, a SKU, an ASIN or a brand, in any order and case.")
]

_FOUND = """
    select store_id as store, sku, asin, title, brand, listing_status, fulfillment_channel, price_amount as price,
        currency, first_sold_on, last_sold_on
    from marts.products
    where store_id = any(%(stores)s) and sku <> ''
        and concat_ws(' ', sku, asin, fnsku, title, brand) ilike all (%(words)s)
    order by last_sold_on desc nulls last, store_id, sku
    limit %(most)s
"""


def search_products(caller: Caller, query: Words = "", stores: Stores = None, page: Page = 0) -> Answer:
    """Find products by words of the title, SKU, ASIN or brand; without a query all of them, those sold last first.

    Raises Refusal for a store that the caller may not see.
    """
    from psycopg.rows import dict_row

    words = [f"%{_literal(word)}%" for word in bare(query).split()] or ["%"]
    with caller.reading() as conn:
        known = chosen(caller, conn, stores)
        with conn.cursor(row_factory=dict_row) as cursor:
            ids = [store.store_id for store in known]
            rows = cursor.execute(_FOUND, {"stores": ids, "words": words, "most": MOST_FOUND}).fetchall()
    currency = one_currency(rows)
    answer = Answer(
        says=f"{len(rows)} {'product' if len(rows) == 1 else 'products'} found."
        if len(rows) < MOST_FOUND
        else f"The first {MOST_FOUND} products; search by more words for fewer.",
        unit="money",
        currency=currency,
        notes=[
            "`price` is the seller's own price now, as buyers pay it (with VAT where prices contain it).",
            "A SKU names a product only together with its store; an ASIN is the same product in all stores.",
        ],
    )
    return paged(answer, rows, page)


def _literal(word: str) -> str:
    """A word in which the signs of `ilike` stand for themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
