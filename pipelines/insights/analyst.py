"""The analyst asks a language model for findings, and counts what it costs.

The model gets the facts as data, and no tools. Its answer is checked by `grounding.py`. If it is refused, the model is
asked once more, with the reasons. If anything goes wrong, the analysis has a reason instead of findings, and
`writer.py` writes the brief.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.grounding import Finding, Refusal, check

if TYPE_CHECKING:
    from pipelines.settings import Settings

log = logging.getLogger(__name__)

KIND = "daily"
TIMEOUT_SECONDS = 60.0
MAX_OUTPUT_TOKENS = 2500
ATTEMPTS = 2  # The second attempt gets the reasons why the first was refused.
GIVE_UP_AFTER = 3  # After so many failed calls in a row, the model is not asked any more in this run.
# The price assumed for a model without a known price, so that the budget still limits it: USD per million tokens in and
# out.
CAUTIOUS_PRICE = (Decimal(5), Decimal(25))
CHARACTERS_PER_TOKEN = 3

FINDINGS_SCHEMA: dict[str, Any] = {
    "title": "findings",
    "description": "What matters in the facts, the most urgent first.",
    "type": "object",
    "additionalProperties": False,
    "required": ["findings"],
    "properties": {
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "text", "facts", "severity"],
                "properties": {
                    "title": {"type": "string"},
                    "text": {"type": "string"},
                    "facts": {"type": "array", "items": {"type": "string"}},
                    "severity": {"type": "string", "enum": ["critical", "warning", "good", "info"]},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result of asking the model.

    findings: None if the brief must be written without the model; `reason` then says why. final: the model was refused
    twice, so that asking again with the same facts would be refused too. cost_usd: None if the price is not known.
    """

    findings: list[Finding] | None
    reason: str | None = None
    final: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None


def prompt(language: str, kind: str = KIND) -> str:
    """The system prompt for a kind of brief in a language."""
    return (resources.files("pipelines.insights") / "prompts" / f"{kind}.{language}.md").read_text(encoding="utf-8")


def prompt_version(language: str, kind: str = KIND) -> str:
    """The name of the prompt with a hash of its text. If it changes, briefs are written anew."""
    text = prompt(language, kind)
    number = text.partition("\n")[0].removeprefix("version:").strip()
    return f"{kind}.{language}-{number}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


@dataclass
class Analyst:
    """One run's access to the model. spent: tenant id -> USD spent. failures: failed calls in a row."""

    settings: Settings
    spent: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    failures: int = 0
    _model: Any = None

    @property
    def model(self) -> str | None:
        """The model's name; None if no model can be asked: no name is set, or neither a key nor an address."""
        settings = self.settings
        return settings.llm_model if settings.llm_model and (settings.llm_api_key or settings.llm_base_url) else None

    def analyse(self, book: FactBook, language: str, tenant_id: str) -> Analysis:
        """Ask for findings that pass grounding. The result has them, or the reason why there are none."""
        facts = book.by_id()
        messages: list[tuple[str, str]] = [("system", prompt(language)), ("human", _question(book, language))]
        tokens_in = tokens_out = 0
        cost: Decimal | None = Decimal(0)
        refusals: list[Refusal] = []
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
            findings = answer.findings
            refusals = (
                check(findings, facts, language, year=book.day.year)
                if findings is not None
                else [Refusal(-1, "the answer is not of the form that was asked for")]
            )
            if not refusals:
                return Analysis(findings, None, False, tokens_in, tokens_out, cost)
            messages += [("ai", answer.text), ("human", _objection(refusals))]
        final = reason is None
        if final:
            reason = "the model's text was refused: " + "; ".join(_sentence(refusal) for refusal in refusals[:3])
        log.warning("brief %s %s %s is written without the model: %s", book.store_id, book.day, language, reason)
        spent = None if not (tokens_in or tokens_out) else cost
        return Analysis(None, reason, final, tokens_in, tokens_out, spent)

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
        raw, parsed = result.get("raw"), result.get("parsed")
        usage = getattr(raw, "usage_metadata", None) or {}
        text = raw.content if raw is not None and isinstance(raw.content, str) else json.dumps(parsed)
        sent = sum(len(message) for _, message in messages)
        return _Answer(
            findings=_findings(parsed),
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
        return model.with_structured_output(FINDINGS_SCHEMA, method="json_schema", include_raw=True)

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
    findings: list[Finding] | None
    text: str
    tokens_in: int
    tokens_out: int


def _question(book: FactBook, language: str) -> str:
    """The message with the facts between tags. Angle brackets in facts are escaped, so that no fact can close a tag."""
    content = json.dumps([_for_model(fact) for fact in book.facts], ensure_ascii=False, separators=(",", ":"))
    fenced = content.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    head = f"Language: {language}\nStore: {book.store_id}\nDay: {book.day.isoformat()}\nCurrency: {book.currency}"
    return f"{head}\n<facts>\n{fenced}\n</facts>"


def _for_model(fact: Fact) -> dict[str, Any]:
    content = fact.as_json()
    del content["query"], content["source"]
    return content


def _findings(parsed: object) -> list[Finding] | None:
    """The findings in an answer; None if it does not have the form that was asked for."""
    items = parsed.get("findings") if isinstance(parsed, dict) else None
    if not isinstance(items, list):
        return None
    findings = []
    for item in items:
        if not isinstance(item, dict):
            return None
        title, text, facts = item.get("title"), item.get("text"), item.get("facts")
        if not isinstance(title, str) or not isinstance(text, str) or not isinstance(facts, list):
            return None
        findings.append(
            Finding(title.strip(), text.strip(), tuple(str(fact) for fact in facts), item.get("severity") or "info")
        )
    return findings


def _objection(refusals: list[Refusal]) -> str:
    lines = "\n".join(f"- {_sentence(refusal)}" for refusal in refusals[:20])
    return f"This was refused. Write all findings again, by the same rules, without these mistakes:\n{lines}"


def _sentence(refusal: Refusal) -> str:
    return refusal.reason if refusal.finding < 0 else f"finding number {refusal.finding + 1}: {refusal.reason}"


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
