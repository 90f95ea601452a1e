"""Who asks the API: a dependency for each scope, found and counted as everywhere (`serving/callers.py`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from pipelines.accounts.principal import Principal
from pipelines.serving.callers import needs

reader = needs("read")
crawler = needs("crawl")
writer = needs("write")

Reads = Annotated[Principal, Depends(reader)]
Crawls = Annotated[Principal, Depends(crawler)]
Writes = Annotated[Principal, Depends(writer)]
