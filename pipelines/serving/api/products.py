"""One product: its SKUs, and the history of its page's price, rank and rating, as crawls of tracked products saw it."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.asking.contract import marts
from pipelines.asking.plan import plan
from pipelines.asking.question import MOST_ROWS, Filter, Op, Refused
from pipelines.asking.reader import Asker, page
from pipelines.serving.api import pages, parameters
from pipelines.serving.api.answering import IF_NONE_MATCH, Answering, has_it, headers_of
from pipelines.serving.api.forms import TYPES, Form

ASIN = re.compile(r"[A-Z0-9]{10}")
HISTORY = (
    "store_id",
    "date",
    "is_own",
    "price_amount",
    "list_price_amount",
    "currency",
    "in_stock",
    "stars",
    "reviews_count",
    "bsr_rank",
    "bsr_category",
)
"""The columns of competitor_daily that a history has, as far as the mart has them."""

TAKEN = frozenset({"since", "until", "store_id", "order", "limit"})


async def product(answering: Answering, request: Request, caller: Principal, asin: str) -> Response:
    """The answer about one ASIN. Raises Refusal (404) where the tenant's rows do not name it."""
    if not ASIN.fullmatch(asin):
        raise Refused("wrong_value", f"{asin[:40]!r} is no ASIN; an ASIN is ten capital letters and digits.", "asin")
    items = request.query_params.multi_items()
    if wrong := sorted({name for name, _ in items} - TAKEN):
        raise Refused("wrong_value", f"A product is asked for by {', '.join(sorted(TAKEN))}, not {wrong[0][:60]!r}.")
    asked = parameters.read("competitor_daily", items).question
    daily, own = marts()["competitor_daily"], marts()["products"]
    of_it = Filter("asin", Op.EQ, (asin,))
    columns = tuple(name for name in HISTORY if name in daily.columns)
    history = plan(replace(asked, columns=columns, filters=(*asked.filters, of_it)), daily, caller.stores)
    skus = plan(
        replace(asked, mart=own.name, since=None, until=None, limit=MOST_ROWS, filters=(*asked.filters, of_it)),
        own,
        caller.stores,
    )
    asker = Asker(caller.tenant_id, caller.stores)
    about, reader = f"product {asin}", answering.reader
    if IF_NONE_MATCH in request.headers:
        headers = headers_of(await reader.stamp(asker, history, about, beside=(own,)), Form.JSON)
        if has_it(request, headers):
            return Response(status_code=304, headers=headers)
    async with reader.moment(asker, history, about, beside=(own,)) as moment:
        headers = headers_of(moment.stamp, Form.JSON)
        known, told = await page(moment, skus), await page(moment, history)
        if not known.rows and not told.rows:
            raise Refusal(404, "no-such-product", "No such product", f"No store of yours sells or tracks {asin}.")
        content = {
            "asin": asin,
            "products": pages.rows(known),
            "history": pages.rows(told),
            "more": told.next is not None,
            "coverage": pages.coverage(told.coverage),
            "built_at": moment.stamp.changed_at,
        }
    return Response(pages.dumps(content), headers=headers, media_type=TYPES[Form.JSON])
