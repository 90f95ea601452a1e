"""A chat model behind OpenAI's address: it reads the facts between <facts> and </facts> and writes findings.

It is no model: sentences are fixed, figures are placeholders of facts, so that the same facts get the same answer. Its
faults are those that a real one has: literal numbers, broken JSON, the wrong direction, the wrong language, refusal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, json_reply
from simulator.world.rng import stable_uuid

FACTS = re.compile(r"^<facts>\s*$(.*?)^</facts>\s*$", re.MULTILINE | re.DOTALL)
LANGUAGE = re.compile(r"^Language:\s*(\w+)", re.MULTILINE)
MOST_FINDINGS = 8


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of a fact: title and text per language. `{f}` and `{n}` are its figure and name, `{rose}` the verb.

    urgency: 'act', 'watch' or 'info'; a fact of the store is said once, of products and the like up to `most` times.
    """

    en: tuple[str, str]
    zh: tuple[str, str]
    urgency: str = "info"
    most: int = 1


SENTENCES = {
    "sales_day": Sentence(("Sales of the day", "Sales were {f}."), ("当日销售额", "当日销售额为{f}。")),
    "sales_vs_weekday": Sentence(
        ("Sales against the usual", "Sales {rose} against the usual, by {f}."),
        ("销售额与往常相比", "销售额较往常{rose}，幅度为{f}。"),
    ),
    "days_of_cover": Sentence(
        ("Stock of {n}", "Stock of {n} lasts {f}."), ("{n}的库存", "{n}的库存可售{f}。"), "act", 2
    ),
    "sessions_vs_weekday": Sentence(
        ("Visits", "Sessions {rose} against the usual, by {f}."), ("访问", "访问量较往常{rose}，幅度为{f}。")
    ),
    "sku_sales_change": Sentence(
        ("Movement of {n}", "Sales of {n} {rose} by {f}."), ("{n}的变动", "{n}的销售额{rose}{f}。"), "watch", 2
    ),
    "acos_7d": Sentence(("Advertising", "ACoS was {f}."), ("广告", "ACoS为{f}。")),
    "campaign_spend": Sentence(
        ("Campaign {n}", "Campaign {n} had a spend of {f}."), ("广告活动{n}", "{n}的花费为{f}。"), "watch"
    ),
    "competitor_price_change": Sentence(
        ("A competitor's price", "The price of {n} {rose} by {f}."), ("竞品价格", "{n}的价格{rose}{f}。"), "watch", 2
    ),
    "gap_days": Sentence(
        ("Missing data", "Data of {n} is missing for {f} days."), ("数据缺失", "{n}的数据缺失，共{f}天。"), "watch"
    ),
}
VERBS = {
    "en": {"up": "rose", "down": "fell", "flat": "were flat"},
    "zh": {"up": "上升", "down": "下降", "flat": "持平"},
}
OPPOSITE = {"up": "down", "down": "up", "flat": "up"}
REFUSAL = "I'm sorry, but I can't help with that."


def identify(call: Call, sim: Simulation) -> None:
    """Read the request; nobody's account is concerned."""
    try:
        call.subject = call.json()
    except BadBody as problem:
        call.subject = problem
        return
    if isinstance(call.subject, dict):
        call.detail = {"model": call.subject.get("model")}


def error(status: int, message: str, kind: str = "invalid_request_error", code: str | None = None) -> Reply:
    """An error as OpenAI writes it."""
    return json_reply(status, {"error": {"message": message, "type": kind, "param": None, "code": code}})


