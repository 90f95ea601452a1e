"""Who reads the marts is written down where dbt's docs show it."""

from __future__ import annotations

import re

import yaml

from pipelines.warehouse.news import consumers
from pipelines.warehouse.transform import PROJECT_DIR
from tests.support.references import ROOT

EXPOSURES = {
    each["name"]: {re.fullmatch(r'ref\("(\w+)"\)', name)[1] for name in each["depends_on"]}
    for each in yaml.safe_load((PROJECT_DIR / "models" / "_exposures.yml").read_text())["exposures"]
}
MARTS = {name.removeprefix("marts.") for name in consumers() if name.startswith("marts.")}
VIEWS = {path.stem for path in (PROJECT_DIR / "models" / "views").glob("*.sql")}


def test_every_mart_is_there_for_bi_tools():
    assert EXPOSURES["bi_tools"] == MARTS | VIEWS


def test_the_briefs_read_what_they_are_said_to_read():
    text = "\n".join(path.read_text() for path in (ROOT / "pipelines" / "insights").rglob("*.py"))
    named = set(re.findall(r"\b((?:marts|intermediate)\.\w+)", text)) & set(consumers())
    assert EXPOSURES["briefs"] == {name.partition(".")[2] for name in named}


def test_the_dashboard_for_superset_reads_what_it_is_said_to_read():
    assert EXPOSURES["superset"] == {path.stem for path in (ROOT / "docs" / "superset" / "datasets").glob("*/*.yaml")}
