"""One seeded business; every API and every truth is derived from it.

`World` is all that the protocol side sees. The parts live in modules of their own (accounts, catalogue, business, ads,
traffic, settlements, crawl_items, fx and the documents_* modules); nothing here speaks HTTP.
"""

from __future__ import annotations

from datetime import date, datetime

from simulator.model import Document, ExistingReport, PastCrawl, SimAccount, SimStore

__all__ = ["Document", "ExistingReport", "PastCrawl", "SimAccount", "SimStore", "UnknownReportType", "World"]


class UnknownReportType(ValueError):
    """This world has no documents of that report type; the message names it."""


class World:
    """World(seed, first_now, *, stores=3, products=30, days=60). Same arguments, same world, wherever `now` stands."""

    def __init__(self, seed: int, first_now: datetime, *, stores: int = 3, products: int = 30, days: int = 60) -> None:
        self.seed = seed
        self.first_now = first_now
        self.accounts: tuple[SimAccount, ...] = ()
        self.client_id = f"amzn1.application-oa2-client.sim{seed:08d}"
        self.client_secret = f"amzn1.oa2-cs.v1.sim{seed:08d}"
        self.ads_client_id = f"amzn1.application-oa2-client.simads{seed:08d}"
        self.ads_client_secret = f"amzn1.oa2-cs.v1.simads{seed:08d}"
        self.apify_token = f"apify_api_sim{seed:08d}"

    def profiles(self) -> list[dict]:
        """All Ads profiles, in the shape of GET /v2/profiles plus "region" (na | eu | fe) and "sellerId"."""
        raise NotImplementedError

    def sp_document(
        self,
        seller_id: str,
        report_type: str,
        marketplace_ids: tuple[str, ...],
        start: datetime | None,
        end: datetime | None,
        options: dict[str, str] | None,
        now: datetime,
    ) -> Document | None:
        """The document of a report asked for at `now`; None when there is no data (the report is CANCELLED)."""
        raise NotImplementedError

    def sp_existing_reports(self, seller_id: str, now: datetime) -> list[ExistingReport]:
        """What is listed without having been requested: the other tool's snapshots and the settlements, oldest first."""
        raise NotImplementedError

    def sp_existing_document(self, seller_id: str, report_id: str) -> Document:
        """The document of a report of sp_existing_reports. Raises KeyError when there is no such report."""
        raise NotImplementedError

    def ads_rows(
        self,
        profile_id: int | str,
        report_type_id: str,
        columns: list[str] | tuple[str, ...],
        start: date | str,
        end: date | str,
        time_unit: str,
        now: datetime,
    ) -> list[dict]:
        """The rows of an Ads report with exactly the columns asked for, as known at `now`."""
        raise NotImplementedError

    def past_crawls(self, now: datetime) -> list[PastCrawl]:
        """The account's earlier Apify runs, oldest first."""
        raise NotImplementedError

    def crawl_items(self, run_input: dict, at: datetime, run_id: str) -> list[dict]:
        """The dataset of a crawl started at `at`."""
        raise NotImplementedError

    def fx_csv(self, now: datetime) -> str:
        """manual/fx_rates.csv as of `now`."""
        raise NotImplementedError

    def product_costs_csv(self, store_id: str) -> str:
        """manual/product_costs.<store_id>.csv."""
        raise NotImplementedError

    def stores_yaml(self) -> str:
        """The stores.yaml of this world."""
        raise NotImplementedError
