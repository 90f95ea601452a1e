"""Who reads the marts is written down where dbt's docs show it."""

from __future__ import annotations

import yaml

from pipelines.transformation import exposures

WRITTEN = {each["name"]: set(each["depends_on"]) for each in yaml.safe_load(exposures.FILE.read_text())["exposures"]}


def test_exposures_name_what_is_read():
    found = {name: {f'ref("{model}")' for model in models} for name, models in exposures.readers().items()}
    assert found == WRITTEN, "run: make pages"


def test_each_exposure_keeps_its_words_when_its_list_is_written():
    assert exposures.page() == exposures.FILE.read_text(), "run: make pages"


def test_a_mart_that_is_new_is_put_into_the_lists(monkeypatch):
    more = {name: models | {"removals_daily"} for name, models in exposures.readers().items()}
    monkeypatch.setattr(exposures, "readers", lambda: more)
    lists = {each["name"]: each["depends_on"] for each in yaml.safe_load(exposures.page())["exposures"]}
    assert all('ref("removals_daily")' in models for models in lists.values())
    assert lists.keys() == WRITTEN.keys()
