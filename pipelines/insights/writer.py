"""The deterministic writer: it chooses claims by the rules of a kind of brief, as a model would.

The rules are in `briefs/<kind>/rules.py`; what a claim says and how is in `claims/`. Here claims are judged and put in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import claim
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.order import arrange
from pipelines.insights.claims.schema import MAX_CLAIMS, Refusal
from pipelines.insights.facts import FactBook

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import BriefKind

WRITER_VERSION = "template-5"


def write(brief: BriefKind, book: FactBook) -> tuple[list[Bound], list[Refusal]]:
    """The claims of the period, what matters first (`claims/order.py`). Some kinds are always told. Refusals are
    defects of the rules."""
    claims = [each for section in brief.sections(book) for each in section]
    shown, refusals = judge(enumerate(claims), book, by_rules=True)
    ranked = arrange(shown, book)
    spare = MAX_CLAIMS - sum(bound.kind.name in brief.always_told for bound in ranked)
    others = [bound for bound in ranked if bound.kind.name not in brief.always_told][: max(spare, 0)]
    chosen = [bound for bound in ranked if bound.kind.name in brief.always_told or bound in others]
    if not chosen:
        day = book.get("day")
        chosen, refusals = judge([(0, claim("nothing", day))] if day else [], book, by_rules=True)
    return chosen, refusals
