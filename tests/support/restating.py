"""Cases of what is restated: landed, built, landed again, built again (tests/integration/test_transform_restated.py).

Here are what a case is, and those about days without a snapshot and about traffic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.support.ledger import Ledger, order_line

BY_DATE, EU_ACCOUNT = "amazon_sp.all_orders_by_order_date", "SELLEREU@eu"


class Restated:
    """What is landed first, what comes later, and the query by which it is seen after each build. day: of the case."""

    def __init__(self, look: str, *parameters: object) -> None:
        self.look, self.parameters = look, parameters

    def first(self, ledger: Ledger) -> None:
        """Landed before the first build."""

    def second(self, ledger: Ledger) -> None:
        """Landed before the second build."""


class OlderSnapshot(Restated):
    """A snapshot of before the first one, imported later: days between the two are gaps from then on."""

    DAYS, FEED = tuple(date(2026, 1, 20) + timedelta(n) for n in range(4)), "amazon_sp.afn_inventory"

    def __init__(self) -> None:
        super().__init__(
            "select date, state, is_gap from marts.data_coverage where store_id = 'made-us' and feed = %s order by 1",
            self.FEED,
        )

    def _made(self, ledger: Ledger, day: date) -> None:
        ledger.load(
            self.FEED, "made-us", [], days=[day], instant=datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        )

    def first(self, ledger: Ledger) -> None:
        for day in self.DAYS[:3]:
            ledger.point(self.FEED, "made-us", day.isoformat(), day, None, None, "unavailable")
        self._made(ledger, self.DAYS[3])

    def second(self, ledger: Ledger) -> None:
        self._made(ledger, self.DAYS[1])


class AnotherSkuOfAnAsin(Restated):
    """An order's tax is corrected, and a second SKU of the ASIN is sold on another day: no SKU stands for it alone."""

    DAY, FEED = date(2026, 1, 25), "amazon_sp.sales_and_traffic"

    def __init__(self) -> None:
        super().__init__(
            "select sku, ordered_product_sales_net_estimated_amount, buy_box_page_views from marts.traffic_daily "
            "where store_id = 'made-de' and child_asin = 'B0TWIN' order by 1"
        )

    def _sold(self, ledger: Ledger, order: str, sku: str, day: date, tax: str) -> None:
        money = {"currency": "EUR", "item_price": "11.90", "item_tax": tax, "sales_channel": "Amazon.de"}
        moment = {"purchase_date": f"{day}T12:00:00+00:00", "last_updated_date": f"2026-02-1{len(tax)}T00:00:00+00:00"}
        ledger.load(BY_DATE, EU_ACCOUNT, [order_line(order, sku, asin="B0TWIN", **moment, **money)], days=[day])

    def first(self, ledger: Ledger) -> None:
        self._sold(ledger, "twin-1", "TW-1", self.DAY, "1.90")
        sales = {
            "unitsOrdered": 2,
            "totalOrderItems": 2,
            "orderedProductSales": {"amount": 23.8, "currencyCode": "EUR"},
        }
        seen = {"pageViews": 8, "sessions": 5, "buyBoxPercentage": 62.5}
        row = {"parentAsin": "B0TWIN", "childAsin": "B0TWIN", "salesByAsin": sales, "trafficByAsin": seen}
        ledger.load(self.FEED, "made-de", {"by_asin": [row]}, days=[self.DAY])

    def second(self, ledger: Ledger) -> None:
        self._sold(ledger, "twin-1", "TW-1", self.DAY, "0.900")
        self._sold(ledger, "twin-2", "TW-2", self.DAY + timedelta(1), "1.90")
