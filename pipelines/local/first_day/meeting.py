"""What Amazon and shops say to credentials that were just typed: where the account sells, which profiles it has.

Nothing is written. The calls are those of `sources/amazon/probes.py`; what fits together is decided here, purely.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from pipelines.errors import TradewindError
from pipelines.local.first_day.entries import NewStore
from pipelines.marketplaces import BY_ID, Marketplace, Region
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.amazon.probes import Probes, Profile
from pipelines.sources.transport.http import Http

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Shop


@dataclass(frozen=True, slots=True)
class Met:
    """What was found. marketplaces: those in which the account sells and which Tradewind knows. profiles: of Amazon
    Ads. unknown: ids of marketplaces that Tradewind does not know. problems: whole sentences; what they are of was not
    found."""

    marketplaces: tuple[Marketplace, ...] = ()
    profiles: tuple[Profile, ...] = ()
    unknown: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def seller_ids(self) -> set[str]:
        """The sellers that the Ads profiles of the account's marketplaces name."""
        own = {each.marketplace_id for each in self.marketplaces}
        return {each.seller_id for each in self.profiles if each.seller_id and each.marketplace_id in own}


async def meet(
    settings: Settings, region: Region, refresh_token: SecretStr | None, ads_refresh_token: SecretStr | None
) -> Met:
    """Ask with the settings' applications and these tokens; None: that side is not asked. Raises nothing of theirs."""
    ids: Collection[str] = ()
    profiles: Sequence[Profile] = ()
    problems = []
    async with Http() as http:
        probes = Probes(http, settings)
        if refresh_token is not None:
            try:
                token = await TokenStore.of_selling_partner(http, settings).get(refresh_token, "this account")
                ids = await probes.marketplaces(region, token)
            except TradewindError as error:
                problems.append(str(error))
        if ads_refresh_token is not None:
            try:
                tokens = TokenStore.of_advertising(http, settings)
                token = await tokens.get(ads_refresh_token, "this account")
                profiles = await probes.profiles(region, token, tokens.client_id)
            except TradewindError as error:
                problems.append(str(error))
    known = sorted((BY_ID[each] for each in ids if each in BY_ID), key=lambda each: each.country)
    in_region = tuple(each for each in known if each.region == region)
    return Met(in_region, tuple(profiles), tuple(sorted(set(ids) - set(BY_ID))), tuple(problems))


async def meet_shop(settings: Settings, shop: Shop) -> tuple[str, str]:
    """A shop's currency and time zone, as it says them itself; '' for what it does not say.

    Raises SourceError where it does not let us in, and ConfigError where it is of another seller (eBay).
    """
    from pipelines.sources import woocommerce
    from pipelines.sources.ebay import sell
    from pipelines.sources.shopify.admin import described

    async with Http() as http:
        if shop.kind == "shopify":
            found = await described(http, settings, shop)
            return str(found.get("currencyCode", "")), str(found.get("ianaTimezone", ""))
        if shop.kind == "woocommerce":
            return await woocommerce.described(http, settings, shop)
        await sell.look(http, settings, shop)
    return "", ""


def stores_of(tenant_id: str, seller_id: str, chosen: Iterable[Marketplace], met: Met) -> list[NewStore]:
    """The stores of an account in these marketplaces, each with its Ads profile where there is exactly one."""
    return [
        NewStore(f"{tenant_id}-{_short(each)}", each.country, _profile(seller_id, each, met.profiles))
        for each in chosen
    ]


def _short(marketplace: Marketplace) -> str:
    return "uk" if marketplace.country == "GB" else marketplace.country.lower()


def _profile(seller_id: str, marketplace: Marketplace, profiles: Sequence[Profile]) -> str | None:
    there = [each for each in profiles if each.marketplace_id == marketplace.marketplace_id]
    mine = [each for each in there if each.seller_id == seller_id]
    return mine[0].profile_id if len(mine) == 1 else None
