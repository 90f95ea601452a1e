"""Crawls by hand: what is to be crawled is written down, and the next look of Dagster's sensor starts a run for it,
before all other crawls (orchestration/asked.py). Whether something may be crawled is decided there, too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

import psycopg
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal

MOST = 100
Asin = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{10}$")]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_STORE = "select from ops.stores where store_id = %s and tenant_id = %s"
_ASK = """
    insert into ops.asked_crawls (tenant_id, store_id, asins, keywords, asked_by) values (%s, %s, %s, %s, %s)
    returning asked_id, asked_at
"""
_STATE = """
    select asked_id, store_id, asins, keywords, asked_at, run_at, problem from ops.asked_crawls
    where asked_id = %s and tenant_id = %s and (%s::text[] is null or store_id = any(%s::text[]))
"""


class CrawlWanted(BaseModel):
    """What is to be crawled. asins: products; keywords: searches. Not neither."""

    model_config = ConfigDict(extra="forbid")

    store_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    asins: Annotated[list[Asin], Field(max_length=MOST)] = []
    keywords: Annotated[list[Keyword], Field(max_length=MOST)] = []


class Crawl(BaseModel):
    """A crawl that was asked for. state: `waiting` for a run, `started`, or `refused`, and why."""

    crawl_id: int
    store_id: str
    asins: list[str]
    keywords: list[str]
    state: str
    asked_at: datetime
    started_at: datetime | None = None
    problem: str | None = None


async def ask(conn: psycopg.AsyncConnection[Any], caller: Principal, wanted: CrawlWanted) -> Crawl:
    """Write a crawl down. conn: of the warehouse's user; the caller commits. Raises Refusal (404, 422)."""
    if not wanted.asins and not wanted.keywords:
        raise Refusal(422, "nothing-named", "Nothing is named", "Name asins or keywords that are to be crawled.")
    texts = [wanted.store_id, *wanted.keywords]
    if any(_UNSTORABLE.search(each) for each in texts):
        raise Refusal(422, "unstorable", "A text cannot be kept", "A keyword is text on one line.")
    known = await (await conn.execute(_STORE, (wanted.store_id, caller.tenant_id))).fetchone()
    if known is None or (caller.stores is not None and wanted.store_id not in caller.stores):
        raise Refusal(404, "no-such-store", "No such store", "/v1/stores lists yours.")
    cursor = await conn.execute(
        _ASK, (caller.tenant_id, wanted.store_id, wanted.asins, wanted.keywords, caller.subject)
    )
    number, at = await cursor.fetchone() or (0, datetime.min)
    return Crawl(
        crawl_id=number,
        store_id=wanted.store_id,
        asins=wanted.asins,
        keywords=wanted.keywords,
        state="waiting",
        asked_at=at,
    )


async def state(conn: psycopg.AsyncConnection[Any], caller: Principal, number: int) -> Crawl:
    """What has become of a crawl. Raises Refusal (404)."""
    stores = None if caller.stores is None else sorted(caller.stores)
    row = await (await conn.execute(_STATE, (number, caller.tenant_id, stores, stores))).fetchone()
    if row is None:
        raise Refusal(404, "no-such-crawl", "No such crawl", f"You have asked for no crawl {number}.")
    told = "refused" if row[6] else "started" if row[5] else "waiting"
    return Crawl(
        crawl_id=row[0],
        store_id=row[1],
        asins=row[2],
        keywords=row[3],
        state=told,
        asked_at=row[4],
        started_at=row[5],
        problem=row[6],
    )
