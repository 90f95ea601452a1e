"""Briefs written by a model, over the wire: the simulator's chat endpoint, honest and lying."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from pipelines.insights.brief import BriefResult, write_briefs
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


@pytest.mark.thorough
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
    assert first.path and f"The model read {first.tokens_in:,} tokens" in first.path.read_text(encoding="utf-8")
    assert second.path and "此前已保存" in second.path.read_text(encoding="utf-8")
    results = write_daily(settings, warehouse, catalog)
    assert all(r.reused and r.writer == "llm" and r.tokens_in == 0 for r in results)
    _forget(warehouse, "zh", answers=False)
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


@pytest.mark.thorough
def test_facts_that_are_again_what_they_were_cost_nothing(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    catalog = catalog_of(made)

    def sell(factor: str) -> list[BriefResult]:
        with warehouse.connect() as conn:
            conn.execute(
                f"update marts.sales_daily set item_price_amount = round(item_price_amount {factor}, 2)"  # noqa: S608
            )
        return write_daily(settings, warehouse, catalog)

    assert [r.version for r in write_daily(settings, warehouse, catalog)] == [1, 1] and _asked(simulator) == 1
    assert all(not r.reused and r.version == 2 for r in sell("* 2")) and _asked(simulator) == 2
    back = sell("/ 2")
    assert all((r.writer, r.version, r.reused, r.tokens_in) == ("llm", 3, False, 0) for r in back)
    assert _asked(simulator) == 2
    with warehouse.connect() as conn:
        sums = "select sum(tokens_in), sum(tokens_out), count(*) filter (where tokens_in > 0) from insights."
        calls, briefs = (conn.execute(sums + name).fetchone() for name in ("model_calls", "brief_versions"))
    assert calls == briefs and calls and calls[2] == 2  # what briefs say they cost is what was paid


@pytest.mark.thorough
def test_a_month_that_is_used_up_leaves_the_rules_to_write(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    catalog = catalog_of(made)
    poor = replace(catalog.tenants[made.tenant_id], brief_budget_month_usd=Decimal("0.2"))
    catalog = replace(catalog, tenants={made.tenant_id: poor})
    write_daily(settings, warehouse, catalog)
    with warehouse.connect() as conn:
        conn.execute("update insights.model_calls set cost_counted_usd = 0.15")
    _forget(warehouse)
    for again in (False, True):  # other processes, on the same account
        for result in write_daily(settings, warehouse, catalog):
            assert (result.writer, result.grounded, result.reused) == ("template", True, again)
            assert f"0.2 USD for tenant {made.tenant_id}" in (result.reason or "")
    assert _asked(simulator) == 1


@pytest.mark.thorough
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


@pytest.mark.parametrize(
    ("own_words", "brief", "true"),
    [
        pytest.param(False, "daily", {"sales_day", "low_stock"}, marks=pytest.mark.thorough),
        pytest.param(True, "daily", {"sales_day", "low_stock"}, marks=pytest.mark.thorough),
        pytest.param(True, "advertising", {"wasted_spend", "losing_ads"}, marks=pytest.mark.thorough),
    ],
)
def test_a_lying_model_spoils_nothing_and_what_is_true_is_shown(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse, own_words: bool, brief: str, true: set[str]
) -> None:
    settings, simulator, made = with_model
    settings = settings.model_copy(update={"brief_own_words": own_words})
    for kind in KINDS:
        _forget(warehouse)
        simulator.set_faults([{"do": "llm_lie", "kinds": [kind]}])
        for result in write_briefs(settings, warehouse, catalog_of(made), kinds=[brief]):
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
            assert true <= set(shown), kind
            refused = [claim for claim in claims if "refused" in claim]
            assert WORDS[kind][language == "zh" and own_words] in " ".join(claim["content"] for claim in refused)
            assert WORDS[kind][language == "zh"] not in body


def _forget(warehouse: Warehouse, *languages: str, answers: bool = True) -> None:
    """Forget briefs (default: of all languages), and what the model has answered."""
    with warehouse.connect() as conn:
        conn.execute("delete from insights.briefs where language = any(%s)", (list(languages or ("en", "zh")),))
        if answers:
            conn.execute("delete from ops.model_answers")
        conn.commit()


def test_a_model_that_hangs_is_not_waited_for(
    with_model: tuple[Settings, Simulator, MadeMarts], warehouse: Warehouse
) -> None:
    settings, simulator, made = with_model
    settings = settings.model_copy(update={"llm_timeout_seconds": 0.5})
    simulator.set_faults([{"do": "stall", "match": {"operation": "llm.chat"}}])
    [result] = write_daily(settings, warehouse, catalog_of(made), languages=["en"])
    assert result.writer == "template" and result.grounded and "did not answer" in (result.reason or "")
