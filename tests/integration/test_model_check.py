"""What `tradewind doctor` says of the model: wrong settings in plain words, the price, what is left of the month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from pipelines.local.model_check import check_model
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of
from tests.support.marts import MadeMarts

LOCAL = {"llm_model": "openai:small", "llm_base_url": "http://127.0.0.1:9/v1"}


def _said(settings: Settings, **chosen: Any) -> list[tuple[str, str]]:
    return list(check_model(settings.model_copy(update=chosen), catalog_of(MadeMarts())))


def test_without_a_model_nothing_is_wrong_and_what_waits_for_one_is_told(settings: Settings) -> None:
    assert _said(settings) == [("no model is set: briefs are written by rules", "")]
    [(what, advice)] = _said(settings, llm_base_url="http://127.0.0.1:9/v1")
    assert "TRADEWIND_LLM_BASE_URL without TRADEWIND_LLM_MODEL" in what and not advice


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"llm_model": "openai:x"}, "Set TRADEWIND_LLM_API_KEY"),
        ({**LOCAL, "llm_model": "smollm2"}, "openai:<name> for any server"),
        ({**LOCAL, "llm_model": "nobody:x", "llm_api_key": SecretStr("sk-secret")}, "as provider:name"),
        ({"llm_model": "mistralai:x", "llm_api_key": SecretStr("sk-secret")}, "is not installed"),
    ],
)
def test_a_model_that_cannot_be_asked_says_why_without_its_key(
    settings: Settings, chosen: dict[str, Any], told: str
) -> None:
    what, advice = _said(settings, **chosen)[0]
    assert what.startswith(f"model for briefs: {chosen['llm_model']}") and told in advice and "sk-secret" not in advice


def test_the_price_and_the_month_of_each_tenant_are_told(settings: Settings, warehouse: Warehouse) -> None:
    model, price, month = _said(settings, **LOCAL)
    assert model == ("model for briefs: openai:small at http://127.0.0.1:9/v1", "")
    assert price == ("its price: not known, budgets count 5 and 25 USD per million tokens in and out "
                     "(TRADEWIND_LLM_PRICES)", "")  # fmt: skip
    tenant = MadeMarts().tenant_id
    assert month == (f"briefs of {tenant} this month (UTC): 0.00 of 20.00 USD spent", "")

    _, price, _ = _said(settings, **LOCAL, llm_prices={"small": (0.1, 0.2)})
    assert "but for small: use the name as in TRADEWIND_LLM_MODEL" in price[1]
    _, price, _ = _said(settings, **LOCAL, llm_prices={"openai:small": (0.0, 0.25)})
    assert price == ("its price: 0 and 0.25 USD per million tokens in and out", "")

    with warehouse.connect() as conn:
        conn.execute(
            "insert into insights.model_calls (tenant_id, store_id, kind, day, model, prompt_version, facts_hash, "
            "cost_counted_usd, outcome) values (%s, 's', 'daily', '2026-11-20', 'm', 'p', 'h', %s, 'asked')",
            (tenant, Decimal("0.0021")),
        )
        conn.commit()
    *_, month = _said(settings, **LOCAL)
    assert month == (f"briefs of {tenant} this month (UTC): 0.0021 of 20.00 USD spent", "")
    *_, (what, advice) = _said(settings, **LOCAL, brief_budget_month_usd=0.002)
    assert "0.0021 of 0.002 USD spent" in what and "until the month ends" in advice


def test_a_budget_of_nothing_is_told_and_a_price_below_zero_refused(settings: Settings) -> None:
    assert ("budget of a run: 0 USD", "No model is asked. Set TRADEWIND_BRIEF_BUDGET_USD to more, or unset it.") in (
        _said(settings, **LOCAL, brief_budget_usd=0)
    )
    with pytest.raises(ValidationError, match="below zero"):
        Settings(llm_prices={"openai:x": (-1, 2)})
