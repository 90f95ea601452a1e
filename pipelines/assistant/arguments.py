"""What the tools' arguments mean, as a model reads it. Types only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipelines.assistant.periods import KNOWN

Page = Annotated[int, Field(ge=0, description="`next_page` of the answer before; 0 for the first page.")]
Stores = Annotated[
    list[str] | None, Field(max_length=200, description="Ids of stores, as `list_stores` has them; all if left out.")
]
OneStore = Annotated[
    str | None, Field(max_length=200, description="Id of the store; may be left out where there is only one.")
]
Days = Annotated[str, Field(max_length=60, description=f"Marketplace days: {KNOWN}.")]
Against = Annotated[
    str,
    Field(
        max_length=60,
        description="`previous` (as many days before; of a whole month the month before), `year_ago`, or a period.",
    ),
]
