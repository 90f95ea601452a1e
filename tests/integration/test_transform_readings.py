"""What each reading of a day said: every load is kept, also when the next one replaces it in the marts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.building import US, Marts
from tests.support.ledger import Ledger, campaign

TRAFFIC, CAMPAIGNS = "amazon_sp.sales_and_traffic", "amazon_ads.sp_campaigns"
STORE, DAY = US[0], date(2026, 2, 10)
MORNING = datetime(2026, 2, 11, 14, tzinfo=UTC)
VISITS = "select date, read_at, sessions, units_ordered from intermediate.int_traffic_readings order by date, read_at"
ADS = "select date, read_at, cost, sales_7d from intermediate.int_ads_readings order by date, read_at"
MODELS = ("int_traffic_readings", "int_ads_readings")


def read(ledger: Ledger, day: date, at: datetime, sessions: int, cost: float) -> None:
    """The day's reports are read: one of visits, and one of ads that also has the day before, without any campaign."""
    item = {"date": day.isoformat(), "salesByDate": {"unitsOrdered": 7}, "trafficByDate": {"sessions": sessions}}
    ledger.load(TRAFFIC, STORE, {"by_date": [item], "by_asin": []}, days=[day], created=at)
    twice = campaign(day, 1, cost=cost, sales7d=2 * cost)  # Amazon has sent an element twice
    others = [campaign(day, 2, cost=1.0)]
    ledger.load(CAMPAIGNS, STORE, [twice, twice, *others], days=[day - timedelta(days=1), day], created=at)


@pytest.mark.thorough
def test_every_reading_is_kept_and_a_full_build_says_the_same(marts: Marts) -> None:
    with marts.landing() as ledger:
        read(ledger, DAY, MORNING, 520, 40.0)
    marts.build(*MODELS)
    later = MORNING + timedelta(days=6)
    with marts.landing() as ledger:
        read(ledger, DAY, later, 611, 44.5)
    marts.build(*MODELS)
    visits = [(DAY, MORNING, 520, 7), (DAY, later, 611, 7)]
    ads = [
        *((DAY - timedelta(days=1), at, Decimal(0), Decimal(0)) for at in (MORNING, later)),
        (DAY, MORNING, Decimal("41.0"), Decimal("80.0")),
        (DAY, later, Decimal("45.5"), Decimal("89.0")),
    ]
    assert (marts.rows(VISITS), marts.rows(ADS)) == (visits, ads)
    marts.build(*MODELS, full_refresh=True)
    assert (marts.rows(VISITS), marts.rows(ADS)) == (visits, ads)
