"""Locust's file for a server of your own: `locust -f bench/locustfile.py --host https://your.server`, with the key in
TRADEWIND_API_KEY. Locust is no dependency of Tradewind (`pip install locust`).

Each user asks the commonest requests of the last 30 days of its stores, most of the time with the ETag of the answer
that it has, as browsers do.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

from locust import HttpUser, between, task  # type: ignore[import-not-found,unused-ignore]

KNOWN_SHARE = 0.7


class Seller(HttpUser):  # type: ignore[misc,unused-ignore]
    """Somebody who looks at figures."""

    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        """What the user knows when it begins: the key, the stores."""
        self.client.headers["Authorization"] = f"Bearer {os.environ['TRADEWIND_API_KEY']}"
        self.since = (datetime.now(UTC).date() - timedelta(days=30)).isoformat()
        self.stores = [row["store_id"] for row in self.client.get("/v1/stores").json()["rows"]]
        self.etags: dict[str, str] = {}

    def ask(self, name: str, query: str) -> None:
        """One question. name: how Locust lists it."""
        known = self.etags.get(query) if random.random() < KNOWN_SHARE else None
        headers = {"If-None-Match": known} if known else {}
        with self.client.get(f"/v1/{query}", headers=headers, name=name, catch_response=True) as answer:
            if answer.status_code in (200, 304):
                answer.success()
                self.etags[query] = answer.headers.get("ETag", "")

    @task(3)
    def sales_by_day(self) -> None:
        """A chart."""
        columns = "units,item_price_net_amount_reporting"
        self.ask("sales by day", f"sales?period=day&since={self.since}&columns={columns}")

    @task(3)
    def sales_by_month(self) -> None:
        """A tile."""
        self.ask("sales by month", "sales?period=month&columns=units,orders,item_price_net_amount_reporting")

    @task(2)
    def best_products(self) -> None:
        """A table of one store."""
        store = random.choice(self.stores)
        self.ask("sales by SKU", f"marts/sales_daily?period=all&by=sku&since={self.since}&store_id={store}")

    @task(2)
    def traffic_by_week(self) -> None:
        """A chart by store."""
        self.ask("traffic by week", "traffic?period=week&by=store_id&columns=sessions,unit_session_percentage")

    @task(1)
    def what_is_open(self) -> None:
        """Alerts that last."""
        self.ask("alerts", "alerts?resolved_at.null=true")

    @task(1)
    def what_is_missing(self) -> None:
        """Gaps."""
        self.ask("coverage", f"coverage?is_gap=true&since={self.since}")
