"""Who asks the API: one dependency for each scope. Without accounts nobody is known, and nobody is let in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import forbidden, unauthorized


async def principal(request: Request) -> Principal:
    """The caller of a request. Raises Refusal (401) for everybody who is not known."""
    del request
    raise unauthorized("no-credentials", "No key or token came that is known here. Send `Authorization: Bearer <key>`.")


async def reader(caller: Annotated[Principal, Depends(principal)]) -> Principal:
    """A caller who may read. Raises Refusal (403)."""
    return _may(caller, "read")


async def crawler(caller: Annotated[Principal, Depends(principal)]) -> Principal:
    """A caller who may have something crawled. Raises Refusal (403)."""
    return _may(caller, "crawl")


async def writer(caller: Annotated[Principal, Depends(principal)]) -> Principal:
    """A caller who may change what is tracked. Raises Refusal (403)."""
    return _may(caller, "write")


def _may(caller: Principal, scope: str) -> Principal:
    if not caller.may(scope):
        raise forbidden(
            "scope-missing",
            f"This needs the scope {scope}, and {caller.subject} has {', '.join(sorted(caller.scopes)) or 'none'}. Ask "
            "an owner of the tenant for a key with it.",
        )
    return caller


Reads = Annotated[Principal, Depends(reader)]
Crawls = Annotated[Principal, Depends(crawler)]
Writes = Annotated[Principal, Depends(writer)]
