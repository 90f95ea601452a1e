"""Kinds of statements that any fact may stand in: figures by their names, and subjects in the order of a figure."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Told
from pipelines.insights.facts import FactBook


def _needs_no_name(told: Told, book: FactBook) -> bool:
    """Whether the fact's name says whose figure it is: the store's own, or the last settlement's."""
    return told["x"].subject.kind in ("store", "settlement")


FIGURES = Kind(
    name="figures",
    meaning="any facts, each told plainly by its name; for what no other kind tells",
    roles={"x": Role("day")},
    any_fact=True,
    needs=("x",),
    titles=(Part("title", ("x",)),),
    parts=(
        Part("store", ("x",), when=_needs_no_name, choice="lead"),
        Part("of", ("x",), choice="lead"),
    ),
    more=(
        Part("store", ("x",), when=_needs_no_name, choice="lead"),
        Part("of", ("x",), choice="lead"),
    ),
)
RANKING = Kind(
    name="ranking",
    meaning="two or more facts of one name, unit and period about different subjects, the largest first",
    roles={"x": Role("day")},
    any_fact=True,
    by_size=True,
    needs=("x",),
    titles=(Part("title", ("x",)),),
    parts=(Part("first", ("x",), choice="lead"),),
    more=(Part("next", ("x",), choice="lead"),),
)
NOTHING = Kind(
    name="nothing",
    meaning="there is nothing to report",
    roles={"day": Role("day")},
    needs=("day",),
    titles=(Part("title"),),
    parts=(Part("lead", ("day",), choice="lead"),),
    offered=False,
)
KINDS = (FIGURES, RANKING, NOTHING)
