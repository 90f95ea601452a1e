"""All kinds of statements by name, as a model is told of them."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.insights.claims.kinds import (
    ads,
    advertising,
    competitors,
    coverage,
    incidents,
    inventory,
    month,
    places,
    plain,
    profit,
    rollup,
    sales,
    stock,
    traffic,
    watch,
    weekly,
    why,
)
from pipelines.insights.claims.kinds.advice import ADVICE
from pipelines.insights.claims.kinds.types import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for module in (
        *(sales, why, traffic, stock, inventory, ads, advertising, profit, month, rollup),
        *(competitors, watch, places, coverage, incidents, weekly, plain),
    )
    for kind in module.KINDS
}


def offered(names: frozenset[str] | None = None) -> str:
    """The kinds and their advice, a line each, for a prompt. names: which kinds; None: all."""
    kinds = [kind for kind in KINDS.values() if kind.offered and (names is None or kind.name in names)]
    lines = ["Kinds, with the names of the facts that each takes (the first ones in brackets are needed):"]
    lines += [f"- {kind.name}: {kind.meaning}. {_takes(kind)}" for kind in kinds]
    lines += ["", "Advice, and the kinds beside which it may stand:"]
    told = {kind.name for kind in kinds}
    for name, each in ADVICE.items():
        if beside := [kind for kind in each.kinds if kind in told]:
            lines.append(f"- {name}: {each.meaning} ({', '.join(beside)})")
    return "\n".join(lines)


def _takes(kind: Kind) -> str:
    if kind.any_fact:
        return "Takes facts of any name."
    needed = [role for need in kind.needs for role in need.split("|")]
    first = ", ".join(kind.roles[role].fact for role in needed)
    others = ", ".join(role.fact for name, role in kind.roles.items() if name not in needed)
    return f"Takes [{first}]{', ' + others if others else ''}."
