"""One brief: as JSON with its figures and claims, or the page that was written of it, as HTML.

The row of the brief is read as the tenant's role. Only where it is there is the page's file looked for.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import Request
from psycopg.rows import dict_row
from starlette.responses import HTMLResponse, Response

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.asking import values
from pipelines.asking.insights import BRIEFS
from pipelines.asking.plan import plan
from pipelines.asking.question import Filter, Op, Question, Refused
from pipelines.asking.reader import Asker
from pipelines.serving.api import pages
from pipelines.serving.api.answering import Answering
from pipelines.serving.api.forms import TYPES, Form, wanted

ALL_STORES = "all-stores"
"""In an address and a path the place of a store, for what is about all of them."""

_BRIEF = """
    select store_id, tenant_id, kind, period_start, period_end, language, version, writer, grounded, read_at,
        created_at, body_markdown, facts, claims
    from insights.briefs
    where store_id = %(store_id)s and kind = %(kind)s and period_end = %(day)s and language = %(language)s
    order by period_start desc limit 1
"""
_LANGUAGES = ("en", "zh")
_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox"


async def brief(
    answering: Answering, home: Path, request: Request, caller: Principal, store: str, kind: str, day: str
) -> Response:
    """The newest version of a brief. Raises Refusal (404, 406)."""
    asked = dict(request.query_params.multi_items())
    if wrong := sorted(set(asked) - {"language"}):
        raise Refused("wrong_value", f"A brief is asked for by language only, not {wrong[0][:60]!r}.")
    language = asked.get("language", "en")
    if language not in _LANGUAGES:
        raise Refused("wrong_value", f"language is {language[:20]!r}; it can be: {', '.join(_LANGUAGES)}.", "language")
    form = wanted(request.headers.get("accept", ""), {"json": TYPES[Form.JSON], "html": "text/html"})
    if form is None:
        raise Refusal(406, "not-acceptable", "No such form", "A brief is there as application/json and text/html.")
    told = values.day(day, "day")
    store_id = values.value(f"*{caller.tenant_id}" if store == ALL_STORES else store, "text", "store")
    kind = values.value(kind, "text", "kind")
    missing = Refusal(404, "no-such-brief", "No such brief", "/v1/briefs lists those that there are.")
    if caller.stores is not None and store_id not in caller.stores:
        raise missing
    made = plan(Question("briefs", filters=(Filter("kind", Op.EQ, (kind,)),)), BRIEFS, caller.stores)
    async with (
        answering.reader.moment(Asker(caller.tenant_id, caller.stores), made) as moment,
        moment.conn.cursor(row_factory=dict_row) as cursor,
    ):
        await cursor.execute(_BRIEF, {"store_id": store_id, "kind": kind, "day": told, "language": language})
        row = await cursor.fetchone()
    if row is None:
        raise missing
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}
    if form == "json":
        return Response(pages.dumps(row), headers=headers, media_type=TYPES[Form.JSON])
    # every part of the path is of a row that the tenant may read
    page = home / "briefs" / row["tenant_id"] / (ALL_STORES if store == ALL_STORES else row["store_id"]) / row["kind"]
    text = await asyncio.to_thread(_read, page / f"{told.isoformat()}.{row['language']}.html", home)
    if text is None:
        raise Refusal(
            404,
            "no-page",
            "No page of this brief here",
            "Its text is there as application/json; its page is not on this server's disk.",
        )
    return HTMLResponse(text, headers={**headers, "Content-Security-Policy": _CSP})


def _read(path: Path, home: Path) -> str | None:
    inside = path.resolve()
    if not inside.is_relative_to((home / "briefs").resolve()) or not inside.is_file():
        return None
    return inside.read_text(encoding="utf-8")
