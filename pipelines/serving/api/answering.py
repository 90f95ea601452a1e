"""The way of one question: its form, its moment, whether the asker or the cache has the answer, the rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.asking import statement
from pipelines.asking.contract import Mart
from pipelines.asking.plan import Plan, plan
from pipelines.asking.question import Refused
from pipelines.asking.reader import EXPORT_SECONDS, Asker, Moment, Reader, Stamp, mixed, page
from pipelines.serving.api import exports, pages
from pipelines.serving.api.addresses import mart_for
from pipelines.serving.api.cache import LIFETIMES, Cache
from pipelines.serving.api.forms import TYPES, Form, wanted
from pipelines.serving.api.parameters import Asked, read

MOST_EXPORTS = 2
"""Exports at a time: each holds a connection for as long as its reader reads."""

MOST_QUERY = 16_384
IF_NONE_MATCH = "if-none-match"
VARY = "Accept, Authorization"


class Answering:
    """Answers questions of a process."""

    def __init__(self, reader: Reader, cache: Cache) -> None:
        self.reader = reader
        self.cache = cache
        self._exports = asyncio.Semaphore(MOST_EXPORTS)

    async def answer(self, request: Request, caller: Principal, mart: Mart | str) -> Response:
        """The answer to a request at a mart, or at an address of several. Raises Refused, Refusal and psycopg.Error."""
        asked = _asked(request, mart.name if isinstance(mart, Mart) else "")
        if not isinstance(mart, Mart):
            mart = mart_for(mart, asked.question)
            asked = replace(asked, question=replace(asked.question, mart=mart.name))
        return await self.of(request, caller, mart, asked)

    async def of(self, request: Request, caller: Principal, mart: Mart, asked: Asked) -> Response:
        """The answer to a question that is read."""
        form = _form(request, asked)
        made = plan(asked.question, mart, caller.stores)
        asker = Asker(caller.tenant_id, caller.stores)
        if form is Form.JSON:
            return await self._page(request, asker, made)
        if asked.paged:
            raise Refused("wrong_value", f"{form} has all rows, and no pages: leave limit and after out.", "limit")
        return await self._export(request, asker, made, form)

    async def _page(self, request: Request, asker: Asker, made: Plan) -> Response:
        sent = statement.page(made)  # also where no row is read: a wrong cursor is refused
        if IF_NONE_MATCH in request.headers:
            headers = headers_of(await self.reader.stamp(asker, made), Form.JSON)
            if has_it(request, headers):
                return Response(status_code=304, headers=headers)
        async with self.reader.moment(asker, made) as moment:
            headers = headers_of(moment.stamp, Form.JSON)
            if (body := await self._kept(moment.stamp)) is None:
                body = pages.body(made.mart.name, await page(moment, made, sent))
                if moment.stamp.changed_at is not None:
                    await self.cache.put(moment.stamp.etag, body, LIFETIMES[made.mart.domain])
        return Response(body, headers=headers, media_type=TYPES[Form.JSON])

    async def _kept(self, stamp: Stamp) -> bytes | None:
        return await self.cache.get(stamp.etag) if stamp.changed_at is not None else None

    async def _export(self, request: Request, asker: Asker, made: Plan, form: Form) -> Response:
        if self._exports.locked():
            raise Refusal(
                429,
                "too-many-exports",
                "Too many exports at a time",
                f"{MOST_EXPORTS} exports are under way. Try again in some seconds.",
                {"Retry-After": "10"},
            )
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._exports)
            moment = await stack.enter_async_context(self.reader.moment(asker, made, form, seconds=EXPORT_SECONDS))
            headers = headers_of(moment.stamp, form)
            if has_it(request, headers):
                return Response(status_code=304, headers=headers)
            await _refuse_mixed(moment, made)
            headers["Content-Disposition"] = f'attachment; filename="{made.mart.name}.{form}"'
            rest = stack.pop_all()
        return StreamingResponse(_all_of(rest, moment, made, form), headers=headers, media_type=TYPES[form])


async def _all_of(held: AsyncExitStack, moment: Moment, made: Plan, form: Form) -> AsyncIterator[bytes]:
    async with held:
        async for block in exports.stream(moment, made, form):
            yield block


async def _refuse_mixed(moment: Moment, made: Plan) -> None:
    if made.one_of:
        sent = statement.mixing(made)
        if await (await moment.conn.execute(sent.text, sent.parameters)).fetchone():
            raise mixed(made)


def _asked(request: Request, mart: str) -> Asked:
    query = request.url.query
    if len(query) > MOST_QUERY:
        raise Refused("wrong_value", f"The query has {len(query)} characters; at most {MOST_QUERY} are taken.")
    return read(mart, request.query_params.multi_items())


def _form(request: Request, asked: Asked) -> Form:
    if asked.form is not None:
        return Form(asked.form)
    found = wanted(request.headers.get("accept", ""), {str(form): type for form, type in TYPES.items()})
    if found is None:
        raise Refusal(
            406, "not-acceptable", "No such form", f"Accept names none of these: {', '.join(TYPES.values())}."
        )
    return Form(found)


def headers_of(stamp: Stamp, form: Form) -> dict[str, str]:
    """What lets an answer be kept, and be asked for again: never without asking whether it still holds."""
    headers = {"Cache-Control": "private, no-cache", "Vary": VARY}
    if stamp.changed_at is None:
        headers["Cache-Control"] = "no-store"
        return headers
    headers["ETag"] = f'"{stamp.etag}-{form}"'
    headers["Last-Modified"] = format_datetime(stamp.changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    return headers


def has_it(request: Request, headers: dict[str, str]) -> bool:
    """Whether the asker has this very answer (RFC 9110, section 13.1).

    If-Modified-Since is not believed: it counts seconds, and says nothing of which stores the asker sees.
    """
    if "ETag" not in headers:
        return False
    told = [each.strip().removeprefix("W/") for each in request.headers.get(IF_NONE_MATCH, "").split(",")]
    return headers["ETag"] in told or "*" in told
