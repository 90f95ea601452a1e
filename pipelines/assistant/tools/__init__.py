"""The tools: a module for each kind of question, and the list of them.

Each function takes the `Caller` and what is asked, and answers an `Answer` or raises a Refusal. The first paragraph of
its docstring is what a model reads of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.assistant.answers import Answer
from pipelines.assistant.tools.alerts import list_alerts
from pipelines.assistant.tools.briefs import read_brief
from pipelines.assistant.tools.compare import compare_periods
from pipelines.assistant.tools.explain import explain_figure
from pipelines.assistant.tools.metric import ask_metric
from pipelines.assistant.tools.missing import what_is_missing
from pipelines.assistant.tools.products import search_products
from pipelines.assistant.tools.stores import list_stores
from pipelines.assistant.tools.why import why_changed

TOOLS: Sequence[Callable[..., Answer]] = (
    list_stores,
    ask_metric,
    compare_periods,
    why_changed,
    list_alerts,
    read_brief,
    what_is_missing,
    explain_figure,
    search_products,
)
"""All tools, in the order in which a client lists them."""
