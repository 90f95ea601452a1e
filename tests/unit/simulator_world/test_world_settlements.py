"""What settlements charge and pay beside orders: every seed has it, and it agrees with the books it comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from simulator.seeded_world import World
from simulator.truth.settlements import kind_of
from simulator.world.advertising import brand_ads, sponsored_products
from simulator.world.business import StoreBusiness
from simulator.world.inventory.planning import planning
from simulator.world.marketplaces import days_between
from simulator.world.money.settlement_charges import NEW_FBA_FEE
from simulator.world.money.settlements import Settlement, SettlementLine, settlements
from tests.support.seeds import of_seeds

STORES = ("harbor-us", "harbor-de", "sakura-jp")


@pytest.fixture(params=of_seeds(1, 7, 20261))
def settled(
    request: pytest.FixtureRequest, world_of: Callable[[int], World], now: datetime
) -> dict[StoreBusiness, list[Settlement]]:
    """The settlements of each store."""
    world = world_of(request.param)
    found = {world.business(world.store(name)).until(now): [] for name in STORES}
    return {business: settlements(business, now) for business in found}


def of_kind(made: list[Settlement], kind: str) -> list[SettlementLine]:
    return [line for settlement in made for line in settlement.lines if kind_of(line) == kind]


def test_every_store_has_what_classification_must_tell_apart(settled: dict[StoreBusiness, list[Settlement]]) -> None:
    for made in settled.values():
        for kind in ("unknown", "adjustment", "other", "aged_surcharge", "storage_fee", "subscription_fee", "reserve"):
            assert of_kind(made, kind), kind
        sent = of_kind(made, "transfer")
        assert {line.amount > 0 for line in sent} == {True, False}, "one pay-out failed, another was made"
        assert all(line.amount < 0 for line in of_kind(made, "advertising"))
        assert any(line.sku and not line.order_id for line in of_kind(made, "principal")), "a liquidation"


def test_fees_are_named_where_amazon_names_them_since_2026(settled: dict[StoreBusiness, list[Settlement]]) -> None:
    for business, made in settled.items():
        place = business.store.marketplace
        stored = {(line.amount_type, line.amount_description) for line in of_kind(made, "storage_fee")}
        new, old = ("FBA Inventory Storage Fee", "Base fee"), ("other-transaction", "Storage Fee")
        fees = {line.amount_type for line in of_kind(made, "fulfilment_fee") if line.transaction_type == "FBAFees"}
        if place.country == "JP":
            assert old in stored, "there it was later"
        else:
            assert stored == {new}
            assert fees >= {"FBA Inbound Placement Service Fee", NEW_FBA_FEE}
            assert any(name.startswith("FBA Removal Order: ") for name in fees)
            assert bool(of_kind(made, "fee_tax")) == (place.country != "US")
        debts = [line.amount > 0 for line in of_kind(made, "transfer") if line.transaction_type == "Debt Adjustment"]
        assert bool(debts) == (place.country == "DE")


def test_one_store_has_settlements_side_by_side(settled: dict[StoreBusiness, list[Settlement]]) -> None:
    for business, made in settled.items():
        invoiced = [settlement for settlement in made if settlement.invoiced]
        if business.store.store_id != "harbor-us":
            assert not invoiced
            continue
        beside = [settlement for settlement in made if not settlement.invoiced]
        assert [(s.start, s.end) for s in invoiced] == [(s.start, s.end) for s in beside]
        of_businesses = {line.order_id for s in invoiced for line in s.lines}
        assert of_businesses
        assert not of_businesses & {line.order_id for s in beside for line in s.lines}
        assert len({s.settlement_id for s in made}) == len(made)


def test_advertising_is_charged_as_the_ads_reports_have_it_in_the_end(
    settled: dict[StoreBusiness, list[Settlement]],
) -> None:
    for business, made in settled.items():
        for settlement in made:
            if settlement.invoiced:
                continue
            days = days_between(settlement.first_day, settlement.last_day)
            told = sum((_campaigns(business, day) for day in days), Decimal(0))
            assert sum(line.amount for line in of_kind([settlement], "advertising")) == -told
        assert sum(line.amount for line in of_kind(made, "advertising")) < 0


def _campaigns(business: StoreBusiness, day: date) -> Decimal:
    """What campaigns of all kinds cost on a day, six weeks later."""
    store, cells, brands = business.store, business.ads.days.get(day, ()), business.brand_ads.days.get(day, ())
    sponsored = sponsored_products.sums(store, cells, lambda cell: cell.campaign.campaign_id, 42).values()
    others = brand_ads.sums(store, brands, lambda cell: cell.campaign.campaign_id, 42).values()
    return sum((each.cost for _, each in sponsored), Decimal(0)) + sum(
        (Decimal(str(each["cost"])) for _, each in others), Decimal(0)
    )


def test_old_stock_is_charged_as_it_was_estimated(settled: dict[StoreBusiness, list[Settlement]]) -> None:
    shown = ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365", "365-plus")
    for business, made in settled.items():
        for line in of_kind(made, "aged_surcharge"):
            day = business.day_of(line.posted)
            estimated = sum(
                (
                    Decimal(str(row[f"estimated-ais-{age}-days"] or 0))
                    for row in planning(business, day)
                    for age in shown
                ),
                Decimal(0),
            )
            assert day.day == 15
            assert -line.amount == estimated


def test_an_early_pay_out_makes_the_deposit_smaller(settled: dict[StoreBusiness, list[Settlement]]) -> None:
    for made in settled.values():
        early = [s for s in made if any(line.amount < 0 for line in of_kind([s], "transfer"))]
        for settlement in early:
            (line,) = [line for line in of_kind([settlement], "transfer") if line.amount < 0]
            assert settlement.start < line.posted < settlement.end - timedelta(days=2)
            assert settlement.total > 0
