"""Judges what stores.yaml says of an account by what Amazon has answered: marketplaces, roles, Ads profiles, seller id.

Everything here is pure; the calls are in `amazon/probes.py`, and who makes them in `credentials.py`. Each judgement
says what is wrong, where it is put right, and with which line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipelines.marketplaces import BY_ID
from pipelines.sources.amazon.probes import Profile
from pipelines.sources.amazon.roles import Group

if TYPE_CHECKING:
    from pipelines.stores import Account, Store

Checked = tuple[str, str | None]
"""What was checked, and what is wrong with it and what to do; None if nothing is wrong."""

SECRET_DAYS = 180
"""How long a secret of Login with Amazon is good for (developer-docs, rotating your app's LWA credentials)."""
WARN_DAYS = 30
"""From how many days before its end on a secret that was not rotated is told as wrong."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Amazon has told of an account; None: it was not asked, or did not answer.

    marketplaces: their ids. refused: the groups of reports that it refuses. profiles: the Ads profiles. is_seller:
    whether it shows the listings of the account's seller id.
    """

    marketplaces: Collection[str] | None = None
    refused: Sequence[Group] | None = None
    profiles: Sequence[Profile] | None = None
    is_seller: bool | None = None


def judge(account: Account, seen: Seen) -> list[Checked]:
    """All that can be said of an account's entry in stores.yaml."""
    found: list[Checked] = []
    if seen.marketplaces is not None:
        found += _marketplaces(account, seen.marketplaces)
    if seen.refused is not None:
        found += _roles(account, seen.refused)
    found += _seller(account, seen)
    if seen.profiles is not None:
        for store in account.stores:
            found.append(_profile(store, seen.profiles))
    return found


def _marketplaces(account: Account, ids: Collection[str]) -> Iterator[Checked]:
    names = {each: BY_ID[each].country if each in BY_ID else each for each in ids}
    missing = [store for store in account.stores if store.marketplace.marketplace_id not in names]
    for store in missing:
        yield (
            f"{store.store_id}: marketplace {store.country}",
            f"The account {account.account_id} does not sell there: Amazon names {_listed(names.values())}. Correct "
            f"`marketplace` of {store.store_id} in stores.yaml, or open the marketplace in Seller Central (Settings, "
            "Account info, Marketplaces).",
        )
    if not missing:
        own = {store.marketplace.marketplace_id for store in account.stores}
        others = _listed(name for each, name in names.items() if each not in own and each in BY_ID)
        more = f"; it also sells in {others}, which no store has" if others else ""
        yield f"marketplaces of {account.account_id}: {_listed(store.country for store in account.stores)}{more}", None


def _roles(account: Account, refused: Sequence[Group]) -> Iterator[Checked]:
    if not refused:
        yield f"roles of the application for {account.account_id}", None
    for group in refused:
        yield (
            f"role for {group.what}, of {account.account_id}",
            f"Amazon refuses these reports: the application has no role {group.roles_text}. In Seller Central, Apps "
            "and Services, Develop Apps: Edit the developer profile to ask for the role, Edit the app to tick it, then "
            "Authorize it again and put the new refresh token where stores.yaml names it. Or leave the feeds out with "
            "`skip_feeds`.",
        )


def _seller(account: Account, seen: Seen) -> Iterator[Checked]:
    """The Ads profiles name the seller; without one, whether Amazon shows the id's listings to the token."""
    what = f"seller id of {account.account_id}"
    own = {store.marketplace.marketplace_id for store in account.stores}
    named = {each.seller_id for each in seen.profiles or () if each.seller_id and each.marketplace_id in own}
    wrong = (
        f"In Seller Central, Settings, Account info, Your Merchant Token shows it: correct `seller_id` in stores.yaml "
        f"(now {account.seller_id})."
    )
    if account.seller_id in named or seen.is_seller:
        yield what, None
    elif len(named) == 1 and seen.is_seller is None:
        yield what, f"The Ads profiles of its marketplaces are of the seller {next(iter(named))}. {wrong}"
    elif seen.is_seller is False:
        sold = f" The Ads profiles of its marketplaces are of {_listed(named)}." if named else ""
        yield (
            what,
            f"Amazon does not show the listings of this seller id to the account's token.{sold} {wrong} If it is "
            "right, the application lacks the role Product Listing, which nothing else needs: give it, or ignore this.",
        )


def _profile(store: Store, profiles: Sequence[Profile]) -> Checked:
    there = [each for each in profiles if each.marketplace_id == store.marketplace.marketplace_id]
    mine = [each for each in there if each.seller_id == store.seller_id] or there
    advice = (
        f'Under {store.store_id} in stores.yaml write `ads_profile_id: "{mine[0].profile_id}"`.'
        if len(mine) == 1
        else f"The token sees {_listed(each.text for each in mine or profiles) or 'no profile at all'}."
    )
    named = next((each for each in profiles if each.profile_id == store.ads_profile_id), None)
    if store.ads_profile_id is None:
        what = f"{store.store_id}: Ads profile"
        if not there:
            return f"{what}: none in {store.country}, so no advertising data", None
        return what, f"ads_profile_id is missing, so no advertising data is asked for. {advice}"
    what = f"{store.store_id}: Ads profile {store.ads_profile_id}"
    if named is None:
        return what, f"The Ads refresh token sees no such profile. {advice}"
    if named.marketplace_id and named.marketplace_id != store.marketplace.marketplace_id:
        return what, f"It is one of {named.country}, and the store sells in {store.country}. {advice}"
    if named.seller_id is not None and named.seller_id != store.seller_id:
        return what, f"It is of the seller {named.seller_id}, and the store's is {store.seller_id}. {advice}"
    return what, None


def judge_secret(until: date | None, today: date) -> Checked:
    """How long the secret of the SP-API application is good for. until: its last day, as far as it is known."""
    what = "secret of the SP-API application"
    if until is None:
        return (
            f"{what}: when it ends is not known; Seller Central shows it (Develop Apps, View): "
            "`tradewind rotate --ends DAY` keeps it",
            None,
        )
    left = (until - today).days
    if left > WARN_DAYS:
        return f"{what}: {left} days until it must be rotated ({until})", None
    over = f"it ended on {until}" if left < 0 else f"it ends on {until}, in {left} days"
    return what, f"{over[0].upper()}{over[1:]}: every call is refused from then on. Run `tradewind rotate`."


def _listed(names: Collection[str] | Iterator[str]) -> str:
    return ", ".join(sorted(names))
