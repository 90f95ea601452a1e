"""A chat model behind OpenAI's address: it reads the facts between <facts> and </facts> and answers with claims.

It is no model: which facts get which claim is fixed, so that the same facts get the same answer. Its faults are those
that a real one has: lies of every kind (`llm_lies.py`), broken JSON, prose in its place, the wrong way, refusal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.apis.llm_lies import KINDS, lies
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, dump, json_reply
from simulator.world.rng import stable_uuid

FACTS = re.compile(r"^<facts>\s*$(.*?)^</facts>\s*$", re.MULTILINE | re.DOTALL)
LANGUAGE = re.compile(r"^Language:\s*(\w+)", re.MULTILINE)
LANGUAGES = ("en", "zh")
MOST_CLAIMS = 8
LIES_AT_ONCE = 5  # kinds of lies in one answer; the next one has those that follow


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is said of facts. first: the name of the fact that it is about; others: names of facts beside it, of the
    same subject. most: of how many subjects it is said, each in a claim of its own."""

    kind: str
    first: str
    others: tuple[str, ...] = ()
    emphasis: str = "normal"
    most: int = 1


CHOSEN = (
    Chosen("sales_day", "sales_day", ("sales_vs_weekday", "orders_day", "units_day")),
    Chosen("low_stock", "days_of_cover", ("stock_out_date",), "high", 2),
    Chosen("sessions_day", "sessions_day", ("sessions_vs_weekday",)),
    Chosen("sku_sales", "sku_sales_change", ("sku_sales_7d",), "high", 2),
    Chosen("acos_week", "acos_7d", ("acos_vs_previous_7d",)),
    Chosen("campaign_without_sales", "campaign_spend", ("campaign_clicks",)),
    Chosen("competitor_price", "competitor_price_change", ("competitor_price",), "high", 2),
    Chosen("wasted_spend", "wasted_spend", ("wasted_share", "wasted_terms", "wasted_terms_spend")),
    Chosen("losing_ads", "product_ad_loss", ("product_acos", "product_break_even"), "high", 2),
    Chosen("negative_candidates", "negative_spend", ("negative_clicks", "negative_chance")),
    Chosen("ad_spend_30d", "ad_spend_30d", ("ad_spend_vs_previous_30d", "acos_30d", "tacos_30d")),
    Chosen("missing_data", "gap_days", ("gap_last_day",), "low"),
)
PROSE = {
    "en": "Sales fell by half, and everything is out of stock.",
    "zh": "销售额减半，所有商品都已断货。",
}
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
    text, refusal = answer(call, [m for m in body["messages"] if isinstance(m, dict)], sim.counts.requests["llm.chat"])
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


def answer(call: Call, messages: list[dict[str, Any]], number: int) -> tuple[str | None, str | None]:
    """(content, refusal) of the message: claims as JSON, or one of the faults. number: of the request, from 1."""
    if call.action("llm_refusal"):
        return None, REFUSAL
    question = next((text for m in messages if FACTS.search(text := text_of(m))), None)
    if question is None:
        return "There are no facts to write about.", None
    facts = read_facts(question)
    language = found[1] if (found := LANGUAGE.search(question)) and found[1] in LANGUAGES else "en"
    if call.action("llm_refuse_language"):
        return PROSE["en" if language == "zh" else "zh"], None
    claims = list(write(facts))
    if call.action("llm_wrong_direction"):
        claims = [{**claim, "kind": f"{claim['kind']}.down", "direction": "down"} for claim in claims]
    lie = call.action("llm_lie")
    if lie:
        claims = spoiled(claims, facts, language, number, lie)
    if call.action("llm_unknown_fact"):
        claims = [{**claim, "facts": [*claim["facts"], "f99999"]} for claim in claims]
    text = dump({"claims": claims}).decode()
    return (text[: len(text) * 2 // 3] if call.action("llm_broken_json") else text), None


def spoiled(
    claims: list[dict[str, Any]], facts: list[dict[str, Any]], language: str, number: int, lie: Any
) -> list[dict[str, Any]]:
    """Lies, and behind them what is true: `kinds` names the kinds of lies (default: five at a time, in turn), `wholly`
    leaves nothing that is true."""
    place = (number - 1) * LIES_AT_ONCE
    kinds = lie.get("kinds") or [KINDS[(place + n) % len(KINDS)] for n in range(LIES_AT_ONCE)]
    told = list(lies(facts, language, tuple(kinds)))
    if lie.get("wholly"):
        return [claim for claim in told if "remark" not in claim]
    return [*claims[:3], *told]


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


def write(facts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Claims on the facts that there is something to say of, at most MOST_CLAIMS."""
    written = 0
    for chosen in CHOSEN:
        for fact in [each for each in facts if each["name"] == chosen.first][: chosen.most]:
            beside = [
                each["id"]
                for each in facts
                if each["name"] in chosen.others and each.get("subject") == fact.get("subject")
            ]
            yield {
                "kind": chosen.kind,
                "facts": [fact["id"], *beside],
                "emphasis": chosen.emphasis,
                "advice": [],
            }
            written += 1
            if written == MOST_CLAIMS:
                return
