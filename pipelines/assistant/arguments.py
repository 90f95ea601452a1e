"""What the tools' arguments mean, as a model reads it. Types only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.assistant.metrics import METRICS
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
MetricName = Annotated[
    str, Field(max_length=60, description=f"One of: {', '.join(METRICS)}. Usual other words are understood.")
]
By = Annotated[
    list[str] | None,
    Field(
        max_length=4,
        description="What the figure is told by: day, week, month, quarter, year (one of these), store, sku, asin, "
        "campaign, ad_type, search_term, reason. Left out: one figure for the whole period.",
    ),
]
Filters = Annotated[
    dict[str, list[str] | str] | None,
    Field(description='Only these: sku, asin, campaign (id), ad_type, search_term, reason; as {"sku": ["MUG-1"]}.'),
]
Currency = Annotated[
    Literal["own", "reporting"] | None,
    Field(description="Money in the stores' own currencies or the reporting currency; left out: own where it is one."),
]
