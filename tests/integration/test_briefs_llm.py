"""Briefs written by a model, over the wire: the simulator's chat endpoint, honest and lying."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from simulator.apis.llm_lies import KINDS, WORDS
from tests.integration.test_briefs import Page
from tests.support.briefs import catalog_of, write_daily
from tests.support.marts import MadeMarts
from tests.support.simulator import Simulator

FAULTS = ("llm_broken_json", "llm_refusal", "llm_refuse_language", "llm_wrong_direction", "llm_unknown_fact")


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


def test_a_model_chooses_and_what_stands_costs_nothing(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    catalog = catalog_of(made)

    results = write_daily(settings, warehouse, catalog)
    assert [(r.writer, r.grounded, r.reason, r.refused) for r in results] == [("llm", True, None, 0)] * 2
    first, second = results
    assert first.tokens_in > 0 and first.tokens_out > 0 and first.cost_usd is None
    assert (second.tokens_in, second.tokens_out) == (0, 0)  # the same claims in the other language
    assert _asked(simulator) == 1
    results = write_daily(settings, warehouse, catalog)
    assert all(r.reused and r.writer == "llm" and r.tokens_in == 0 for r in results)
    _forget(warehouse, "zh")
    [again] = write_daily(settings, warehouse, catalog, languages=["zh"])
    assert (again.writer, again.reused, again.tokens_in) == ("llm", False, 0)
    assert _asked(simulator) == 1

    _forget(warehouse)
    simulator.set_faults([{"do": "throttle", "match": {"operation": "llm.chat"}}])
    [result] = write_daily(settings, warehouse, catalog, languages=["en"])
    assert result.writer == "template" and "429" in (result.reason or "")
    simulator.set_faults([])
    [result] = write_daily(settings, warehouse, catalog, languages=["en"])
    assert result.writer == "llm" and not result.reused  # a service that was busy is asked again


def test_where_nothing_can_be_shown_the_rules_write(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    catalog = catalog_of(made)
    asked = 0
    for fault in FAULTS:
        _forget(warehouse)
        simulator.set_faults([{"do": fault}])
        [result] = write_daily(settings, warehouse, catalog, languages=["en"])
        assert (result.writer, result.grounded) == ("template", True) and result.refused, fault
        asked += 2
        assert _asked(simulator) == asked, fault
        [again] = write_daily(settings, warehouse, catalog, languages=["en"])
        assert again.reused and _asked(simulator) == asked, fault

    _forget(warehouse)
    simulator.set_faults([{"do": "llm_unknown_fact", "times": 1}])
    [result] = write_daily(settings, warehouse, catalog, languages=["zh"])
    assert result.writer == "llm" and _asked(simulator) == asked + 2  # told what was wrong, it told the truth


@pytest.mark.parametrize("own_words", [False, True])
def test_a_lying_model_spoils_nothing_and_what_is_true_is_shown(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse, own_words: bool
) -> None:
    settings, simulator, made = with_model
    settings = settings.model_copy(update={"brief_own_words": own_words})
    for kind in KINDS:
        _forget(warehouse)
        simulator.set_faults([{"do": "llm_lie", "kinds": [kind]}])
        for result in write_daily(settings, warehouse, catalog_of(made)):
            assert (result.writer, result.grounded) == ("llm", True) and result.refused and result.path, kind
            page = Page(result.path.read_text(encoding="utf-8"))
            words = WORDS[kind][result.language == "zh"]
            assert words not in " ".join(page.other) and not [text for text in page.other if re.search(r"\d", text)]
            appendix = {"en": "What the model answered and is not shown", "zh": "模型的回答中未予显示的部分"}
            assert appendix[result.language] in page.other
        with warehouse.connect() as conn:
            rows = conn.execute("select claims, body_markdown, language from insights.briefs").fetchall()
        for claims, body, language in rows:
            shown = [claim["kind"] for claim in claims if "refused" not in claim]
            assert {"sales_day", "low_stock"} <= set(shown), kind
            refused = [claim for claim in claims if "refused" in claim]
            assert WORDS[kind][language == "zh" and own_words] in " ".join(claim["content"] for claim in refused)
            assert WORDS[kind][language == "zh"] not in body


def _forget(warehouse: Warehouse, *languages: str) -> None:
    with warehouse.connect() as conn:
        conn.execute("delete from insights.briefs where language = any(%s)", (list(languages or ("en", "zh")),))
        conn.commit()


def test_a_model_that_hangs_is_not_waited_for(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse, monkeypatch: Any
) -> None:
    settings, simulator, made = with_model
    monkeypatch.setattr("pipelines.insights.analyst.TIMEOUT_SECONDS", 0.5)
    simulator.set_faults([{"do": "stall", "match": {"operation": "llm.chat"}}])
    [result] = write_daily(settings, warehouse, catalog_of(made), languages=["en"])
    assert result.writer == "template" and result.grounded and "did not answer" in (result.reason or "")
