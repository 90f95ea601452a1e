"""The analyst: asks a language model which claims a brief should make, and keeps the account of what it costs.

The model gets facts as data and nothing to call. What it answers is only proposed here: each claim is judged against
the facts, those that stand are kept, an answer of which nothing stands goes back once with its reasons, and whatever
goes wrong ends in a reason for the deterministic writer to take over. Claims know no language: one answer serves all.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.kinds.catalogue import offered
from pipelines.insights.claims.schema import Answer, Refusal, read
from pipelines.insights.facts import Fact, FactBook

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import BriefKind
    from pipelines.settings import Settings

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 60.0
MAX_OUTPUT_TOKENS = 2500
ATTEMPTS = 2  # the second one is told why nothing of the first could be shown
GIVE_UP_AFTER = 3  # failed calls in a row: the rest of the run asks no more
# what is assumed of a model without a known price, so that a budget still ends: USD per million tokens in, out
CAUTIOUS_PRICE = (Decimal(5), Decimal(25))
CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Analysis:
    """What came of asking. shown: the claims that stand; None: the deterministic writer must take over, for `reason`.
    refused: what was answered and is not shown. `final`: asking again with the same facts would only spend again (it
    was refused twice)."""

    shown: list[Bound] | None
    refused: tuple[Refusal, ...] = ()
    reason: str | None = None
    final: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None


def prompt(brief: BriefKind, own_words: str | None = None) -> str:
    """The system prompt of a kind of brief. own_words: the language of remarks, where they are allowed."""
    folder = resources.files("pipelines.insights.briefs")
    text = (folder / brief.name / "prompt.md").read_text(encoding="utf-8")
    if own_words:
        text += (folder / "remark.md").read_text(encoding="utf-8")
    return f"{text}\n{offered(brief.statements)}\n"


def prompt_version(brief: BriefKind, own_words: str | None = None) -> str:
    """Names the prompt by its content, the kinds of claims in it: a changed prompt writes new briefs."""
    text = prompt(brief, own_words)
    number = text.partition("\n")[0].removeprefix("version:").strip()
    named = f"{brief.name}.{own_words}" if own_words else brief.name
    return f"{named}-{number}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


@dataclass
class Analyst:
    """One run's access to the model: budget per tenant, a memory of failures, and of what was answered."""

    settings: Settings
    spent: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    failures: int = 0
    answered: dict[tuple[str, str], Analysis] = field(default_factory=dict)
    _model: Any = None

    @property
    def model(self) -> str | None:
        """The model's name; None if no model can be asked: no name is set, or neither a key nor an address."""
        settings = self.settings
        return settings.llm_model if settings.llm_model and (settings.llm_api_key or settings.llm_base_url) else None

    def own_words(self, language: str) -> str | None:
        """The language of remarks; None where a model may write none."""
        return language if self.settings.brief_own_words else None

    def analyse(self, brief: BriefKind, book: FactBook, language: str, tenant_id: str) -> Analysis:
        """The claims that stand, or the reason why there are none. What was answered on the same facts in this run is
        not asked for again in another language."""
        own_words = self.own_words(language)
        key = (book.hash(), prompt_version(brief, own_words))
        known = self.answered.get(key)
        if known is None:
            known = self._analyse(brief, book, own_words, tenant_id)
            if known.shown is not None or known.final:
                self.answered[key] = replace(known, tokens_in=0, tokens_out=0, cost_usd=None)
        return known

    def _analyse(self, brief: BriefKind, book: FactBook, own_words: str | None, tenant_id: str) -> Analysis:
        messages: list[tuple[str, str]] = [("system", prompt(brief, own_words)), ("human", _question(book, own_words))]
        tokens_in = tokens_out = 0
        cost: Decimal | None = Decimal(0)
        refused: list[Refusal] = []
        reason: str | None = None
        for _ in range(ATTEMPTS):
            reason = self._hindrance(messages, tenant_id)
            if reason:
                break
            answer, reason = self._ask(messages)
            if reason:
                break
            tokens_in, tokens_out = tokens_in + answer.tokens_in, tokens_out + answer.tokens_out
            call = self._account(answer, tenant_id)
            cost = None if call is None or cost is None else cost + call
            claims, misshapen = read(answer.text)
            shown, misjudged = judge(claims, book, own_words=own_words)
            refused = sorted([*misshapen, *misjudged], key=lambda each: -1 if each.place is None else each.place)
            for refusal in refused:
                log.warning("brief %s %s: not shown: %s", book.store_id, book.day, refusal.told())
            if shown:
                return Analysis(shown, tuple(refused), None, False, tokens_in, tokens_out, cost)
            messages += [("ai", answer.text), ("human", _objection(refused))]
        final = reason is None
        if final:
            reason = "nothing of the model's answer could be shown, it was refused: " + "; ".join(
                refusal.told() for refusal in refused[:3]
            )
        log.warning("brief %s %s is written without the model: %s", book.store_id, book.day, reason)
        spent = None if not (tokens_in or tokens_out) else cost
        return Analysis(None, tuple(refused), reason, final, tokens_in, tokens_out, spent)

    def _hindrance(self, messages: list[tuple[str, str]], tenant_id: str) -> str | None:
        """Why the model may not be asked now; None if it may."""
        if self.failures >= GIVE_UP_AFTER:
            return "the model's service failed several times in this run"
        price_in, price_out = self._price() or CAUTIOUS_PRICE
        expected_in = Decimal(sum(len(text) for _, text in messages)) / CHARACTERS_PER_TOKEN
        expected = (expected_in * price_in + MAX_OUTPUT_TOKENS * price_out) / 1_000_000
        budget = Decimal(str(self.settings.brief_budget_usd))
        if self.spent[tenant_id] + expected > budget:
            return f"the budget of this run, {budget} USD for tenant {tenant_id}, does not allow another call"
        return None

    def _ask(self, messages: list[tuple[str, str]]) -> tuple[_Answer, None] | tuple[Any, str]:
        try:
            if self._model is None:
                self._model = self._connect()
            result = self._model.invoke(messages)
        except Exception as error:  # The brief is written whatever the client of a provider raises.
            self.failures += 1
            return None, _explain(error)
        self.failures = 0
        raw = result.get("raw")
        usage = getattr(raw, "usage_metadata", None) or {}
        text = _text_of(raw) or json.dumps(result.get("parsed"), default=str)
        sent = sum(len(message) for _, message in messages)
        return _Answer(
            text=text,
            tokens_in=int(usage.get("input_tokens") or sent // CHARACTERS_PER_TOKEN),
            tokens_out=int(usage.get("output_tokens") or len(text) // CHARACTERS_PER_TOKEN),
        ), None

    def _connect(self) -> Any:
        from langchain.chat_models import init_chat_model

        key = self.settings.llm_api_key
        options: dict[str, Any] = {
            "timeout": TIMEOUT_SECONDS,
            "max_retries": 0,
            "max_tokens": MAX_OUTPUT_TOKENS,
            # Without a key, the provider's client would look for one in the environment.
            "api_key": key.get_secret_value() if key else "none",
        }
        if self.settings.llm_base_url:
            options["base_url"] = self.settings.llm_base_url
        model = init_chat_model(self.settings.llm_model, **options)
        try:
            # nearly every server that speaks OpenAI's protocol has this mode
            return model.with_structured_output(Answer, method="json_mode", include_raw=True)
        except (ValueError, NotImplementedError):
            # the client of another provider has no such mode: its model answers by a tool call
            return model.with_structured_output(Answer, include_raw=True)

    def _price(self) -> tuple[Decimal, Decimal] | None:
        """USD per million tokens in and out; None if the settings have no price for the model."""
        price = self.settings.llm_prices.get(self.settings.llm_model or "")
        return (Decimal(str(price[0])), Decimal(str(price[1]))) if price else None

    def _account(self, answer: _Answer, tenant_id: str) -> Decimal | None:
        """Add a call's cost to the tenant's. Returns the cost in USD; None if the price is not known."""
        known = self._price()
        price_in, price_out = known or CAUTIOUS_PRICE
        cost = (answer.tokens_in * price_in + answer.tokens_out * price_out) / 1_000_000
        self.spent[tenant_id] += cost
        return cost if known else None


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    tokens_in: int
    tokens_out: int


def _question(book: FactBook, own_words: str | None) -> str:
    """The facts between their fences. Nothing in them can close a fence: angle brackets are escaped."""
    content = json.dumps([_for_model(fact) for fact in book.facts], ensure_ascii=False, separators=(",", ":"))
    fenced = content.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    head = f"Store: {book.store_id}\nDay: {book.day.isoformat()}\nCurrency: {book.currency}"
    if own_words:
        head = f"Language: {own_words}\n{head}"
    return f"{head}\n<facts>\n{fenced}\n</facts>"


def _for_model(fact: Fact) -> dict[str, Any]:
    content = fact.as_json()
    del content["query"], content["source"]
    return content


def _text_of(raw: Any) -> str:
    """What a message says: the arguments of the tool that it calls, or its text.

    Beside a call some models write a text too, which is none of the answer.
    """
    calls = getattr(raw, "tool_calls", None) or []
    if calls:
        return json.dumps(calls[0].get("args"))
    content = getattr(raw, "content", "")
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content


def _objection(refused: list[Refusal]) -> str:
    lines = "\n".join(f"- {refusal.told()}" for refusal in refused[:20])
    return f"Nothing of this can be shown. Answer again, by the same rules, without these mistakes:\n{lines}"


def _explain(error: Exception) -> str:
    """A sentence about an error, without the client's message, which may hold secrets."""
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    if status == 429:
        return "the model's service is at its limit (HTTP 429)"
    if status is not None:
        return f"the model's service answered with HTTP {status}"
    if "timeout" in kind.lower():
        return f"the model did not answer within {TIMEOUT_SECONDS:.0f} seconds"
    if isinstance(error, ImportError):
        return f"the package for this model's provider is not installed ({error.name or kind})"
    return f"the model could not be asked ({kind})"
