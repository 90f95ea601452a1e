"""What tests of the sources share: an account with two marketplaces, a limiter without a database, fast retries."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import stamina
from pydantic import SecretStr

from pipelines.feeds import FEEDS, Feed
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from pipelines.sources.transport import http_source, rate_limits
from pipelines.sources.transport.rate_limits import Budget
from pipelines.stores import Account, Scope, Store

REFRESH_TOKEN = "Atzr|refresh-secret"
ACCESS_TOKEN = "Atza|access-secret"


def feed(name: str) -> Feed:
    return FEEDS[name]


def run(test: Coroutine[Any, Any, Any]) -> Any:
    """Run a test's coroutine, with at most two attempts of every request and no pause between them."""

    async def limited() -> Any:
        async with asyncio.timeout(60):
            return await test

    with stamina.set_testing(True, attempts=2, cap=True):
        return asyncio.run(limited())


def account(number: int = 1, region: str = "eu") -> Account:
    """An account with stores in Germany and France; `number` makes it another one."""
    seller = f"A{number:04d}SELLER"
    stores = tuple(
        Store(
            f"shop-{number}-{country.lower()}",
            "tenant",
            f"{seller}@{region}",
            seller,
            region,  # type: ignore[arg-type]
            MARKETPLACES[country],
            ads_profile_id=f"{number}{index}",
            tracked={"B000000001": ("B000000003", "B000000002")},
            has_api=True,
        )
        for index, country in enumerate(("DE", "FR"))
    )
    token = SecretStr(f"{REFRESH_TOKEN}-{number}")
    return Account(f"{seller}@{region}", seller, region, "tenant", token, token, stores)  # type: ignore[arg-type]


def account_scope(number: int = 1) -> Scope:
    owner = account(number)
    return Scope(owner.account_id, owner.stores, owner.stores[0].time_zone, owner)


def store_scope(number: int = 1) -> Scope:
    owner = account(number)
    return Scope(owner.stores[0].store_id, owner.stores[:1], owner.stores[0].time_zone, owner)


def settings_for(url: str, home: Path, **overrides: Any) -> Settings:
    """Settings whose every endpoint is this server."""
    values: dict[str, Any] = {
        "home": home,
        "amazon_sp_endpoint": url,
        "lwa_endpoint": url,
        "amazon_ads_endpoint": url,
        "apify_endpoint": url,
        "lwa_client_id": "client",
        "lwa_client_secret": "client-secret",
        "ads_client_id": "ads-client",
        "ads_client_secret": "ads-secret",
        "apify_token": "apify-secret",
    }
    return Settings(**(values | overrides))


@dataclass
class FreeLimiter:
    """In the place of RateLimiter: every token is there; what happened is kept."""

    taken: list[tuple[Budget, int]] = field(default_factory=list)
    emptied: list[tuple[Budget, float]] = field(default_factory=list)
    rates: list[str | None] = field(default_factory=list)
    spare: bool = True

    async def acquire(self, budget: Budget, priority: int = 0, tokens: int = 1) -> None:
        self.taken += [(budget, priority)] * tokens

    async def try_acquire(self, budget: Budget, *, reserve: float = 0) -> bool:
        if self.spare:
            self.taken.append((budget, 0))
        return self.spare

    async def observe(self, budget: Budget, rate: str | None) -> None:
        self.rates.append(rate)

    async def exhausted(self, budget: Budget, retry_after: float = 0.0, strikes: int = 0) -> None:
        self.emptied.append((budget, retry_after))

    async def aclose(self) -> None:
        pass

    @property
    def operations(self) -> list[str]:
        return [budget.operation for budget, _ in self.taken]


def free_limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    """Give every source a FreeLimiter in the place of the one that needs a database."""
    assert http_source.RateLimiter is rate_limits.RateLimiter
    limiter = FreeLimiter()
    monkeypatch.setattr(http_source, "RateLimiter", lambda *_, **__: limiter)
    return limiter
