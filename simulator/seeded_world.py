"""`World`: one seeded business with its documents. Every API and every truth is derived from it.

It is all that the protocol side sees of the world. It puts together what stands in world/ and documents/. Nothing here
speaks HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from simulator.documents import data_kiosk, exchange_rates, user_files
from simulator.documents.amazon_ads import brands_and_display, sponsored_products
from simulator.documents.amazon_sp.by_report_type import DOCUMENTS
from simulator.documents.amazon_sp.existing_reports import existing_document, existing_reports
from simulator.documents.amazon_sp.notice import Told, number_of
from simulator.documents.amazon_sp.notices import notices_of
from simulator.documents.apify.items import ACTOR, items, past_crawls
from simulator.documents.model import Asked, Document, ExistingReport, PastCrawl
from simulator.world.accounts import registry, secret
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import offers
from simulator.world.inventory.positions import snapshot
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.model import SimAccount, SimStore
from simulator.world.product_pages.pages import Pages
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.kinds import shops, variants
from simulator.world.shops.own_stock import OwnStock
from simulator.world.shops.shop import SimShop, named_skus

FX_DAYS_BEFORE = 10


class UnknownReportType(ValueError):
    """This world has no documents of that report type; the message names it."""


class WorldIdentity(Protocol):
    """What says which world it is (the state folder's world.json, as read)."""

    @property
    def seed(self) -> int: ...
    @property
    def stores(self) -> int: ...
    @property
    def products(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def first_now(self) -> datetime: ...
    @property
    def as_met(self) -> bool: ...


class World:
    """World(seed, first_now, *, stores=3, products=30, days=60). Same arguments, same world, wherever `now` stands.

    as_met: documents come as users have met them: docs/simulator.md tells what is in them beside the ordinary.
    answers: what a report of FBA inventory (MYI) tells, as both were met: 'all' marketplaces of the account, with a
    column `store`, or 'one', the first that was asked for (amzn/selling-partner-api-docs#1614), without that column;
    by default all, as_met one.

    first_now: an aware instant; history begins at local midnight of its marketplace day less `days`. Stores' histories
    are made when first needed. Unknown sellers, profiles and stores raise KeyError.
    """

    def __init__(
        self,
        seed: int,
        first_now: datetime,
        *,
        stores: int = 3,
        products: int = 30,
        days: int = 60,
        as_met: bool = False,
        answers: str | None = None,
    ) -> None:
        self.seed = seed
        self.first_now = first_now
        self.days = days
        self.as_met = as_met
        self.answers = answers or ("one" if as_met else "all")
        known = registry(seed, first_now, stores, products, days)
        self.tenants = known.tenants
        self.accounts: tuple[SimAccount, ...] = known.accounts
        self.stores: tuple[SimStore, ...] = tuple(store for account in self.accounts for store in account.stores)
        self.client_id = f"amzn1.application-oa2-client.{secret(seed, 'client')[:32]}"
        self.client_secret = f"amzn1.oa2-cs.v1.{secret(seed, 'client secret')}"
        self.ads_client_id = f"amzn1.application-oa2-client.{secret(seed, 'ads client')[:32]}"
        self.ads_client_secret = f"amzn1.oa2-cs.v1.{secret(seed, 'ads client secret')}"
        self.apify_token = f"apify_api_{secret(seed, 'apify')[:36]}"
        self._accounts = {account.seller_id: account for account in self.accounts}
        self._stores = {store.store_id: store for store in self.stores}
        self._profiles = {store.ads_profile_id: store for store in self.stores if store.ads_profile_id}
        self._businesses: dict[str, StoreBusiness] = {}
        self.pages = Pages(seed, self.stores, self._own_in_stock)
        self.shops: tuple[SimShop, ...] = shops(seed, self.stores, first_now)
        self._own_stocks: dict[str, OwnStock] = {}

    @classmethod
    def of(cls, identity: WorldIdentity, *, answers: str | None = None) -> World:
        """The world that a state folder's world.json is of."""
        return cls(
            identity.seed,
            identity.first_now,
            stores=identity.stores,
            products=identity.products,
            days=identity.days,
            as_met=identity.as_met,
            answers=answers,
        )

    def account(self, seller_id: str) -> SimAccount:
        """The account of that seller."""
        return self._accounts[seller_id]

    def store(self, store_id: str) -> SimStore:
        """The store of that id, configured or not."""
        return self._stores[store_id]

    def business(self, store: SimStore) -> StoreBusiness:
        """The events of a store."""
        if store.store_id not in self._businesses:
            self._businesses[store.store_id] = StoreBusiness(self.seed, store, as_met=self.as_met)
        return self._businesses[store.store_id]

    def shop_business(self, shop: SimShop) -> ShopBusiness:
        """The events of a shop."""
        return self.own_stock(shop.tenant_id).businesses[shop.shop_id]

    def own_stock(self, tenant_id: str) -> OwnStock:
        """The warehouse that a tenant's shops share with its stores. Raises KeyError for a tenant without shops."""
        if tenant_id not in self._own_stocks:
            shops = [shop for shop in self.shops if shop.tenant_id == tenant_id]
            if not shops:
                raise KeyError(tenant_id)
            own = [store for store in self.stores if store.tenant_id == tenant_id and store.configured]
            own.sort(key=lambda store: (store.store_id != shops[0].beside, store.store_id))
            self._own_stocks[tenant_id] = OwnStock(self.seed, shops, [self.business(each) for each in own])
        return self._own_stocks[tenant_id]

    @property
    def own_stocks(self) -> list[OwnStock]:
        """Those of all tenants that have shops."""
        return [self.own_stock(tenant_id) for tenant_id in dict.fromkeys(shop.tenant_id for shop in self.shops)]

    def profiles(self) -> list[dict]:
        """All Ads profiles, in the shape of GET /v2/profiles plus "region" (na | eu | fe)."""
        return [
            {
                "profileId": profile_id,
                "countryCode": store.marketplace.country,
                "currencyCode": store.marketplace.currency,
                "dailyBudget": 999999999.0,
                "timezone": store.marketplace.time_zone,
                "accountInfo": {
                    "marketplaceStringId": store.marketplace.marketplace_id,
                    "id": store.seller_id,
                    "type": "seller",
                    "name": self.tenants[store.tenant_id].name,
                    "validPaymentMethod": True,
                },
                "region": store.region,
            }
            for profile_id, store in self._profiles.items()
        ]

    def sp_document(
        self,
        seller_id: str,
        report_type: str,
        marketplace_ids: Sequence[str],
        start: datetime | None,
        end: datetime | None,
        options: Mapping[str, str] | None,
        now: datetime,
    ) -> Document | None:
        """The document of a report asked for at `now`; None when there is no data (the report is CANCELLED).

        Raises UnknownReportType for a type without documents here.
        """
        make = DOCUMENTS.get(report_type)
        if make is not None:
            account = self._accounts[seller_id]
            businesses = tuple(self.business(store) for store in account.stores)
            return make(Asked(businesses, tuple(marketplace_ids), start, end, options or {}, now, self.answers))
        raise UnknownReportType(f"This world has no documents of report type {report_type}.")

    def sp_existing_reports(self, seller_id: str, now: datetime) -> list[ExistingReport]:
        """What is listed without having been requested: another tool's snapshots and settlements, oldest first."""
        return existing_reports(self.seed, self._accounts[seller_id], self.first_now, now)

    def sp_existing_document(self, seller_id: str, report_id: str) -> Document:
        """The document of a report of sp_existing_reports. Raises KeyError when there is no such report."""
        account = self._accounts[seller_id]
        businesses = [self.business(store) for store in account.stores]
        return existing_document(self.seed, account, businesses, report_id, self.answers)

    def notices(self, day: date) -> list[Told]:
        """What Amazon tells a queue of a marketplace day, of all stores, in the order in which it happened."""
        told = [each for store in self.stores for each in notices_of(self.business(store), day)]
        return sorted(told, key=lambda each: (each.at, number_of(each)))

    def notices_between(self, after: datetime, until: datetime) -> list[Told]:
        """What Amazon tells a queue after an instant until another one, of all stores, in that order."""
        told = []
        for store in self.stores:
            zone = store.marketplace.time_zone
            for day in days_between(local_day(zone, after), local_day(zone, until)):
                told += [each for each in notices_of(self.business(store), day) if after < each.at <= until]
        return sorted(told, key=lambda each: (each.at, number_of(each)))

    def kiosk_rows(
        self,
        seller_id: str,
        dataset: str,
        marketplace_ids: Sequence[str],
        arguments: Mapping[str, Any],
        first: date,
        last: date,
        now: datetime,
    ) -> list[dict]:
        """The rows of a Data Kiosk query asked at `now`, with every field that its schema has here."""
        wanted = [s for s in self._accounts[seller_id].stores if s.marketplace.marketplace_id in marketplace_ids]
        businesses = [self.business(store) for store in wanted]
        return data_kiosk.rows(businesses, dataset, arguments, first, last, now)

    def ads_rows(
        self,
        profile_id: int | str,
        report_type_id: str,
        columns: Sequence[str],
        start: date | str,
        end: date | str,
        time_unit: str,
        now: datetime,
        group: str = "",
    ) -> list[dict]:
        """The rows of an Ads report with exactly the columns asked for, as known at `now`; only ended days have rows.

        group: what it is grouped by, where the type leaves a choice. Raises UnknownReportType for what this world has
        no rows of.
        """
        business = self.business(self._profiles[int(profile_id)])
        first, last = sponsored_products.as_day(start), sponsored_products.as_day(end)
        for documents in (sponsored_products, brands_and_display):
            known = documents.groups(report_type_id)
            if known and (not group or group in known):
                return documents.rows(business, report_type_id, group or known[0], columns, first, last, time_unit, now)
        raise UnknownReportType(f"This world has no rows of Ads report type {report_type_id} by {group or 'anything'}.")

    def past_crawls(self, now: datetime) -> list[PastCrawl]:
        """The account's earlier Apify runs, oldest first."""
        return past_crawls(self.seed, self.stores, self.first_now, now)

    def crawl_items(self, run_input: dict, at: datetime, run_id: str, actor: str = ACTOR) -> list[dict]:
        """The dataset of a crawl started at `at`: what a page shows depends on the page and the day, not on the run."""
        return items(self.pages, run_input, at, actor)

    def _own_in_stock(self, store: SimStore, asin: str, day: date) -> bool:
        """Whether an own product can be bought at the beginning of that day."""
        own = [offer for offer in offers(self.seed, store) if offer.asin == asin]
        if any(offer.channel == "Merchant" for offer in own) or not store.linked_stock:
            return True
        stock = snapshot(self.business(store), midnight(store.marketplace.time_zone, day))
        return any(entry.fulfillable > 0 for entry in stock if entry.offer.asin == asin)

    @property
    def fx_first_day(self) -> date:
        """The first day exchange rates are known for."""
        return min(store.start for store in self.stores) - timedelta(days=FX_DAYS_BEFORE)

    def fx_csv(self, now: datetime) -> str:
        """manual/fx_rates.csv as of `now`: up to and including its UTC day."""
        return exchange_rates.csv(self.seed, self.fx_first_day, now.date())

    def product_costs_csv(self, store_id: str) -> str:
        """manual/product_costs.<store_id>.csv."""
        return user_files.product_costs_csv(self.seed, self._stores[store_id], as_met=self.as_met)

    def stores_yaml(self) -> str:
        """The stores.yaml of this world: every configured store, and one without API access."""
        named = {shop: named_skus(variants(self.seed, shop, self.store(shop.beside))) for shop in self.shops}
        return user_files.stores_yaml(self.seed, self.tenants, self.accounts, named)

    def stock_csv(self, tenant_id: str, now: datetime) -> str:
        """manual/stock.<store_id>.csv: a tenant's own warehouse as counted at `now`."""
        stock = self.own_stock(tenant_id)
        stock.until(now)
        return user_files.stock_csv(stock.warehouse, now)
