"""A brief stands, and nothing is computed, while nothing that it is made of has changed; whatever has is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.insights import standing
from pipelines.insights.brief import BriefResult, write_briefs
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of, write_marts
from tests.support.marts import MadeMarts

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)
MARK = """
    insert into ops.marks (consumer, seen, cluster)
    values ('marts.sales_daily', pg_current_snapshot(), (select system_identifier from pg_control_system()))
    on conflict (consumer) do update set seen = excluded.seen
"""
ALERT = """
    insert into insights.alerts (tenant_id, store_id, kind, subject, severity, first_seen, last_seen, facts, value,
        threshold, unit, opened_at)
    values ('harbor', 'harbor-us', 'out_of_stock', 'HG-LAMP-01', 'critical', '2026-11-20', '2026-11-20', '{}', 0, 0,
        'units', now())
"""
MUTE = """
    insert into insights.alert_mutes (tenant_id, store_id, subject, muted_at) values ('harbor', 'harbor-us', 'X', now())
"""
READ = "update ops.slices set checked_at = checked_at - interval '1 day' where feed = 'amazon_sp.sales_and_traffic'"
FORECAST = "insert into ops.demand_forecasts values ('harbor-us', 'a', 'b', '2026-11-20', 1, now())"
LANDED = "insert into ops.changes (producer, scope_id) values ('amazon_sp.sales_and_traffic', 'harbor-us')"


@pytest.mark.thorough
def test_a_brief_stands_until_something_that_it_is_made_of_changes(
    warehouse: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """Figures are changed behind the marks' back each time: they are seen when facts are computed, and only then."""
    made = MadeMarts()
    write_marts(made, warehouse)
    settings = settings.model_copy(update={"fixed_now": NOON})

    def run(statement: str) -> None:
        with warehouse.connect() as conn:
            conn.execute(statement.encode())

    def versions(**options: Any) -> list[tuple[int, bool]]:
        """Of the daily brief in English, after the day's sales have grown a little."""
        run("update marts.sales_daily set item_price_amount = item_price_amount + 1 where date = '2026-11-20'")
        told: list[BriefResult] = write_briefs(
            settings, warehouse, catalog_of(made), kinds=["daily"], languages=["en"], **options
        )
        return [(each.version, each.reused) for each in told]

    assert versions() == [(1, False)], "without marks nobody knows whether something has changed"
    assert versions() == [(2, False)]
    run(MARK)
    assert versions() == [(3, False)]
    assert versions() == [(3, True)] == versions()
    changes: list[Callable[[], None]] = [lambda each=each: run(each) for each in (MARK, ALERT, READ, FORECAST, LANDED)]
    changes.append(lambda: run(MUTE))
    changes.append(lambda: monkeypatch.setattr(standing, "code", lambda: "another version"))
    for number, change in enumerate(changes, 4):
        change()
        assert versions() == [(number, False)], f"change number {number - 3}"
        assert versions() == [(number, True)]
    last = len(changes) + 3
    (page,) = (settings.home / "briefs").rglob("daily/2026-11-20.en.html")
    page.unlink()
    assert versions() == [(last + 1, False)] and page.is_file(), "its page is gone"
    assert versions(day=date(2026, 11, 19))[0][1] is False, "another day is another brief"


def test_what_a_hash_is_of_is_the_same_in_each_process_and_tells_stores_apart():
    made = catalog_of(MadeMarts(products=2, days=1))
    store = made.stores["harbor-us"]
    assert standing._plain(frozenset({"b", "a"})) == ["'a'", "'b'"]
    assert standing._plain({"b": (1, 2), "a": {3}}) == [["'a'", ["3"]], ["'b'", ["1", "2"]]]
    assert standing._plain(store) != standing._plain(store.tracked)
    assert len(standing.code()) == 64