def chat(call: Call, sim: Simulation) -> Reply:
    """POST /v1/chat/completions."""
    if not call.headers.get("authorization", "").removeprefix("Bearer ").strip():
        return error(401, "You didn't provide an API key.", code="invalid_api_key")
    body = call.subject
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body.get("model"):
        return error(400, f"The body must be a JSON object with model and messages. {body if body else ''}".strip())
    if body.get("stream"):
        return error(400, "The simulator does not stream.")
    text, refusal = answer(call, [m for m in body["messages"] if isinstance(m, dict)], body.get("response_format"))
    tokens_in = max(1, len(call.body) // 4)
    tokens_out = max(1, len(text or refusal or "") // 4)
    number = sim.counts.requests["llm.chat"]
    return json_reply(
        200,
        {
            "id": f"chatcmpl-{stable_uuid('chat', number).replace('-', '')[:24]}",
            "object": "chat.completion",
            "created": int(sim.clock.protocol().timestamp()),
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": refusal},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            },
            "system_fingerprint": "fp_simulator",
        },
    )


def answer(call: Call, messages: list[dict[str, Any]], form: Any) -> tuple[str | None, str | None]:
    """(content, refusal) of the message: findings as JSON, or one of the faults."""
    if call.action("llm_refusal"):
        return None, REFUSAL
    question = next((text for m in messages if FACTS.search(text := text_of(m))), None)
    if question is None:
        return "There are no facts to write about.", None
    facts = read_facts(question)
    language = found[1] if (found := LANGUAGE.search(question)) and found[1] in VERBS else "en"
    if call.action("llm_refuse_language"):
        language = "en" if language == "zh" else "zh"
    wrong_way = call.action("llm_wrong_direction") is not None
    findings = list(write(facts, language, severities(form), wrong_way=wrong_way))
    if call.action("llm_lie"):
        findings = [lied(finding, facts) for finding in findings]
    if call.action("llm_unknown_fact"):
        findings = [{**f, "text": f["text"] + " {f99999}.", "facts": [*f["facts"], "f99999"]} for f in findings]
    text = dump({"findings": findings}).decode()
    return (text[: len(text) * 2 // 3] if call.action("llm_broken_json") else text), None


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, whose content may be a string or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) and message.get("role") == "user" else ""


def read_facts(question: str) -> list[dict[str, Any]]:
    """The facts of a question; nothing for a block that is not a JSON list of objects (or {"facts": [...]})."""
    found = FACTS.search(question)
    try:
        data = json.loads(found[1]) if found else []
    except ValueError:
        return []
    data = data.get("facts", []) if isinstance(data, dict) else data
    return [f for f in data if isinstance(f, dict) and isinstance(f.get("id"), str) and isinstance(f.get("name"), str)]


def severities(form: Any) -> dict[str, str]:
    """The severities that the request's JSON schema allows, by urgency."""
    found = re.search(r'"severity": \{[^{}]*"enum": (\[[^\]]*\])', json.dumps(form or {}))
    allowed = json.loads(found[1]) if found else ["act", "watch", "info"]
    wanted = {"act": ("act", "critical", "high"), "watch": ("watch", "warning", "medium"), "info": ("info", "low")}
    return {urgency: next((n for n in names if n in allowed), allowed[-1]) for urgency, names in wanted.items()}


def write(
    facts: list[dict[str, Any]], language: str, severity: dict[str, str], *, wrong_way: bool = False
) -> Iterator[dict[str, Any]]:
    """Findings on the facts that there is a sentence for, at most MOST_FINDINGS, always with placeholders."""
    written = 0
    for name, sentence in SENTENCES.items():
        chosen = [f for f in facts if f["name"] == name][: sentence.most]
        for fact in chosen:
            direction = fact.get("direction")
            if "{rose}" in sentence.en[1] and direction not in OPPOSITE:
                continue
            if direction == "flat" and name in ("sku_sales_change", "competitor_price_change"):
                continue
            verb = VERBS[language].get(OPPOSITE[direction] if wrong_way and direction else direction or "", "")
            slots = {"f": f"{{{fact['id']}}}", "n": f"{{{fact['id']}.name}}", "rose": verb}
            title, text = (part.format(**slots) for part in getattr(sentence, language))
            yield {"title": title, "text": text, "facts": [fact["id"]], "severity": severity[sentence.urgency]}
            written += 1
            if written == MOST_FINDINGS:
                return


def lied(finding: dict[str, Any], facts: list[dict[str, Any]]) -> dict[str, Any]:
    """The finding with figures written out, and wrong."""
    values = {fact["id"]: fact.get("value") for fact in facts}
    text = re.sub(r"\{(f\d+)\}", lambda match: str(invented(values.get(match[1]))), finding["text"])
    return {**finding, "text": text}


def invented(value: Any) -> str:
    """A figure a tenth too high."""
    try:
        return f"{float(value) * 1.1 + 1:.2f}"
    except (TypeError, ValueError):
        return "42"
