"""Whether the credentials are accepted, for `tradewind doctor`: a call or two for each, which cost nothing.

No report is requested and no crawl is started. Messages come from the sources and contain no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pipelines.errors import SourceError, TradewindError
from pipelines.sources import woocommerce
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.ebay import sell as ebay
from pipelines.sources.shopify import admin as shopify
from pipelines.sources.transport.http import Http

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog

NAMES = {"shopify": "Shopify", "ebay": "eBay", "woocommerce": "WooCommerce"}
"""Of kinds of shops, as people write them."""
_LOOKS = {"shopify": shopify.look, "ebay": ebay.look, "woocommerce": woocommerce.look}
Checked = tuple[str, str | None]
"""What was checked, and what is wrong with it and what to do; None if nothing is wrong."""


async def check_accounts(settings: Settings, catalog: Catalog) -> list[Checked]:
    """Ask Amazon for one access token per account and application, Apify for the newest run, and each shop what it is.
    All at once."""
    async with Http() as http:
        accounts = catalog.accounts.values()
        selling = {each.account_id: each.refresh_token for each in accounts if each.refresh_token}
        advertising = {each.account_id: each.ads_refresh_token for each in accounts if each.ads_refresh_token}
        stores: list[TokenStore] = []

        def of(make: Callable[[Http, Settings], TokenStore]) -> TokenStore:
            stores.append(make(http, settings))
            return stores[-1]

        checks = [
            *_tokens("SP-API", lambda: of(TokenStore.of_selling_partner), selling),
            *_tokens("Amazon Ads", lambda: of(TokenStore.of_advertising), advertising),
        ]
        if any(store.tracked for store in catalog.stores.values()):
            checks.append(_checked("Apify", _crawls(settings)))
        checks += [
            _checked(f"{NAMES[shop.kind]} of {shop.shop_id}", _LOOKS[shop.kind](http, settings, shop))
            for shop in catalog.shops.values()
            if shop.secret is not None
        ]
        checked = list(await asyncio.gather(*checks))
        wrong = [each.clock_problem for each in stores if each.clock_problem]
        return [*checked, *([("the clock", wrong[0])] if wrong else [])]


def _tokens(
    what: str, make: Callable[[], TokenStore], refresh_tokens: dict[str, SecretStr]
) -> list[Coroutine[Any, Any, Checked]]:
    """A check for each account; where the application itself is not set up, one check that says so."""
    if not refresh_tokens:
        return []
    try:
        store = make()
    except TradewindError as error:
        return [_known(f"{what} application", str(error))]
    return [
        _checked(f"{what} of {account_id}", store.get(token, account_id))
        for account_id, token in refresh_tokens.items()
    ]


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


async def _known(what: str, problem: str) -> Checked:
    return what, problem
