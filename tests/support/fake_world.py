"""A world of two sellers and a handful of rows: what the simulator's protocol side needs, and nothing to compute."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from simulator.documents.model import Document, ExistingReport, PastCrawl

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
US, DE, FR = "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
SETTLEMENTS = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT"


def account(seller_id: str, region: str, marketplaces: tuple[str, ...]) -> Any:
    return SimpleNamespace(
        seller_id=seller_id,
        region=region,
        tenant_id="harbor",
        refresh_token=f"Atzr|{seller_id}",
        ads_refresh_token="Atzr|ads-harbor",
        marketplace_ids=marketplaces,
        stores=(),
    )


class FakeWorld:
    """The interface of `simulator.seeded_world.World` with constant answers."""

    def __init__(self) -> None:
        self.seed = 1
        self.client_id, self.client_secret = "sp-client", "sp-secret"
        self.ads_client_id, self.ads_client_secret = "ads-client", "ads-secret"
        self.apify_token = "apify-token"
        self.accounts = (account("SELLERUS", "na", (US,)), account("SELLEREU", "eu", (DE, FR)))
        self.asked: list[tuple[Any, ...]] = []

    def profiles(self) -> list[dict[str, Any]]:
        return [
            {
                "profileId": 1001 + n,
                "countryCode": country,
                "currencyCode": currency,
                "timezone": zone,
                "accountInfo": {"marketplaceStringId": m, "id": seller, "type": "seller", "name": "Harbor"},
                "region": region,
            }
            for n, (country, currency, zone, m, seller, region) in enumerate(
                [
                    ("US", "USD", "America/Los_Angeles", US, "SELLERUS", "na"),
                    ("DE", "EUR", "Europe/Paris", DE, "SELLEREU", "eu"),
                ]
            )
        ]

    def sp_document(
        self, seller_id: str, report_type: str, marketplace_ids: Any, start: Any, end: Any, options: Any, now: Any
    ) -> Document | None:
        self.asked.append((seller_id, report_type, marketplace_ids, start, end, options, now))
        if report_type == TRAFFIC:
            day = {"date": "2026-03-09", "salesByDate": {}, "trafficByDate": {}}
            return Document(json.dumps({"salesAndTrafficByDate": [day]}).encode(), "application/json", True)
        if report_type not in (ORDERS, MYI):
            return None
        lines = ["amazon-order-id\tsku\tproduct-name\tquantity\tship-state\tpromotion-ids"]
        lines += [f"114-{n:07d}\tSKU-{n}\tCafé mug {n}\t{n % 3}\tWA\t" for n in range(40)]
        charset = "UTF-8" if seller_id == "SELLERUS" else "Cp1252"
        text = "\r\n".join(lines) + "\r\n"
        return Document(text.encode(charset), f"text/plain;charset={charset}", report_type == ORDERS)

    def sp_existing_reports(self, seller_id: str, now: datetime) -> list[ExistingReport]:
        midnight = now.replace(hour=1, minute=30)
        own = {a.seller_id: a.marketplace_ids for a in self.accounts}[seller_id]
        days = [midnight - timedelta(days=n) for n in range(25)]
        snapshots = [ExistingReport(f"5000{n:04d}", MYI, own, day, None, None) for n, day in enumerate(days)]
        settlement = ExistingReport("60000001", SETTLEMENTS, own, midnight - timedelta(days=3), None, None)
        return sorted([*snapshots, settlement], key=lambda report: report.created)

    def sp_existing_document(self, seller_id: str, report_id: str) -> Document:
        return Document(f"settlement-id\ttotal-amount\n{report_id}\t1.00\n".encode(), "text/plain", False)

    def ads_rows(
        self,
        profile_id: Any,
        report_type_id: str,
        columns: Any,
        start: Any,
        end: Any,
        time_unit: str,
        now: Any,
        group: str = "",
    ) -> list[dict[str, Any]]:
        self.asked.append((profile_id, report_type_id, tuple(columns), start, end, time_unit, now))
        return [dict.fromkeys(columns, n) for n in range(5)]

    def past_crawls(self, now: datetime) -> list[PastCrawl]:
        crawl = PastCrawl("run0", "data0", "junglee/amazon-crawler", {"n": 0}, NOW, NOW + timedelta(minutes=4))
        earlier = [
            replace(crawl, run_id=f"run{n}", dataset_id=f"data{n}", started=NOW - timedelta(days=n)) for n in (3, 2, 1)
        ]
        return [replace(one, finished=one.started + timedelta(minutes=4)) for one in earlier]

    def crawl_items(
        self, run_input: dict[str, Any], at: datetime, run_id: str, actor: str = ""
    ) -> list[dict[str, Any]]:
        return [{"asin": f"B0{n:08d}", "title": f"Item {n}", "run": run_id} for n in range(25)]
