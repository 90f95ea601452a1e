"""Whether credentials are accepted and stores.yaml is right, for `tradewind doctor` and `tradewind init`: a call or two
for each, which cost nothing.

No report is requested and no crawl is started. What Amazon answers is judged in `set_up.py`. Messages contain no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import SecretStr

from pipelines.errors import SourceError, TradewindError
from pipelines.feeds import FEEDS
from pipelines.sources import woocommerce
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.amazon.probes import Probes
from pipelines.sources.amazon.roles import DATA_KIOSK, Group, groups_of
from pipelines.sources.ebay import sell as ebay
from pipelines.sources.set_up import Checked, Seen, judge, judge_secret
from pipelines.sources.shopify import admin as shopify
from pipelines.sources.transport.http import Http

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Account, Catalog

T = TypeVar("T")
NAMES = {"shopify": "Shopify", "ebay": "eBay", "woocommerce": "WooCommerce"}
"""Of kinds of shops, as people write them."""
_LOOKS = {"shopify": shopify.look, "ebay": ebay.look, "woocommerce": woocommerce.look}


async def check_accounts(settings: Settings, catalog: Catalog) -> list[Checked]:
    """Ask Amazon of each account and application for a token, and with it for marketplaces, roles, Ads profiles and
    whose the seller id is; Apify for the newest run; each shop what it is. All at once."""
    async with Http() as http:
        selling = _Application.of("SP-API", lambda: TokenStore.of_selling_partner(http, settings))
        advertising = _Application.of("Amazon Ads", lambda: TokenStore.of_advertising(http, settings))
        probes = Probes(http, settings)
        checks = [_account(account, catalog, probes, selling, advertising) for account in catalog.accounts.values()]
        if any(store.tracked for store in catalog.stores.values()):
            checks.append(_alone("Apify", _crawls(settings)))
        checks += [
            _alone(f"{NAMES[shop.kind]} of {shop.shop_id}", _LOOKS[shop.kind](http, settings, shop))
            for shop in catalog.shops.values()
            if shop.secret is not None
        ]
        checked = [each for some in await asyncio.gather(*checks) for each in some]
    used = [each for each in (selling, advertising) if each.is_asked(catalog)]
    wrong = [each.tokens.clock_problem for each in used if each.tokens and each.tokens.clock_problem]
    unset = [(f"{each.what} application", each.problem) for each in used if each.problem]
    if selling.tokens and selling.is_asked(catalog):
        checked.append(judge_secret(settings.lwa_secret_until, settings.now().date()))
    return [*unset, *checked, *([("the clock", wrong[0])] if wrong else [])]


@dataclass(frozen=True, slots=True)
class _Application:
    """One of the two applications. tokens: None where it is not set up, which `problem` then says."""

    what: str
    tokens: TokenStore | None
    problem: str | None

    @classmethod
    def of(cls, what: str, make: Callable[[], TokenStore]) -> _Application:
        try:
            return cls(what, make(), None)
        except TradewindError as error:
            return cls(what, None, str(error))

    def token_of(self, account: Account) -> SecretStr | None:
        """The account's refresh token for this application."""
        return account.refresh_token if self.what == "SP-API" else account.ads_refresh_token

    def is_asked(self, catalog: Catalog) -> bool:
        return any(self.token_of(account) for account in catalog.accounts.values())

    async def access(self, account: Account) -> tuple[str | None, list[Checked]]:
        """An access token of the account, and what is said of it; nothing where there is no refresh token."""
        refresh = self.token_of(account)
        if self.tokens is None or refresh is None:
            return None, []
        tokens = self.tokens
        found: list[str] = []

        async def get() -> None:
            found.append(await tokens.get(refresh, account.account_id))

        said = await _checked(f"{self.what} of {account.account_id}", get())
        return (found[0] if found else None), [said]


async def _account(
    account: Account, catalog: Catalog, probes: Probes, selling: _Application, advertising: _Application
) -> list[Checked]:
    """What is found of one account: its tokens, and what stores.yaml says of it, compared with what Amazon says."""
    (token, said), (ads_token, ads_said) = await asyncio.gather(selling.access(account), advertising.access(account))
    found = [*said, *ads_said]
    seen = Seen()

    async def ask(what: str, work: Coroutine[Any, Any, T]) -> T | None:
        answer: list[T] = []

        async def keep() -> None:
            answer.append(await work)

        checked = await _checked(f"{what} of {account.account_id}", keep())
        if not answer:
            found.append(checked)
        return answer[0] if answer else None

    if ads_token is not None and advertising.tokens is not None:
        client_id = advertising.tokens.client_id
        seen = replace(seen, profiles=await ask("Ads profiles", probes.profiles(account.region, ads_token, client_id)))
    if token is not None:
        wanted = [feed for feed in FEEDS.values() if any(store.wants(feed) for store in account.stores)]
        seen = replace(
            seen,
            marketplaces=await ask("marketplaces", probes.marketplaces(account.region, token)),
            refused=await ask("roles", _refused(probes, account, token, wanted)),
        )
        if account.seller_id not in {each.seller_id for each in seen.profiles or ()}:
            first = account.stores[0].marketplace.marketplace_id
            seen = replace(
                seen,
                is_seller=await ask("the seller id", probes.is_seller(account.region, token, account.seller_id, first)),
            )
    return [*found, *judge(account, seen)]


async def _refused(probes: Probes, account: Account, token: str, wanted: Sequence[Feed]) -> list[Group]:
    refused = await probes.refused(account.region, token, groups_of(wanted))
    asks_kiosk = any(feed.source == "amazon_data_kiosk" for feed in wanted)
    if asks_kiosk and not await probes.data_kiosk(account.region, token):
        refused.append(DATA_KIOSK)
    return refused


async def _alone(what: str, attempt: Coroutine[Any, Any, object]) -> list[Checked]:
    return [await _checked(what, attempt)]


async def _crawls(settings: Settings) -> None:
    from pipelines.sources.apify import ApifySource  # only who crawls pays for its client

    async with ApifySource(settings) as source:
        await source.check()


async def _checked(what: str, attempt: Coroutine[Any, Any, object]) -> Checked:
    try:
        await attempt
    except SourceError as error:
        return what, _unreached(error) if error.retryable else str(error)
    except TradewindError as error:
        return what, str(error)
    return what, None


def _unreached(error: SourceError) -> str:
    problem = str(error).removesuffix(" It is tried again later.")
    return f"{problem} Check this machine's network and proxy, and the TRADEWIND_..._ENDPOINT variables if you set any."
