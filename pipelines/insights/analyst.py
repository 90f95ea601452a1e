"""The analyst: asks a language model which claims a brief should make, within its budgets.

The model gets facts as data and nothing to call. What it answers is only proposed here: each claim is judged against
the facts, those that stand are kept, an answer of which nothing stands goes back once with its reasons, and whatever
goes wrong ends in a reason for the deterministic writer to take over. Claims know no language: one answer serves all.
How a model is told, asked and paid is in `model/`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.insights import writer
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.schema import Refusal, read
from pipelines.insights.model import asking
from pipelines.insights.model.asking import Answered, Failed
from pipelines.insights.model.calls import Desk, Desks, Question, Spent
from pipelines.insights.model.prices import Price, month_budget, price_of, tokens_of
from pipelines.insights.model.prompting import Messages, fits, objection, opening, output_tokens, prompt_version
from pipelines.telemetry import names
from pipelines.telemetry.gen_ai import model_call
from pipelines.telemetry.recording import count

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import BriefKind
    from pipelines.insights.facts import FactBook
    from pipelines.settings import Settings
    from pipelines.stores import Tenant

log = logging.getLogger(__name__)

ATTEMPTS = 2  # the second one is told why nothing of the first could be shown
GIVE_UP_AFTER = 3  # failed calls in a row: the rest of the run asks no more
_TOLD = 3  # refusals of an answer that are told as its reason


@dataclass(frozen=True, slots=True)
class Analysis:
    """What came of asking. shown: the claims that stand; None: the deterministic writer must take over, for `reason`.
    refused: what was answered and is not shown. `final`: asking again with the same facts would change nothing (it was
    refused twice). tokens, cost_usd: spent now, nothing where the answer was kept; cost_usd: None also where the price
    is not known."""

    shown: list[Bound] | None
    refused: tuple[Refusal, ...] = ()
    reason: str | None = None
    final: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None


@dataclass
class Analyst:
    """One run's access to the model. desks: the account of calls. spent: by this run, by tenant, in USD, unknown prices
    counted cautiously. failures: calls in a row that failed."""

    settings: Settings
    desks: Desks
    spent: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    failures: int = 0
    _model: Any = None

    @property
    def model(self) -> str | None:
        """The model's name; None if no model can be asked: no name is set, or neither a key nor an address."""
        settings = self.settings
        return settings.llm_model if settings.llm_model and (settings.llm_api_key or settings.llm_base_url) else None

    def own_words(self, language: str) -> str | None:
        """The language of remarks; None where a model may write none."""
        return language if self.settings.brief_own_words else None

    def analyse(self, brief: BriefKind, book: FactBook, language: str, tenant: Tenant) -> Analysis:
        """The claims that stand, or the reason why there are none. What the model has answered to the same question
        before, in whatever run, is judged again and not asked again."""
        if self.model is None:
            return Analysis(None, reason="no model is set")
        context = self.settings.llm_context_tokens
        own_words = self.own_words(language)
        by_rules, _ = writer.write(brief, book)
        messages = opening(brief, book, by_rules, own_words, context)
        if messages is None:
            return Analysis(None, reason=f"a context of {context} tokens (TRADEWIND_LLM_CONTEXT_TOKENS) is too short")
        paid: list[Spent] = []
        refused: list[Refusal] = []
        reason: str | None = None
        for _ in range(ATTEMPTS):
            if not fits(messages, context):
                break
            question = self._question(brief, book, own_words, tenant, messages)
            with self.desks.at(question) as desk:
                answer = kept = desk.kept()
                answered = self._ask(desk, messages, tenant) if kept is None else None
                if isinstance(answered, str):
                    reason = answered
                    break
                if answered is not None:
                    answer = answered.text
                shown, refused = _judged(answer or "", book, own_words)
                if answered is not None:
                    paid.append(self._settle(desk, answered, shown, refused, tenant))
            if shown:
                return Analysis(shown, tuple(refused), None, False, *_sum(paid))
            messages = [*messages, ("ai", answer or ""), ("human", objection(refused))]
        final = reason is None
        if final:
            reason = f"nothing of the model's answer could be shown, it was refused: {_told(refused)}"
        log.warning("brief %s %s is written without the model: %s", book.store_id, book.day, reason)
        return Analysis(None, tuple(refused), reason, final, *_sum(paid))

    def _question(
        self, brief: BriefKind, book: FactBook, own_words: str | None, tenant: Tenant, messages: Messages
    ) -> Question:
        return Question(
            tenant_id=tenant.tenant_id,
            store_id=book.store_id,
            kind=brief.name,
            day=book.day,
            model=self.model or "",
            prompt_version=prompt_version(brief, own_words),
            facts_hash=book.hash(),
            messages=tuple(messages),
            options={"max_tokens": output_tokens(self.settings.llm_context_tokens)},
        )

    def _ask(self, desk: Desk, messages: Messages, tenant: Tenant) -> Answered | str:
        """The model's answer, or why there is none. The call is written down before it is made."""
        if self.failures >= GIVE_UP_AFTER:
            return "the model's service failed several times in this run"
        most = self._price.of(tokens_of(text for _, text in messages), output_tokens(self.settings.llm_context_tokens))
        of_run, of_month = Decimal(str(self.settings.brief_budget_usd)), month_budget(self.settings, tenant)
        if not of_run or self.spent[tenant.tenant_id] + most > of_run:
            return (
                f"the budget of this run, {of_run} USD for tenant {tenant.tenant_id} (TRADEWIND_BRIEF_BUDGET_USD), "
                "does not allow another call"
            )
        if not of_month or not desk.reserve(most, of_month):
            return (
                f"the budget of this month, {of_month} USD for tenant {tenant.tenant_id} "
                "(TRADEWIND_BRIEF_BUDGET_MONTH_USD, or analyst.budget_month_usd in stores.yaml), or the day of its "
                "plan (plans.yaml) does not allow another call"
            )
        try:
            if self._model is None:
                self._model = asking.connect(self.settings)
            with model_call(self.model or "") as told:
                answered = asking.ask(self._model, messages, self.settings.llm_timeout_seconds)
                told(answered.tokens_in, answered.tokens_out)
        except Exception as error:  # The brief is written whatever the client of a provider raises.
            return self._fail(desk, asking.explain(error, self.settings), most, tenant)
        self.failures = 0
        return answered

    def _fail(self, desk: Desk, failed: Failed, most: Decimal, tenant: Tenant) -> str:
        """Write a failed call down. One that may have reached the model counts as if it had answered at length."""
        self.failures += 1
        self.spent[tenant.tenant_id] += Decimal(0) if failed.is_free else most
        desk.settle(Spent(counted=Decimal(0) if failed.is_free else None), "failed", failed.reason)
        return failed.reason

    def _settle(
        self, desk: Desk, answered: Answered, shown: list[Bound], refused: list[Refusal], tenant: Tenant
    ) -> Spent:
        cost = self._price.of(answered.tokens_in, answered.tokens_out)
        self.spent[tenant.tenant_id] += cost
        count(names.COST, {"tradewind.kind": "model"}, float(cost))
        spent = Spent(answered.tokens_in, answered.tokens_out, cost if self._price.is_known else None, cost)
        desk.settle(spent, "shown" if shown else "refused", _told(refused) or None, answered.text)
        return spent

    @property
    def _price(self) -> Price:
        return price_of(self.settings)


def _judged(answer: str, book: FactBook, own_words: str | None) -> tuple[list[Bound], list[Refusal]]:
    claims, misshapen = read(answer)
    shown, misjudged = judge(claims, book, own_words=own_words)
    refused = sorted([*misshapen, *misjudged], key=lambda each: -1 if each.place is None else each.place)
    for refusal in refused:
        log.warning("brief %s %s: not shown: %s", book.store_id, book.day, refusal.told())
    return shown, refused


def _told(refused: list[Refusal]) -> str:
    return "; ".join(refusal.told() for refusal in refused[:_TOLD])


def _sum(paid: list[Spent]) -> tuple[int, int, Decimal | None]:
    """Tokens in and out, and USD; None where nothing was asked, or a price is not known."""
    costs = [spent.cost_usd for spent in paid]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known, Decimal(0)) if known and len(known) == len(costs) else None
    return sum(spent.tokens_in for spent in paid), sum(spent.tokens_out for spent in paid), cost
