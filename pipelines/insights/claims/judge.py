"""Which claims may be shown, of a model as of the rules. Pure: claims and facts in, bound claims and refusals out.

A claim is judged alone: one that is refused takes no other with it. Of a claim that stands, advice whose condition does
not hold is left out, and so are words of the model's own that are more than words (`words.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.insights.claims import compose, words
from pipelines.insights.claims.bind import Bound, Refused, bind
from pipelines.insights.claims.kinds.advice import ADVICE
from pipelines.insights.claims.kinds.catalogue import KINDS
from pipelines.insights.claims.order import arrange
from pipelines.insights.claims.schema import MAX_CLAIMS, Claim, Refusal
from pipelines.insights.facts import FactBook


def judge(
    claims: Iterable[tuple[int, Claim]],
    book: FactBook,
    *,
    own_words: str | None = None,
    by_rules: bool = False,
) -> tuple[list[Bound], list[Refusal]]:
    """The claims that may be shown, in their order, and what may not with its place.

    own_words: the language in which remarks are allowed; None: none are. by_rules: kinds that no model may choose are
    allowed too.
    """
    shown: list[Bound] = []
    refusals: list[Refusal] = []
    told: set[tuple[str, str]] = set()
    for place, claim in claims:
        content = claim.model_dump_json()[:600].replace("\\u0000", "")
        try:
            if len(shown) == MAX_CLAIMS and not by_rules:
                raise Refused("too_many", f"at most {MAX_CLAIMS} are shown")
            bound = _bound(claim, book, told, by_rules=by_rules)
        except Refused as refused:
            refusals.append(Refusal(refused.reason, refused.about, place, content=content))
            continue
        advice = [name for name in dict.fromkeys(claim.advice) if _is_admissible(name, bound, book)]
        if set(advice) != set(claim.advice):
            refusals.append(Refusal("advice", "", place, "advice", content))
        remark = claim.remark or ""
        if remark and not (own_words and words.are_harmless(remark, own_words)):
            refusals.append(Refusal("own_words" if own_words else "own_words_off", "", place, "remark", content))
            remark = ""
        told |= bound.subjects()
        shown.append(replace(bound, advice=tuple(advice), remark=remark))
    return shown, refusals


def _bound(claim: Claim, book: FactBook, told: set[tuple[str, str]], *, by_rules: bool) -> Bound:
    kind = KINDS.get(claim.kind)
    if kind is None or not (kind.offered or by_rules):
        raise Refused("unknown_kind")
    groups = bind(claim, kind, book)
    if not all(compose.can_be_said(kind, group, book, is_first=n == 0) for n, group in enumerate(groups)):
        raise Refused("not_so")
    severity = kind.tone(groups[0], book).at(claim.emphasis)
    bound = Bound(kind, groups, claim.emphasis, severity)
    if bound.subjects() & told:
        raise Refused("told_already")
    return bound


def _is_admissible(name: str, bound: Bound, book: FactBook) -> bool:
    advice = ADVICE.get(name)
    return advice is not None and bound.kind.name in advice.kinds and advice.when(bound.groups[0], book)


def with_needed(
    shown: Sequence[Bound], by_rules: Sequence[Bound], always: frozenset[str], book: FactBook
) -> list[Bound]:
    """What a model chose, and what it may not leave out: what the rules call urgent, and the kinds that are `always`
    told. Of what it told in part only the rest is added. The order is that of `order.py`, not the model's, so that no
    trifle can be put above what is urgent."""
    told = {subject for bound in shown for subject in bound.subjects()}
    kinds = {bound.kind.name for bound in shown}
    rest = [left for bound in by_rules if (left := _untold(bound, told, book)) is not None]
    urgent = [bound for bound in rest if bound.severity == "critical"]
    others = [bound for bound in rest if bound.severity != "critical" and bound.kind.name in always - kinds]
    return arrange([*urgent, *shown, *others], book)


def _untold(bound: Bound, told: set[tuple[str, str]], book: FactBook) -> Bound | None:
    """The claim without the subjects that are told of already; None where nothing is left."""
    groups = tuple(group for group in bound.groups if not Bound(bound.kind, (group,)).subjects() & told)
    if len(groups) == len(bound.groups) or not groups:
        return bound if groups else None
    severity = bound.kind.tone(groups[0], book).at(bound.emphasis)
    return replace(bound, groups=groups, severity=severity, advice=())
