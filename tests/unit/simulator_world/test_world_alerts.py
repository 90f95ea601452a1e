"""Incidents in every seed's world: of many kinds, some that last and some that have ended, each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from simulator.seeded_world import World
from simulator.truth import rows
from simulator.truth.alert_business import of_fees
from simulator.truth.alert_falls import has_fallen
from simulator.truth.alerts import KINDS, follow
from simulator.truth.known import Known


@pytest.mark.thorough  # the everyday journey compares them
@pytest.mark.parametrize("seed", (7, 11, 23))
def test_incidents_happen_and_end(seed: int, world_of: Callable[[int], World], now: datetime) -> None:
    incidents = rows("alerts", world_of(seed), now)
    kinds = {each["kind"] for each in incidents}
    planted = {
        *("other_seller", "own_title_changed", "rating_dropped", "reviews_dropped", "bsr_dropped"),
        *("sales_fallen", "sessions_fallen", "conversion_fallen", "refunds_above_usual"),
        *("listing_inactive", "spend_stopped", "reconciliation_difference"),
    }
    assert planted <= kinds <= KINDS and len(kinds) >= 20, sorted(kinds)
    assert not kinds & {"data_missing", "store_refused", "schedule_late"}, "nothing was missing"
    ended = [each for each in incidents if each["resolved_at"]]
    assert ended and len(ended) < len(incidents)
    assert all(each["first_seen"] <= each["last_seen"] < each["resolved_at"] for each in ended)
    lasting = [(each["store_id"], each["kind"], each["subject"]) for each in incidents if not each["resolved_at"]]
    assert len(set(lasting)) == len(lasting), "of a subject one incident at most lasts"


def test_a_fee_changes_between_two_runs_and_is_the_usual_one_a_week_later(now: datetime) -> None:
    """The product is measured anew on the 62nd day; whoever runs daily sees it for a week, as nothing else changes."""
    stood = [now + timedelta(days=n) for n in range(12)]
    world = World(7, now, stores=1, products=6)
    known = Known(world, stood[-1], (), stood[:-1])
    seen: dict[str, list[list]] = {}
    for _, kind, sku, day, so in sorted(of_fees(known), key=lambda row: row[3]):
        assert kind == "fee_changed"
        follow(seen.setdefault(sku, []), day, so, at_once=False)
    (spans,) = [each for each in seen.values() if each]
    start = world.stores[0].start
    assert spans == [[start + timedelta(days=62), start + timedelta(days=68), start + timedelta(days=69)]]


@pytest.mark.parametrize(
    ("value", "before", "fell"),
    [
        (0, [16, 16, 16, 16, 16, 16], True),  # all alike: what chance makes of 16 is 4, and 16 is 4 of them
        (3, [16, 16, 16, 16, 16, 16], False),
        (0, [12, 12, 12, 12, 12, 12], False),  # the root of 12 is 3.46: a day without orders is no surprise
        (0, [90, 100, 100, 110, 5], None),  # five weekdays do not say what is usual
        (40, [90, 100, 100, 100, 110, 105], True),
        (60, [40, 70, 100, 100, 130, 160], False),  # it goes up and down by as much anyway
        (0, [0, 0, 0, 0, 0, 0], None),
    ],
)
def test_a_fall_is_what_the_written_rule_says(value: int, before: list[int], fell: bool | None) -> None:
    events = [(Decimal(each), Decimal(each)) for each in before]
    assert has_fallen(Decimal(value), events) is fell
