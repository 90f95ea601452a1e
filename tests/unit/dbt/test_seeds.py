"""The seeds: what is written in them, and that another seed makes the marts anew."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from pipelines.warehouse import transform

KINDS = transform.PROJECT_DIR / "seeds" / "settlement_kinds.csv"


def rows() -> list[dict[str, str]]:
    with KINDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_three_patterns_and_a_kind():
    assert all(all(value == value.strip() != "" for value in row.values()) for row in rows())
    assert len({tuple(value.lower() for value in list(row.values())[:3]) for row in rows()}) == len(rows())


def test_no_row_matches_everything():
    """It would hide what nobody has named."""
    assert not [row for row in rows() if set("".join(list(row.values())[:3])) == {"%"}]


def test_another_seed_is_another_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = tmp_path / "project"
    shutil.copytree(transform.PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(transform, "PROJECT_DIR", copy)
    before = transform._fingerprint.__wrapped__()
    assert before == transform._fingerprint.__wrapped__()
    with (copy / "seeds" / KINDS.name).open("a", encoding="utf-8") as file:
        file.write("ServiceFee,other-transaction,Something new,other\n")
    assert transform._fingerprint.__wrapped__() != before
