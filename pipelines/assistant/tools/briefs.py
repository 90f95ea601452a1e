"""`read_brief`: the newest brief of a kind, as Markdown."""

from __future__ import annotations

from typing import Literal

from pipelines.assistant.answers import Answer, days_of, paged
from pipelines.assistant.arguments import OneStore, Page
from pipelines.assistant.caller import Caller, the_one
from pipelines.assistant.outside import Ours, fenced_names
from pipelines.assistant.periods import Period
from pipelines.assistant.refusals import Refusal

Kind = Literal["daily", "weekly", "month", "inventory", "advertising", "competitors", "rollup"]
Language = Literal["en", "zh"]

_NEWEST = """
    select period_start, period_end, writer, version, read_at, body_markdown from insights.briefs
    where store_id = %s and kind = %s and language = %s order by period_end desc limit 1
"""
_THERE = "select distinct kind from insights.briefs where store_id = any(%s) and language = %s order by kind"
_PART = 3000
"""Characters of one row: a page holds a few of them."""


def read_brief(
    caller: Caller, store: OneStore = None, kind: Kind = "daily", language: Language = "en", page: Page = 0
) -> Answer:
    """Read the newest written brief of a store: what happened, why, and what to do; `rollup` is about all stores. The
    rows are pieces of its text, in order.

    Raises Refusal where there is none of this kind, and where a key for some stores asks for that of all.
    """
    with caller.reading() as conn:
        if kind == "rollup":
            if caller.principal.stores is not None:
                raise Refusal("The rollup is about all stores, and this key is for some of them. Ask for one store.")
            name = f"*{caller.principal.tenant_id}"
        else:
            name = the_one(caller, conn, store, why="A brief is about one store.").store_id
        row = conn.execute(_NEWEST, (name, kind, language)).fetchone()
        there = [each for (each,) in conn.execute(_THERE, ([name], language)).fetchall()]
    if row is None:
        cure = f"There are: {', '.join(there)}." if there else "`tradewind brief` writes them."
        raise Refusal(f"There is no {kind} brief of {name} in this language. {cure}")
    first, last, writer, version, read_at, body = row
    by = (
        "a model chose what is told, Tradewind worded it" if writer == "llm" else "Tradewind's rules chose what is told"
    )
    answer = Answer(
        says=f"The {kind} brief of {name.lstrip('*')}, version {version}: {by}.",
        period=days_of(Period(first, last)),
        notes=[f"Its figures were read from the marts at {read_at:%Y-%m-%d %H:%M} UTC, and may have changed since."],
    )
    return paged(answer, [{"text": Ours(fenced_names(part))} for part in pieces(body)], page)


def pieces(text: str, longest: int = _PART) -> list[str]:
    """A text in pieces that end at the end of a line, each but for a longer line at most so long."""
    found: list[str] = [""]
    for line in text.splitlines(keepends=True):
        if found[-1] and len(found[-1]) + len(line) > longest:
            found.append("")
        found[-1] += line
    return found
