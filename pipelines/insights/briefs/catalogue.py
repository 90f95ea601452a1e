"""All kinds of briefs by name, in the order in which an index shows them. A new kind is a folder here and a line."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.errors import ConfigError
from pipelines.insights.briefs import advertising, competitors, daily, inventory, month, rollup, weekly
from pipelines.insights.briefs.kind import BriefKind

BRIEFS: Mapping[str, BriefKind] = {
    module.BRIEF.name: module.BRIEF for module in (daily, weekly, month, inventory, advertising, competitors, rollup)
}


def brief_kind(name: str) -> BriefKind:
    """The kind of that name. Raises ConfigError if there is none."""
    if name not in BRIEFS:
        raise ConfigError(f"There is no kind of brief {name!r}; there are {', '.join(BRIEFS)}.")
    return BRIEFS[name]
