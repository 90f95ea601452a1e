"""Briefs written by a model, over the wire: the simulator's chat endpoint, honest and lying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.insights.brief import write_briefs
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.integration.test_briefs import catalog_of
from tests.support.marts import MadeMarts
from tests.support.simulator import Simulator

FAULTS = ("llm_lie", "llm_broken_json", "llm_refusal", "llm_refuse_language", "llm_wrong_direction", "llm_unknown_fact")


@pytest.fixture
def with_model(
    settings: Settings, warehouse: Warehouse, simulator: Callable[..., Simulator]
) -> tuple[Settings, Simulator, MadeMarts]:
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)
    running = simulator(seed=7, days=3, products=4, stores=1)
    chosen = {
        "fixed_now": datetime(2026, 11, 21, 20, tzinfo=UTC),
        "llm_model": "openai:simulated",
        "llm_base_url": f"{running.url}/v1",
        "llm_api_key": SecretStr("any"),
    }
    return settings.model_copy(update=chosen), running, made


def _asked(simulator: Simulator) -> int:
    return sum(1 for call in simulator.log() if call["api"] == "llm")


def test_a_model_writes_lies_are_refused_and_what_stands_costs_nothing(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    catalog = catalog_of(made)

    results = write_briefs(settings, warehouse, catalog)
    assert [(r.writer, r.grounded, r.reason) for r in results] == [("llm", True, None)] * 2
    assert all(r.tokens_in > 0 and r.tokens_out > 0 and r.cost_usd is None for r in results)
    assert _asked(simulator) == 2
    results = write_briefs(settings, warehouse, catalog)
    assert all(r.reused and r.writer == "llm" and r.tokens_in == 0 for r in results)
    assert _asked(simulator) == 2

    asked = 2
    for fault in FAULTS:
        _forget(warehouse)
        simulator.set_faults([{"do": fault}])
        [result] = write_briefs(settings, warehouse, catalog, languages=["en"])
        assert (result.writer, result.grounded) == ("template", True), fault
        asked += 2
        assert _asked(simulator) == asked, fault
        [again] = write_briefs(settings, warehouse, catalog, languages=["en"])
        assert again.reused and _asked(simulator) == asked, fault

    _forget(warehouse)
    simulator.set_faults([{"do": "llm_lie", "times": 1}])
    [result] = write_briefs(settings, warehouse, catalog, languages=["zh"])
    assert result.writer == "llm" and _asked(simulator) == asked + 2  # told what was wrong, it told the truth

    _forget(warehouse)
    simulator.set_faults([{"do": "throttle", "match": {"operation": "llm.chat"}}])
    [result] = write_briefs(settings, warehouse, catalog, languages=["en"])
    assert result.writer == "template" and "429" in (result.reason or "")
    simulator.set_faults([])
    [result] = write_briefs(settings, warehouse, catalog, languages=["en"])
    assert result.writer == "llm" and not result.reused  # a service that was busy is asked again


def _forget(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        conn.execute("delete from insights.briefs")
        conn.commit()


def test_a_model_that_hangs_is_not_waited_for(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse, monkeypatch: Any
) -> None:
    settings, simulator, made = with_model
    monkeypatch.setattr("pipelines.insights.analyst.TIMEOUT_SECONDS", 0.5)
    simulator.set_faults([{"do": "stall", "match": {"operation": "llm.chat"}}])
    [result] = write_briefs(settings, warehouse, catalog_of(made), languages=["en"])
    assert result.writer == "template" and result.grounded and "did not answer" in (result.reason or "")
