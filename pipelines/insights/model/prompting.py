"""What a model is told: how to choose, what may be chosen, and the facts, as many as its context holds. Pure.

The text of each kind of brief is `briefs/<kind>/prompt.md`; which statements and advice there are is in
`claims/kinds/`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.insights.claims.kinds.catalogue import KINDS, offered
from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.model.prices import tokens_of

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import BriefKind
    from pipelines.insights.claims.bind import Bound
    from pipelines.insights.claims.schema import Refusal

MAX_OUTPUT_TOKENS = 2500
_LEAST_FACTS = 10  # with fewer there is nothing to choose from

Messages = list[tuple[str, str]]


def prompt(brief: BriefKind, own_words: str | None = None, facts: Iterable[Fact] | None = None) -> str:
    """The system prompt of a kind of brief. own_words: the language of remarks, where they are allowed. facts: only
    statements that some of them could make are offered; None: all."""
    folder = resources.files("pipelines.insights.briefs")
    text = (folder / brief.name / "prompt.md").read_text(encoding="utf-8")
    if own_words:
        text += (folder / "remark.md").read_text(encoding="utf-8")
    statements = brief.statements if facts is None else _possible(brief, facts)
    return f"{text}\n{offered(statements)}\n"


def prompt_version(brief: BriefKind, own_words: str | None = None) -> str:
    """Names the prompt by its content, the kinds of claims in it: a changed prompt writes new briefs."""
    text = prompt(brief, own_words)
    number = text.partition("\n")[0].removeprefix("version:").strip()
    named = f"{brief.name}.{own_words}" if own_words else brief.name
    return f"{named}-{number}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def output_tokens(context_tokens: int | None) -> int:
    """How many tokens an answer may have: a quarter of a small context."""
    return MAX_OUTPUT_TOKENS if context_tokens is None else min(MAX_OUTPUT_TOKENS, context_tokens // 4)


def fits(messages: Messages, context_tokens: int | None) -> bool:
    """Whether messages leave room for an answer in the model's context."""
    room = None if context_tokens is None else context_tokens - output_tokens(context_tokens)
    return room is None or tokens_of(text for _, text in messages) <= room


def opening(
    brief: BriefKind,
    book: FactBook,
    by_rules: Sequence[Bound],
    own_words: str | None = None,
    context_tokens: int | None = None,
) -> Messages | None:
    """The first messages: prompt and facts. None if the model's context does not even hold a few facts.

    by_rules: what the rules would say of the book, what matters most first. context_tokens: of the model; None: more
    than enough. Where not all facts fit, those that the rules rest on come before the others, and the model is told how
    many there are.
    """
    facts = book.facts
    messages = _messages(brief, book, facts, own_words)
    if fits(messages, context_tokens):
        return messages
    ranked = _ranked(book, by_rules)
    least, most = min(_LEAST_FACTS, len(ranked)), len(ranked)
    if not fits(_messages(brief, book, ranked[:least], own_words), context_tokens):
        return None
    while least < most:  # the largest number of facts that fits
        middle = (least + most + 1) // 2
        if fits(_messages(brief, book, ranked[:middle], own_words), context_tokens):
            least = middle
        else:
            most = middle - 1
    chosen = {fact.id for fact in ranked[:least]}
    return _messages(brief, book, [fact for fact in facts if fact.id in chosen], own_words)


def objection(refused: Sequence[Refusal]) -> str:
    """What a model is told when nothing of its answer can be shown."""
    lines = "\n".join(f"- {refusal.told()}" for refusal in refused[:20])
    return f"Nothing of this can be shown. Answer again, by the same rules, without these mistakes:\n{lines}"


def _messages(brief: BriefKind, book: FactBook, facts: Sequence[Fact], own_words: str | None) -> Messages:
    return [("system", prompt(brief, own_words, facts)), ("human", _question(book, facts, own_words))]


def _possible(brief: BriefKind, facts: Iterable[Fact]) -> frozenset[str]:
    names = {fact.name for fact in facts}
    return frozenset(
        kind.name
        for kind in KINDS.values()
        if (brief.statements is None or kind.name in brief.statements)
        and (kind.any_fact or all(any(kind.roles[r].fact in names for r in need.split("|")) for need in kind.needs))
    )


def _ranked(book: FactBook, by_rules: Sequence[Bound]) -> list[Fact]:
    """All facts: those of the rules' statements in their order, then the others in the book's."""
    told = [fact for bound in by_rules for group in bound.groups for fact in group.values()]
    return list({fact.id: fact for fact in [*told, *book.facts]}.values())


def _question(book: FactBook, facts: Sequence[Fact], own_words: str | None) -> str:
    """The facts between their fences. Nothing in them can close a fence: angle brackets are escaped."""
    content = json.dumps([_for_model(fact, book) for fact in facts], ensure_ascii=False, separators=(",", ":"))
    fenced = content.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    first, last = (day.isoformat() for day in book.period)
    head = [
        *([f"Language: {own_words}"] if own_words else []),
        f"Store: {book.store_id}",
        f"Day: {last}" if first == last else f"Period: {first} to {last}",
        f"Currency: {book.currency}",
        "A fact that names no subject is about the store, one without a period about the above.",
    ]
    if len(facts) < len(book.facts):
        head.append(f"These are {len(facts)} of {len(book.facts)} facts, those that matter most.")
    return "\n".join(head) + f"\n<facts>\n{fenced}\n</facts>"


def _for_model(fact: Fact, book: FactBook) -> dict[str, Any]:
    """A fact without what goes without saying, so that fewer tokens are sent."""
    content = fact.as_json()
    content.pop("query")
    content.pop("source", None)
    if fact.subject.kind == "store" and fact.subject.key == book.store_id:
        del content["subject"]
    elif not fact.subject.label:
        del content["subject"]["label"]
    if fact.period == book.period:
        del content["period"]
    if fact.currency == book.currency:
        content.pop("currency", None)
    return content
