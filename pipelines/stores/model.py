"""The data types of stores.yaml: tenants, seller accounts, stores and scopes, and which scopes a feed is asked for.

The file is read and checked in `stores/reading.py`. What the stores are used for is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from pipelines.actors import BUILT_IN, Actor, subjects_of
from pipelines.feeds import Feed
from pipelines.feeds.apify import SUBJECTS
from pipelines.marketplaces import Marketplace, Region
from pipelines.sources.traits import TRAITS
from pipelines.stores.retention import Retention, cutoff


@dataclass(frozen=True, slots=True)
class PersonalChoice:
    """What a tenant has decided on personal data.

    everything: all personal data is kept in raw and the archive. keep, drop: headers and JSON keys, of any document,
    that are kept, or removed, whatever their names sound like.
    """

    everything: bool = False
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()


UNDECIDED = PersonalChoice()


@dataclass(frozen=True, slots=True)
class SendTo:
    """To whom briefs are sent. place: the variable or file that has the addresses, as told. addresses: for Apprise,
    one a line or between blanks; None: nothing is there. kinds, languages, stores: only these (store ids, '*' for what
    is about all stores); empty: all. versions: 'every' version of a brief, or only the 'first' one that is sent."""

    place: str
    addresses: SecretStr | None
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    versions: str = "every"


@dataclass(frozen=True, slots=True)
class Tenant:
    """One business. reporting_currency: ISO 4217. personal: its choice on personal data. brief_budget_month_usd: the
    most that a model may cost for its briefs in a calendar month of UTC, in USD; None: what the settings allow. send:
    to whom its briefs are sent. crawl_budget_day_usd: the most that its crawls may cost in a day of UTC, in USD; None:
    what the settings allow. retention: for how long its data is kept."""

    tenant_id: str
    name: str
    reporting_currency: str
    personal: PersonalChoice = UNDECIDED
    brief_budget_month_usd: Decimal | None = None
    send: tuple[SendTo, ...] = ()
    crawl_budget_day_usd: Decimal | None = None
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True, slots=True)
class Category:
    """Keywords under one name. auto_crawl: whether the products on their first pages are crawled too."""

    name: str
    keywords: tuple[str, ...]
    auto_crawl: bool = False


@dataclass(frozen=True, slots=True)
class Store:
    """One seller account in one marketplace.

    tracked: own ASIN -> ASINs of its competitors, of `track` and of the track file. track_file, category_file: these
    files, if it names them. tags: (own ASIN, competitor's ASIN, or the own one again) -> tags of this pair, or of the
    own product. keywords: those whose search results are crawled, those of the categories included. history_from: the
    first marketplace day that is wanted; None means all that the source has. has_api: False if Amazon's API may not
    be asked, and the store is filled by import only. feeds: names of feeds that are asked for only for stores that
    name them (`Feed.opt_in`). skip_feeds: names of feeds that are not asked for this store. cost_method: 'period',
    'fifo' or 'weighted_average': how the costs of goods are computed from what the user enters. lead_time_days:
    from an order of goods until they can be sold, of SKUs for which `manual.product_costs` names none. cover_days:
    how long an order should last once it has arrived.
    """

    store_id: str
    tenant_id: str
    account_id: str
    seller_id: str
    region: Region
    marketplace: Marketplace
    ads_profile_id: str | None = None
    history_from: date | None = None
    tracked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_api: bool = False
    feeds: frozenset[str] = frozenset()
    skip_feeds: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    cost_method: str = "period"
    lead_time_days: int = 30
    cover_days: int = 30
    track_file: Path | None = None
    tags: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    category_file: Path | None = None

    def wants(self, feed: Feed) -> bool:
        """Whether stores.yaml allows a feed to be asked for this store."""
        return feed.name not in self.skip_feeds and (not feed.opt_in or feed.name in self.feeds)

    @property
    def crawled_categories(self) -> tuple[Category, ...]:
        """The categories whose first pages' products are crawled."""
        return tuple(each for each in self.categories if each.auto_crawl)

    @property
    def country(self) -> str:
        """The marketplace's country, as in `Marketplace.country`."""
        return self.marketplace.country

    @property
    def currency(self) -> str:
        """The marketplace's currency, ISO 4217."""
        return self.marketplace.currency

    @property
    def time_zone(self) -> str:
        """IANA name of the time zone in which the store's days begin and end."""
        return self.marketplace.time_zone

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the store's days begin and end."""
        return self.marketplace.zone


@dataclass(frozen=True, slots=True)
class Account:
    """One seller account in one region, for which Amazon makes some reports as a whole.

    account_id: '<seller_id>@<region>'. refresh_token, ads_refresh_token: None if there is no access. stores: sorted by
    store_id.
    """

    account_id: str
    seller_id: str
    region: Region
    tenant_id: str
    refresh_token: SecretStr | None
    ads_refresh_token: SecretStr | None
    stores: tuple[Store, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop of a tenant beside Amazon: an entry under `channels`.

    shop_id: leads its rows as a store_id does. kind: the source that it is asked at. domain: its name there, of which
    there is one: `name.myshopify.com`, a seller's user name at eBay. currency: ISO 4217. time_zone: IANA name, in which
    its days begin and end. secret: what lasts of the access to it; None if there is none. Of Shopify it is the secret
    of the app `client_id`, or where that is '' an access token; of eBay the seller's refresh token. app_secret: of
    eBay's application `client_id`.
    history_from: the first day that is wanted; None means all that the source has. skus: the shop's SKU -> the tenant's
    own (central) SKU, where they differ. stock_location: its location whose count is the tenant's own stock; '': none.
    """

    shop_id: str
    tenant_id: str
    kind: str
    domain: str
    currency: str
    time_zone: str
    secret: SecretStr | None = None
    client_id: str = ""
    history_from: date | None = None
    skus: Mapping[str, str] = field(default_factory=dict)
    app_secret: SecretStr | None = None
    stock_location: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom one request of a feed is made.

    scope_id: a store_id, an account_id, a shop_id, a marketplace id, or '*' for everybody. stores: of a shop those of
    its tenant. time_zone: IANA name. account: None for scopes that are no store and no account. shop: of a shop.
    """

    scope_id: str
    stores: tuple[Store, ...]
    time_zone: str
    account: Account | None = None
    shop: Shop | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the scope's days begin and end."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The content of stores.yaml. Each mapping has ids as keys and is sorted by them.

    can_crawl: whether there is a token for Apify. actors: feed name -> its actor, from actors.yaml. shops: of all
    tenants.
    """

    tenants: Mapping[str, Tenant]
    accounts: Mapping[str, Account]
    stores: Mapping[str, Store]
    can_crawl: bool = True
    actors: Mapping[str, Actor] = field(default_factory=lambda: BUILT_IN)
    shops: Mapping[str, Shop] = field(default_factory=dict)

    def scopes(self, feed: Feed) -> list[Scope]:
        """The scopes for which a feed is asked, sorted by scope id: those that want it and have access to its source.

        An account is asked if one of its stores wants the feed. It is asked once, for all its stores. Feeds that
        nobody asks for (files, notifications) have no scopes.
        """
        if not feed.is_asked_for:
            return []
        if feed.scope == "global":
            return [Scope("*", tuple(self.stores.values()), "UTC")]
        if feed.scope == "marketplace":
            return self._crawl_scopes(feed) if self.can_crawl else []
        if feed.scope == "shop":
            return [
                self.scope_of(shop)
                for shop in self.shops.values()
                if shop.kind == feed.source and shop.secret is not None
            ]
        if feed.scope == "account":
            return [
                Scope(account.account_id, account.stores, account.stores[0].time_zone, account)
                for account in self.accounts.values()
                if self._has_access(feed, account) and any(store.wants(feed) for store in account.stores)
            ]
        return [
            Scope(store.store_id, (store,), store.time_zone, self.accounts[store.account_id])
            for store in self.stores.values()
            if store.wants(feed)
            and self._has_access(feed, self.accounts[store.account_id])
            and (TRAITS[feed.source].limits_of != "profile" or store.ads_profile_id is not None)
        ]

    def within_retention(self, today: date) -> Catalog:
        """The catalogue with no `history_from` before the first day that the tenant keeps. today: in UTC."""
        first = {name: day for name, each in self.tenants.items() if (day := cutoff(each.retention, today)) is not None}
        if not first:
            return self

        def later(each: Store | Shop) -> date | None:
            days = [day for day in (each.history_from, first.get(each.tenant_id)) if day is not None]
            return max(days, default=None)

        stores = {name: replace(store, history_from=later(store)) for name, store in self.stores.items()}
        accounts = {
            name: replace(account, stores=tuple(stores[each.store_id] for each in account.stores))
            for name, account in self.accounts.items()
        }
        shops = {name: replace(shop, history_from=later(shop)) for name, shop in self.shops.items()}
        return replace(self, stores=stores, accounts=accounts, shops=shops)

    def scope_of(self, shop: Shop) -> Scope:
        """The scope of a shop, with the stores of its tenant: their choices and selections are its own."""
        stores = tuple(store for store in self.stores.values() if store.tenant_id == shop.tenant_id)
        return Scope(shop.shop_id, stores, shop.time_zone, shop=shop)

    @staticmethod
    def _has_access(feed: Feed, account: Account) -> bool:
        grant = TRAITS[feed.source].grant
        return not grant or getattr(account, grant) is not None

    def _crawl_scopes(self, feed: Feed) -> list[Scope]:
        """One scope for each marketplace in which a store wants something crawled. All these stores share it."""
        tracking: dict[str, list[Store]] = {}
        for store in self.stores.values():
            found = store.crawled_categories if SUBJECTS[feed.name] == "asin" else ()
            if (subjects_of(feed.name, store) or found) and store.wants(feed):
                tracking.setdefault(store.marketplace.marketplace_id, []).append(store)
        return [Scope(key, tuple(stores), stores[0].time_zone) for key, stores in sorted(tracking.items())]
