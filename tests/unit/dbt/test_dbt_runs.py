"""How dbt is spared work: a parsed project is taken as it is, and what is selected is named by few names."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.transformation import dbt_runs, transform

URL = "postgresql://me:secret@127.0.0.1:1/{}"


class Project:
    """Counts how often dbt parses a project of its own, with one model and one seed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.target, self.times, self.hash = folder / "target", 0, "one"
        monkeypatch.setattr(dbt_runs, "parse_anew", self.parse_anew)
        monkeypatch.setattr(dbt_runs, "parsed_from", lambda: self.hash)

    def parse_anew(self, target: Path) -> None:
        from dbt.contracts.graph.manifest import Manifest

        self.times += 1
        target.mkdir(parents=True, exist_ok=True)
        (target / "partial_parse.msgpack").write_bytes(Manifest().to_msgpack())
        dbt_runs.keep(target)


def test_a_project_is_parsed_once_until_a_file_or_dbt_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = Project(tmp_path, monkeypatch)
    for _ in range(2):
        assert not dbt_runs.parse(project.target).nodes
    assert project.times == 1
    project.hash = "another"
    dbt_runs.parse(project.target)
    dbt_runs.parse(project.target)
    assert project.times == 2


def test_a_parsing_that_failed_leaves_nothing_to_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = Project(tmp_path, monkeypatch)
    dbt_runs.parse(project.target)
    project.hash = "broken"

    def refuse(target: Path) -> None:
        raise dbt_runs.TransformError("The dbt project cannot be parsed: a comma too many.")

    monkeypatch.setattr(dbt_runs, "parse_anew", refuse)
    for _ in range(2):
        with pytest.raises(dbt_runs.TransformError, match="a comma too many"):
            dbt_runs.parse(project.target)


def test_what_is_kept_and_is_not_whole_is_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = Project(tmp_path, monkeypatch)
    dbt_runs.parse(project.target)
    kept = project.target / "project.pickle"
    whole = kept.read_bytes()
    for times, broken in enumerate((b"", whole[: len(whole) // 2], b"no manifest"), 2):
        kept.write_bytes(broken)
        dbt_runs.parse(project.target)
        assert project.times == times


def test_what_is_kept_is_what_dbt_parsed(tmp_path: Path):
    from dbt.contracts.graph.manifest import Manifest

    kept = dbt_runs.parse(tmp_path)
    own = Manifest.from_msgpack((tmp_path / "partial_parse.msgpack").read_bytes())
    dbt_runs._rename_database(own, next(iter(kept.nodes.values())).database)  # another test's database may be in it
    own.build_flat_graph()
    assert len(kept.nodes) > 100
    assert _differing(kept.to_dict(), own.to_dict()) == []
    assert _differing(kept.flat_graph, own.flat_graph) == []


def _differing(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two trees differ. What pytest itself shows of two whole projects takes it minutes."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in _differing(one[key], other[key], f"{path}/{key}")]
    return [] if one == other else [f"{path}: {str(one)[:200]} and {str(other)[:200]}"]


def test_names_of_another_database_are_put_right():
    node = SimpleNamespace(database="tradewind", relation_name='"tradewind"."marts"."tradewind"')
    hidden = SimpleNamespace(database="tradewind", relation_name=None)
    dbt_runs._rename_database(SimpleNamespace(nodes={"a": node}, sources={"b": hidden}), "shop")  # type: ignore[arg-type]
    assert (node.database, node.relation_name) == ("shop", '"shop"."marts"."tradewind"')
    assert (hidden.database, hidden.relation_name) == ("shop", None)
    assert dbt_runs.database_name(URL.format("shop")) == "shop"


def test_of_a_manifest_on_the_disk_the_lineage_is_read(tmp_path: Path):
    model = {
        "resource_type": "model",
        "schema": "marts",
        "name": "a",
        "config": {"materialized": "incremental"},
        "depends_on": {"nodes": ["seed.x.s"]},
    }
    seed = {"resource_type": "seed", "schema": "staging", "name": "s", "config": {}, "depends_on": {"macros": []}}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": {"model.x.a": model, "seed.x.s": seed}}))
    nodes = dbt_runs.read_nodes(path)
    assert nodes["model.x.a"].depends_on.nodes == ["seed.x.s"]
    assert nodes["seed.x.s"].depends_on.nodes == []


def test_standing_views_are_named_only_where_their_tests_would_be_chosen():
    standing = ["staging.stg_b", "marts.stores"]
    chosen = transform._selection(["marts.sales_daily", "staging.stg_a"], standing, [])
    assert chosen == ["--select", "sales_daily", "stg_a", "data_coverage_counts_every_load"]
    chosen = transform._selection(["marts.data_coverage"], standing, [])
    assert chosen[-2:] == ["--exclude", "stg_b"]
    assert transform._selection(["marts.stores"], [], ["stores_key_holds"]) == [
        "--select",
        "stores",
        "stores_key_holds",
    ]
