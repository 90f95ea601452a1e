"""Which reports a mart is made of, by the graph that dbt writes beside each build (`<home>/dbt/target`).

Where there is none, as on a server that only answers, the mart's contract names those without which it is not whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.asking.contract import Mart
from pipelines.assistant.standing import sources_of

GRAPH = Path("dbt") / "target" / "graph_summary.json"


def reports_of(mart: Mart, home: Path | None) -> list[str]:
    """The feeds that a mart is made of, those without which it is not whole first."""
    needed = [feed for source in sources_of(mart.feeds) for feed in source.split("|")]
    above = _above(mart.name, home) if home else []
    return list(dict.fromkeys([*needed, *above]))


def _above(name: str, home: Path) -> list[str]:
    path = home / GRAPH
    try:
        graph = _graph(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return []
    return feeds_above(name, graph)


def feeds_above(name: str, graph: Mapping[str, Any]) -> list[str]:
    """The feeds whose raw tables a model reads, by itself or through other models. graph: dbt's, by numbers."""
    below: dict[str, list[str]] = {}
    for number, node in graph.items():
        for each in node.get("succ", ()):
            below.setdefault(str(each), []).append(number)
    wanted = [number for number, node in graph.items() if node["name"] == f"model.tradewind.{name}"]
    seen: set[str] = set()
    while wanted:
        number = wanted.pop()
        if number not in seen:
            seen.add(number)
            wanted += below.get(number, ())
    found = set()
    for number in seen:
        kind, *_, source, table = graph[number]["name"].split(".")
        if kind == "source":
            found.add(f"{source}.{table.partition('__')[0]}")
    return sorted(found)


@lru_cache(maxsize=4)
def _graph(path: Path, changed: int) -> Mapping[str, Any]:
    """changed: when the file was written, so that a new one is read."""
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["linked"]
    return found
