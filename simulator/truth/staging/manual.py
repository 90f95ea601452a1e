"""What the staging models of the user's own files must hold."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.marketplaces import days_between
from simulator.world.money import exchange_rates
from simulator.world.money.cost_batches import batches
from simulator.world.money.product_costs import product_costs


def _product_costs(known: Known) -> Iterator[dict]:
    for _, store, _ in known.stores(configured_only=True):
        for cost in product_costs(known.world.seed, store):
            yield {"store_id": store.store_id, "tenant_id": store.tenant_id, **cost}


def _cost_batches(known: Known) -> Iterator[dict]:
    for _, store, _ in known.stores(configured_only=True):
        for number, batch in enumerate(batches(known.world.seed, store, known.now), start=1):
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "line_number": number,
                "sku": batch.sku,
                "received_on": batch.received_on,
                "units": batch.units,
                "unit_cost_amount": batch.unit_cost,
                "currency": batch.currency,
            }


def _fx_rates(known: Known) -> Iterator[dict]:
    for day in days_between(known.world.fx_first_day, known.now.date()):
        for base in exchange_rates.CURRENCIES:
            for quote in exchange_rates.CURRENCIES:
                rate = exchange_rates.rate(known.world.seed, base, quote, day) if base != quote else None
                if rate is not None:
                    yield {"date": day, "base_currency": base, "quote_currency": quote, "rate": rate}


def _stock(known: Known) -> Iterator[dict]:
    for stock in known.world.own_stocks:
        stock.until(known.now)
        warehouse = stock.warehouse
        for sku, location in warehouse.places():
            yield {
                "store_id": stock.beside,
                "tenant_id": stock.tenant_id,
                "sku": sku,
                "location": location,
                "on_hand_quantity": warehouse.on_hand(sku, location, known.now),
                "as_of": known.now,
            }


STAGING: dict[str, StagingTruth] = {
    "stg_manual__stock": StagingTruth(
        columns=("store_id", "tenant_id", "sku", "location", "on_hand_quantity", "as_of"),
        key=("store_id", "sku", "location"),
        rows=_stock,
    ),
    "stg_manual__product_costs": StagingTruth(
        columns=(
            "store_id", "tenant_id", "sku", "valid_from", "unit_cost_amount", "currency", "lead_time_days",
            "shipping_cost_amount",
        ),
        key=("store_id", "sku", "valid_from"),
        rows=_product_costs,
    ),
    "stg_manual__cost_batches": StagingTruth(
        columns=(
            "store_id", "tenant_id", "line_number", "sku", "received_on", "units", "unit_cost_amount", "currency",
        ),
        key=("store_id", "line_number"),
        rows=_cost_batches,
    ),
    "stg_manual__fx_rates": StagingTruth(
        columns=("date", "base_currency", "quote_currency", "rate"),
        key=("date", "base_currency", "quote_currency"),
        rows=_fx_rates,
    ),
}  # fmt: skip
