"""Makes the picture of a conversation in docs/assistant.md, from a home with a demo.

`PYTHONPATH=. .venv/bin/python tools/assistant_picture.py --to docs/images` needs Chromium and `make demo`. It asks
`tradewind mcp` a few questions by the scripted client of the benchmarks, through the SDK's client over stdio, and draws
what was asked and answered: the tool that was called, its arguments, the sentence and the first rows of the answer, as
they came.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters
from playwright.sync_api import sync_playwright

from bench.assistant_client import ask

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUESTIONS = (
    "What are my sales over all stores last week?",
    "Why did sales of harbor-us change last week?",
    "How many orders of SKU 0012345 were there in harbor-us last week?",
)
COLUMNS = {
    "ask_metric": ("value", "currency"),
    "why_changed": ("subject", "title", "before", "after", "change", "from_units", "from_price", "beside"),
}
STYLE = """
body { margin: 0; padding: 22px 26px; width: 980px; background: #faf9f5; color: #23221f;
    font: 15px/1.5 'Lato', 'Noto Sans', 'Noto Sans CJK SC', Arial, sans-serif }
.q { background: #ece9df; border-radius: 14px; padding: 8px 16px; margin: 16px 0 10px auto; width: fit-content }
.tool { font: 12.5px 'DejaVu Sans Mono', monospace; color: #5f5b50; border: 1px solid #dcd8ca; border-radius: 8px;
    padding: 5px 10px; margin: 6px 0; background: #fff; width: fit-content } .tool b { color: #23221f }
.a { margin: 6px 2px } .no { color: #8a3b12 } .note { color: #6d685b; font-size: 12.5px; margin: 2px }
table { border-collapse: collapse; font-size: 12.5px; margin: 6px 2px; background: #fff }
td, th { border: 1px solid #e3dfd2; padding: 3px 8px; text-align: left; vertical-align: top }
th { color: #6d685b; font-weight: 600 } td.n { text-align: right; white-space: nowrap }
.data { background: #f3f0e4; border-radius: 3px; padding: 0 2px }
"""


async def converse() -> list[dict[str, Any]]:
    """Each question with the call that was made for it and what was answered."""
    told: list[dict[str, Any]] = []
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "pipelines.cli", "mcp", "--tenant", "harbor"], env=dict(os.environ)
    )
    async with Client(command) as client:

        async def call(name: str, arguments: Mapping[str, Any]) -> Any:
            answer = await client.call_tool(name, dict(arguments))
            told[-1] |= {"tool": name, "arguments": arguments, "refused": answer.is_error}
            told[-1]["text"] = answer.content[0].text
            return answer

        for question in QUESTIONS:
            told.append({"question": question})
            await ask(call, question)
    return told


def page_of(told: list[dict[str, Any]]) -> str:
    """The conversation as a page."""
    return f"<meta charset=utf-8><style>{STYLE}</style>" + "".join(_turn(each) for each in told)


def _turn(each: Mapping[str, Any]) -> str:
    arguments = ", ".join(f"{name}={json.dumps(value)}" for name, value in each["arguments"].items())
    head = (
        f"<div class=q>{escape(each['question'])}</div>"
        f"<div class=tool><b>tradewind · {escape(each['tool'])}</b>({escape(arguments)})</div>"
    )
    if each["refused"]:
        return head + f"<div class='a no'>{escape(each['text'])}</div>"
    answer = json.loads(each["text"])
    coverage, until = answer["coverage"], answer["freshness"]["data_until"]
    whole = "all days are here" if coverage["is_whole"] else f"{coverage['missing_days']} days are missing"
    days = f"{answer['period']['first']} to {answer['period']['last']}"
    note = f"{days} · {whole} · data until {', '.join(f'{store} {day}' for store, day in until.items())}"
    notes = "".join(f"<div class=note>{escape(text)}</div>" for text in answer["notes"][:2])
    return head + f"<div class=a>{escape(answer['says'])}</div>{_table(each['tool'], answer['rows'][:4])}" + (
        f"<div class=note>{escape(note)}</div>{notes}"
    )  # fmt: skip


def _table(tool: str, rows: list[dict[str, Any]]) -> str:
    columns = [name for name in COLUMNS[tool] if any(name in row for row in rows)]
    if len(rows) < 2:
        return ""
    head = "".join(f"<th>{name}</th>" for name in columns)
    body = "".join("<tr>" + "".join(_cell(row.get(name, "")) for name in columns) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    text = escape(str(value)).replace("&lt;data&gt;", "<span class=data>").replace("&lt;/data&gt;", "</span>")
    number = str(value).lstrip("-").replace(".", "").isdigit() and "." in str(value)
    return f"<td{' class=n' if number else ''}>{text}</td>"


def main() -> None:
    """Ask, and draw what was answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images", help="a folder")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        sys.exit(f"There is no Chromium on this machine; looked for {', '.join(BROWSERS)}.")
    told = asyncio.run(converse())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1032, "height": 300}, device_scale_factor=1.5)
        page.set_content(page_of(told))
        page.screenshot(path=given.to / "assistant.png", full_page=True)
        print(given.to / "assistant.png")
        browser.close()


if __name__ == "__main__":
    main()
