"""`tradewind import` of a file that fits several: a person chooses, by number or by name."""

from __future__ import annotations

from rich.console import Console

from pipelines.feeds import FEEDS
from pipelines.local import steps
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import fixture
from tests.unit.landing.test_recognition import ACCOUNTS


def test_a_person_is_asked_for_the_feed_and_then_for_the_store(tmp_path, monkeypatch, capsys):
    (tmp_path / "stores.yaml").write_text(ACCOUNTS)
    catalog = load_stores(tmp_path / "stores.yaml")
    answers = iter(["9", "nobody", "2", "harbor-ca"])
    monkeypatch.setattr(steps.sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    file = fixture(FEEDS["amazon_sp.fba_myi_all_inventory"])
    unused = Warehouse("postgresql://127.0.0.1:1/nowhere")
    found = steps.recognised(Console(), unused, catalog, file, None, None)
    assert found == ("amazon_sp.fba_myi_all_inventory", "harbor-ca")
    told = capsys.readouterr().out
    assert "their columns are the same" in told
    assert "  2  amazon_sp.fba_myi_all_inventory\n" in told
    assert "which fits" in told
    assert next(answers, None) is None
