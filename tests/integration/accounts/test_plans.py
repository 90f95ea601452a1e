"""Limits of plans where they are used up: requests, crawls of a day, a model's spend of a day."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from pipelines.insights.model.calls import Calls, Question
from pipelines.landing.ledger.crawl_turns import BeyondCeiling, Crawl, CrawlTurns
from pipelines.landing.ledger.leases import Owner
from tests.support.accounts import Office, bearer, is_problem


def test_a_plan_limits_requests_of_all_keys_of_a_tenant(office: Office, client: httpx.Client):
    keys = [office.key(tenant="sakura") for _ in range(2)]
    if datetime.now(UTC).second > 55:
        time.sleep(6)  # a minute that ends meanwhile would begin anew
    office.change("delete from accounts.request_counts")
    answers = [client.get("/v1/auth/me", headers=bearer(keys[n % 2].text)) for n in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"minute";q=3;w=60, "day";q=1000;w=86400'
    assert answers[0].headers["RateLimit"].startswith('"minute";r=2;t=')
    assert is_problem(answers[3], 429, "too-many-requests") and answers[3].headers["RateLimit"].startswith(
        '"minute";r=0'
    )
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert office.rows("select used from accounts.request_counts where span = 'day'") == [(3,)], "refused: not counted"
    office.change("delete from accounts.request_counts")


def test_a_plan_limits_how_many_crawls_are_started_in_a_day(office: Office):
    """Of two tenants that share a crawl, the one that may still takes part and bears the cost."""
    ceilings = {"harbor": Decimal(50), "sakura": Decimal(50)}
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    async def started(*tenants: str, number: int) -> tuple[str, ...]:
        async with Owner(office.warehouse.url) as owner, office.warehouse.async_pool(2) as pool:
            turns = CrawlTurns(pool, owner.key, 4, ceilings, {"harbor": 2})
            await turns.wait(Crawl(number, "apify.products", "ATVPDKIKX0DER", tenants, 3, 0), now)
            await turns.settle(number, "0.01")
        return tuple(office.rows("select tenants from ops.crawls where request_id = %s", number)[0][0])

    assert asyncio.run(started("harbor", number=1)) == ("harbor",)
    assert asyncio.run(started("harbor", "sakura", number=2)) == ("harbor", "sakura")
    assert asyncio.run(started("harbor", "sakura", number=3)) == ("sakura",)
    with pytest.raises(BeyondCeiling, match=r"one crawl too many.*allow harbor 2.*2026-11-21 00:00 UTC"):
        asyncio.run(started("harbor", number=4))


def test_a_plan_limits_what_a_model_costs_in_a_day(office: Office):
    calls = Calls(office.warehouse, {"harbor": Decimal("0.5"), "sakura": None}.__getitem__)

    def may(tenant: str, text: str) -> bool:
        named = {"store_id": f"{tenant}-us", "kind": "daily", "day": date(2026, 11, 20), "model": "openai:x"}
        question = Question(
            **{"tenant_id": tenant, **named, "prompt_version": "1", "facts_hash": "h", "options": {}},
            messages=(("human", text),),
        )
        with calls.at(question) as desk:
            return desk.reserve(Decimal("0.4"), Decimal(100))

    assert [may("harbor", text) for text in "ab"] == [True, False]
    assert [may("sakura", text) for text in "ab"] == [True, True]
