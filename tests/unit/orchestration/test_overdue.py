"""Which runs the sensor `overdue` asks for, and how patiently."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.landing.views.overdue import Overdue
from pipelines.orchestration.automation import SLOTS, last_night
from pipelines.orchestration.overdue import MARK_TAG, PAUSES, TAG, at_work, run_request, seconds_to_wait, wanted
from pipelines.stores import Scope

TRAFFIC, ORDERS, LISTINGS = (
    f"amazon_sp.{name}" for name in ("sales_and_traffic", "all_orders_by_order_date", "merchant_listings")
)
SLOT = {slot.name: slot for slot in SLOTS}


def overdue(feed, store="harbor-us", *, again=True, mark="1 slices, 1 tries"):
    return Overdue(feed, Scope(store, (SimpleNamespace(store_id=store),), "UTC"), again, mark)


def test_one_run_for_each_slot_and_one_beside_it_for_what_is_tried_again():
    found = [overdue(TRAFFIC), overdue(TRAFFIC, "sakura-jp"), overdue(ORDERS, again=False), overdue(LISTINGS)]
    runs = {run.name: run for run in wanted([*found, overdue(ORDERS)])}
    assert set(runs) == {
        "sales_and_traffic: again", "reports: everything due", "reports: again", "inventory: again",
    }  # fmt: skip
    run = runs["sales_and_traffic: again"]
    assert (run.feeds, run.stores) == ((TRAFFIC,), ("harbor-us", "sakura-jp"))
    assert run.mark == wanted(found[1::-1])[0].mark, "the order in which they are found does not matter"
    assert run.mark != wanted([found[0], overdue(TRAFFIC, "sakura-jp", mark="1 slices, 2 tries")])[0].mark


def test_a_run_has_the_config_of_its_op_and_is_anchored_to_a_period_that_has_ended():
    (again,), (all_due,) = wanted([overdue(TRAFFIC)]), wanted([overdue(LISTINGS, again=False)])
    request = run_request(again, date(2026, 3, 10))
    config = request.run_config["ops"]["amazon_sp_windowed"]["config"]
    assert config == {"stores": ["harbor-us"], "everything_due": False, "again": True}
    assert request.tags["dagster/asset_partition_range_end"] == "2026-03-09"
    assert (request.tags[TAG], request.tags[MARK_TAG]) == (again.name, again.mark)
    request = run_request(all_due, date(2026, 3, 10))
    config = request.run_config["ops"]["amazon_sp_snapshot"]["config"]
    assert config == {"stores": ["harbor-us"], "everything_due": True, "again": False}
    assert "dagster/asset_partition_range_end" not in request.tags


@given(st.integers(0, 12), st.floats(0, 2 * 86400))
def test_runs_that_change_nothing_come_ever_later_and_one_that_does_begins_anew(in_vain, since_last):
    wait = seconds_to_wait(["same"] * in_vain + ["other", "same"], "same", since_last)
    if in_vain == 0:
        assert wait == 0
    else:
        assert wait + since_last == pytest.approx(PAUSES[min(in_vain, len(PAUSES)) - 1])


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-03-10T12:00:00", "2026-03-10T09:30:00"),
        ("2026-03-10T09:35:00", "2026-03-09T09:30:00"),  # the schedule is given its time
        ("2026-03-08T20:00:00", "2026-03-08T10:30:00"),  # 02:30 does not exist on this day
        ("2026-11-01T20:00:00", "2026-11-01T10:30:00"),  # the first night of winter time
    ],
)
def test_a_night_is_by_the_clock_of_the_marketplace(now, night):
    found = last_night(SLOT["sales_and_traffic"], "America/Los_Angeles", datetime.fromisoformat(now + "Z"))
    assert found == datetime.fromisoformat(night + "Z")


def test_feeds_are_at_work_in_jobs_and_in_chosen_assets():
    job = SimpleNamespace(asset_selection=None, job_name="land_settlements")
    build = SimpleNamespace(asset_selection=None, job_name="build_marts")
    assert at_work([job, build]) == set(SLOT["settlements"].feeds)
    request = run_request(wanted([overdue(TRAFFIC)])[0], date(2026, 3, 10))
    chosen = SimpleNamespace(asset_selection=set(request.asset_selection), job_name="__ASSET_JOB")
    assert at_work([chosen]) == {TRAFFIC}
