"""A scripted client: it reads a seller's question, picks a tool and its arguments by rules, and finds the figure in the
answer. It stands for a model in the measure of `assistant.py`: it knows the tools' names, the metrics' names and usual
words, and nothing of the marts. It computes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.assistant.metrics import METRICS
from pipelines.assistant.outside import bare

Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Calls a tool by name with arguments: the `call_tool` of the SDK's client."""

_WORDS = sorted(
    {(word, metric.name) for metric in METRICS.values() for word in (metric.name.replace("_", " "), *metric.called)},
    key=lambda each: -len(each[0]),
)
_PERIOD = re.compile(
    r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d|\d{4}-W\d\d|\d{4}-\d\d-\d\d|\d{4}-\d\d"
    r"|(?:last|past) \d+ days|yesterday|(?:last|this) (?:week|month)"
)
_STORE = re.compile(r"\b[a-z]+-(?:us|de|jp|in)\b")
_SKU, _ASIN = re.compile(r"SKU (\S+?)[?,.]?(?:\s|$)"), re.compile(r"\bB0[A-Z0-9]{8}\b")
_WHICH = {
    "which product": "sku",
    "which sku": "sku",
    "which campaign": "campaign",
    "which search term": "search_term",
    "which day": "day",
    "which store": "store",
    "which reason": "reason",
    "why do buyers return": "reason",
}
_LEAST = re.compile(r"\b(least|lowest|fewest|smallest|worst)\b")


@dataclass(frozen=True)
class Choice:
    """What is asked: a tool, its arguments, and which column of the first row is the answer. best: the row with the
    largest value instead of the first. count: how many rows there are."""

    tool: str
    arguments: Mapping[str, Any]
    column: str = "value"
    best: bool = False
    count: bool = False
    row: Mapping[str, Any] = field(default_factory=dict)


def choose(question: str) -> Choice:
    """The tool for a question, by rules."""
    text = question.lower()
    shared: dict[str, Any] = {}
    if stores := _STORE.findall(text):
        shared["stores"] = list(dict.fromkeys(stores))
    if period := _PERIOD.search(question):
        shared["period"] = period[0]
    if " missing" in text:
        return Choice("what_is_missing", shared, "missing_days")
    if "how many stores" in text:
        return Choice("list_stores", {}, count=True)
    if ("currency" in text and "which" in text) or "up to which day" in text:
        column = "currency" if "currency" in text else "orders_until"
        return Choice("list_stores", {}, column, row={"store": stores[0]})
    if found := _of_products(question, text, shared):
        return found
    if text.startswith("why did"):
        part = next((part for part in ("price", "mix") if f"from {part}" in text), None)
        return Choice("why_changed", _one_store(shared), f"from_{part}" if part else "change")
    return _of_metrics(question, text, shared)


def _of_products(question: str, text: str, shared: Mapping[str, Any]) -> Choice | None:
    stores = {"stores": shared["stores"]} if "stores" in shared else {}
    if titled := re.search(r"products have \"([^\"]+)\" in", question):
        return Choice("search_products", {"query": titled[1], **stores}, count=True)
    if (sku := _SKU.search(question)) and re.search(r"\b(asin|title|own price)\b", text):
        column = next(name for name in ("asin", "title", "price") if re.search(rf"\b{name}\b", text))
        return Choice("search_products", {"query": sku[1], **stores}, column, row={"sku": sku[1]})
    return None


def _of_metrics(question: str, text: str, shared: Mapping[str, Any]) -> Choice:
    metric = _metric(text)
    arguments: dict[str, Any] = {"metric": metric, **shared}
    filters: dict[str, list[str]] = {}
    if sku := _SKU.search(question):
        filters["sku"] = [sku[1]]
    if asin := _ASIN.search(question):
        filters["asin"] = [asin[0]]
    by = [dimension for words, dimension in _WHICH.items() if words in text]
    if metric == "days_of_cover":
        by = ["sku"]
    if filters:
        arguments["filters"] = filters
    if by:
        arguments["by"] = by[:1]
    if "not converted" in text:
        arguments["currency"] = "own"
    compares = re.search(r"\b(change|changed|against|compared|gained|lost)\b", text)
    if compares:
        column = "change_points" if METRICS[metric].unit == "percent" else "change_percent"
        if by:
            column = by[0]
        elif "by how much" in text:
            column = "change"
        return Choice("compare_periods", arguments, column)
    if not by or metric == "days_of_cover":
        return Choice("ask_metric", arguments)
    if _LEAST.search(text):
        arguments["order"] = "smallest"
    return Choice("ask_metric", arguments, "date" if by[0] == "day" else by[0], best=by[0] == "day")


def _metric(text: str) -> str:
    """The metric whose name or word is the longest in the text."""
    for word, name in _WORDS:
        if re.search(rf"\b{re.escape(word)}\b", text):
            return name
    return "sales"


def _one_store(shared: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in shared.items() if name != "stores"}
    return {**rest, "store": shared["stores"][0]} if "stores" in shared else rest


REFUSED = "refused"


def found(choice: Choice, answer: Mapping[str, Any]) -> Any:
    """The figure in an answer, as the answer writes it; names without their fences."""
    if choice.count:
        return answer["rows_in_all"]
    if choice.column == "missing_days":
        return answer["coverage"]["missing_days"]
    rows = [row for row in answer["rows"] if all(_same(row.get(name), value) for name, value in choice.row.items())]
    if not rows:
        return None
    if choice.best:
        rows.sort(key=lambda row: -float(row.get("value") or 0))
    value = rows[0].get(choice.column)
    return bare(value) if isinstance(value, str) else value


async def ask(call: Call, question: str) -> Any:
    """The answer to a question; REFUSED where the tool refuses it."""
    choice = choose(question)
    result = await call(choice.tool, choice.arguments)
    if result.is_error:
        return REFUSED
    return found(choice, json.loads(result.content[0].text))


def _same(one: Any, other: Any) -> bool:
    return one is not None and bare(str(one)) == str(other)
