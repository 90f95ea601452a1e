"""The deterministic writer: it chooses claims by the rules of a kind of brief, as a model would.

The rules are in `briefs/<kind>/rules.py`; what a claim says and how is in `claims/`. Here claims are judged and put in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import claim
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.kinds.types import Severity
from pipelines.insights.claims.schema import MAX_CLAIMS, Refusal
from pipelines.insights.facts import FactBook

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import BriefKind

WRITER_VERSION = "template-4"
_ORDER: dict[Severity, int] = {"critical": 0, "warning": 1, "good": 2, "info": 3}


def write(brief: BriefKind, book: FactBook) -> tuple[list[Bound], list[Refusal]]:
    """The claims of the period: what leads, then the most urgent; what is missing is always told. Refusals are defects
    of the rules."""
    claims = [each for section in brief.sections(book) for each in section]
    shown, refusals = judge(enumerate(claims), book, by_rules=True)
    first = [bound for bound in shown if bound.kind.name in brief.first]
    always = [bound for bound in shown if bound.kind.name in brief.always_told and bound not in first]
    rest = [bound for bound in shown if bound not in first and bound not in always]
    rest.sort(key=lambda bound: _ORDER[bound.severity])
    chosen = first + rest[: MAX_CLAIMS - len(first) - len(always)] + always
    if not chosen:
        day = book.get("day")
        chosen, refusals = judge([(0, claim("nothing", day))] if day else [], book, by_rules=True)
    return chosen, refusals
