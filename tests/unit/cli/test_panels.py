"""`tradewind --help` lists every command once, under a heading."""

from __future__ import annotations

from collections import Counter

import typer
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.local.panels import FURTHER, PANELS


def test_every_command_has_its_heading_and_every_name_is_a_command():
    named = [name for names in PANELS.values() for name in names]
    assert [name for name, times in Counter(named).items() if times > 1] == []
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(named) == set(commands), "put it under a heading in pipelines/local/panels.py"


def test_headings_stand_in_their_order():
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    places = [said.index(f" {heading} ") for heading in PANELS]
    assert places == sorted(places)
    assert FURTHER not in said
