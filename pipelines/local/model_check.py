"""What `tradewind doctor` says of the language model for briefs: whether it can be asked, its price, what is left.

The model is not asked: its client is made, which connects to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.errors import TradewindError

if TYPE_CHECKING:
    from pipelines.insights.model.prices import Price
    from pipelines.settings import Settings
    from pipelines.stores import Catalog

Said = tuple[str, str]
"""What was looked at, and what to do; the latter is empty where nothing needs doing."""


def check_model(settings: Settings, catalog: Catalog) -> Iterator[Said]:
    """Whether a model can be asked for briefs, what it costs, and what each tenant has spent of its month."""
    if settings.llm_model is None:
        waiting = {"TRADEWIND_LLM_BASE_URL": settings.llm_base_url, "TRADEWIND_LLM_API_KEY": settings.llm_api_key}
        unused = [name for name, value in waiting.items() if value is not None]
        beside = f" ({' and '.join(unused)} without TRADEWIND_LLM_MODEL)" if unused else ""
        yield f"no model is set{beside}: briefs are written by rules", ""
        return
    at = f" at {settings.llm_base_url}" if settings.llm_base_url else ""
    problem = _problem(settings)
    yield f"model for briefs: {settings.llm_model}{at}", problem
    yield _price(settings)
    if settings.brief_budget_usd == 0:
        yield "budget of a run: 0 USD", "No model is asked. Set TRADEWIND_BRIEF_BUDGET_USD to more, or unset it."
    if not problem:
        yield from _budgets(settings, catalog)


def _problem(settings: Settings) -> str:
    """Why the model could not be asked; empty if nothing is known to be wrong."""
    from pipelines.insights.model.asking import connect

    if settings.llm_api_key is None and settings.llm_base_url is None:
        return (
            "No key is set for it, so briefs are written by rules. Set TRADEWIND_LLM_API_KEY, or "
            "TRADEWIND_LLM_BASE_URL for a service of your own that needs none."
        )
    try:
        connect(settings)
    except ImportError as error:
        return f"The package for its provider is not installed ({error.name or error}). Install it beside Tradewind."
    except Exception as error:  # Whatever the client of a provider raises, without its text, which may hold the key.
        return (
            f"No client can be made for it ({type(error).__name__}). Write TRADEWIND_LLM_MODEL as provider:name, "
            "openai:<name> for any server that speaks OpenAI's protocol."
        )
    return ""


def _price(settings: Settings) -> Said:
    from pipelines.insights.model.prices import price_of

    price = price_of(settings)
    told = f"{_usd(price)} per million tokens in and out"
    if price.is_known:
        return f"its price: {told}", ""
    if settings.llm_prices:
        named = ", ".join(settings.llm_prices)
        return (
            f"its price: not known, counted as {told}",
            f"TRADEWIND_LLM_PRICES has none for {settings.llm_model}, but for {named}: use the name as in "
            "TRADEWIND_LLM_MODEL.",
        )
    return f"its price: not known, budgets count {told} (TRADEWIND_LLM_PRICES)", ""


def _usd(price: Price) -> str:
    return f"{price.usd_in.normalize():f} and {price.usd_out.normalize():f} USD"


def _budgets(settings: Settings, catalog: Catalog) -> Iterator[Said]:
    from pipelines.insights.model.calls import spent_this_month
    from pipelines.insights.model.prices import month_budget
    from pipelines.warehouse.connection import open_warehouse

    try:
        with open_warehouse(settings).connect() as conn:
            spent = {tenant_id: spent_this_month(conn, tenant_id) for tenant_id in catalog.tenants}
    except TradewindError:
        return  # the warehouse has been told of
    for tenant_id, tenant in catalog.tenants.items():
        budget = month_budget(settings, tenant)
        yield (
            f"briefs of {tenant_id} this month (UTC): {_money(spent[tenant_id])} of {_money(budget)} USD spent",
            ""
            if spent[tenant_id] < budget
            else "Nothing is left, so its briefs are written by rules until the month ends. Raise "
            "TRADEWIND_BRIEF_BUDGET_MONTH_USD, or analyst.budget_month_usd of the tenant in stores.yaml.",
        )


def _money(amount: Decimal) -> str:
    """Cents, and more places where it is less than one."""
    return f"{amount:.2f}" if not amount or amount >= Decimal("0.01") else f"{amount.normalize():f}"
