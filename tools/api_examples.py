"""Writes the examples of the OpenAPI document: `make demo`, then `python tools/api_examples.py` with the demo's home.

Each is the first answer of its mart with one row, as the demo's tenant `harbor` gets it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from pipelines.asking.contract import marts
from pipelines.asking.insights import ALERTS, BRIEFS
from pipelines.asking.plan import plan
from pipelines.asking.question import Question
from pipelines.asking.reader import Asker, Reader, page
from pipelines.local.homes import open_settings
from pipelines.serving.api import description, pages
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import open_warehouse

TENANT = "harbor"


async def examples(url: str) -> dict[str, Any]:
    """Mart -> an answer with one row."""
    found = {}
    reader = Reader(url)
    async with reader.pool:
        for mart in (*marts().values(), ALERTS, BRIEFS):
            made = plan(Question(mart.name, limit=1), mart)
            async with reader.moment(Asker(TENANT), made) as moment:
                told = orjson.loads(pages.body(mart.name, await page(moment, made)))
            if told["coverage"]:
                told["coverage"]["missing"] = told["coverage"]["missing"][:1]
                for gap in told["coverage"]["missing"]:
                    gap["days"] = gap["days"][:2]
            for row in told["rows"]:
                if "body_markdown" in row:
                    row["body_markdown"] = row["body_markdown"][:200]
            found[mart.name] = told
    return found


def main() -> None:
    """Write them beside the code that reads them."""
    settings = open_settings(None)
    found = asyncio.run(examples(api_url(settings, open_warehouse(settings))))
    description.EXAMPLES.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
