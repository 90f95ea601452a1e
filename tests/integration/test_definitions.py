"""The code location is built the way Dagster's server builds it, and its graph is whole."""

import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.feeds import FEEDS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The definitions over the demo world's stores; no warehouse and no server is needed to build them."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "simulator", "files", "--seed", "7", "--now", "2026-03-10T12:00:00Z"]
    command += ["--state", str(home / "simulator"), "--config-out", str(home)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEWIND_HOME", str(home))
        patch.chdir(home)
        from pipelines.definitions import defs

        made = defs()
        dg.Definitions.validate_loadable(made)  # what `dg check defs` asks of them
        yield made.get_repository_def()


def test_dg_and_the_servers_load_the_same_definitions():
    dg_project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    (workspace,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    assert dg_project["code_location_target_module"] == workspace["python_module"]["module_name"]


def test_every_raw_asset_of_the_catalogue_leads_to_a_mart_and_to_the_briefs(repository):
    graph = repository.asset_graph
    names = {"/".join(key.path): key for key in graph.get_all_asset_keys()}
    briefs = names["insights/briefs"]
    above = {briefs}
    frontier = [briefs]
    while frontier:
        for parent in graph.get(frontier.pop()).parent_keys:
            if parent not in above:
                above.add(parent)
                frontier.append(parent)
    assert names["insights/demand_forecasts"] in graph.get(briefs).parent_keys
    assert names["marts/inventory_daily"] in graph.get(names["insights/demand_forecasts"]).parent_keys
    from pipelines.orchestration.raw import asset_keys

    for feed in FEEDS.values():
        for key in asset_keys(feed):
            assert "/".join(key.path) in names, f"{feed.name} has no asset {key}"
            consumers = graph.get(key).child_keys
            assert consumers, f"{key} is read by no model"
    for mart in ("order_items", "sales_daily", "inventory_health", "ads_campaigns_daily", "competitor_daily"):
        assert names[f"marts/{mart}"] in above
    assert names["amazon_sp/all_orders_by_last_update"] in above


def test_windowed_feeds_have_daily_partitions_and_the_others_none(repository):
    from pipelines.orchestration.raw import asset_keys

    for feed in FEEDS.values():
        if not feed.is_asked_for:
            continue
        for key in asset_keys(feed):
            assert (repository.asset_graph.get(key).partitions_def is not None) == (feed.shape == "windowed")


OF_TODAY = (
    "amazon_sp_windowed",
    "amazon_sp_snapshot",
    *(f"{shop}_{kind}" for shop in ("shopify", "ebay", "woocommerce") for kind in ("windowed", "snapshot")),
)


def test_each_zone_has_its_schedules_and_the_build_follows_the_data(repository):
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert schedules.pop("retention_daily").execution_timezone == "UTC"
    assert schedules.pop("verify_weekly").execution_timezone == "UTC"
    assert schedules.pop("test_marts_daily").execution_timezone == "UTC"
    assert schedules.pop("alerts_hourly").execution_timezone == "UTC"
    assert schedules.pop("channels_daily").execution_timezone == "UTC"
    for name in (f"today_{each}" for each in OF_TODAY):
        assert (schedules[name].cron_schedule, schedules.pop(name).execution_timezone) == ("20 * * * *", "UTC")
    assert schedules.pop("fx_rates_daily").execution_timezone == "Europe/Berlin"
    assert {schedule.execution_timezone for schedule in schedules.values()} == {
        "America/Los_Angeles",
        "Europe/Paris",
        "Asia/Tokyo",
    }
    assert schedules["sales_and_traffic__asia_tokyo"].cron_schedule == "30 2 * * *"
    sensors = {sensor.name for sensor in repository.sensor_defs}
    assert sensors == {
        "added_to_track",
        "alerts_due",
        "asked_to_crawl",
        "landed",
        "channels_due",
        "new_data",
        "notifications",
        "overdue",
        "shop_news",
    }


@pytest.mark.parametrize(
    ("name", "at", "store", "anchor"),
    [
        ("ads__europe_paris", "2026-03-10T02:00:00Z", "harbor-de", "2026-03-09"),
        ("ads__asia_tokyo", "2026-03-09T18:00:00Z", "sakura-jp", "2026-03-09"),
        ("ads__america_los_angeles", "2026-03-10T10:00:00Z", "harbor-us", "2026-03-09"),
    ],
)
def test_a_schedule_asks_for_everything_due_of_its_zone_before_any_backfill(repository, name, at, store, anchor):
    schedule = next(each for each in repository.schedule_defs if each.name == name)
    with dg.build_schedule_context(
        scheduled_execution_time=datetime.fromisoformat(at), repository_def=repository
    ) as context:
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.run_config["ops"]["amazon_ads_windowed"]["config"] == {"stores": [store], "everything_due": True}
    assert request.tags["dagster/asset_partition_range_end"] == anchor, "the day that has just ended there"
    assert int(request.tags["dagster/priority"]) > 0


@pytest.mark.parametrize(("kind", "table"), [("windowed", "all_orders_by_last_update"), ("snapshot", "fba_myi_")])
def test_through_the_day_each_hour_asks_for_what_the_running_day_has_new(repository, kind, table):
    schedule = next(each for each in repository.schedule_defs if each.name == f"today_amazon_sp_{kind}")
    at = datetime.fromisoformat("2026-03-10T12:20:00Z")
    with dg.build_schedule_context(scheduled_execution_time=at, repository_def=repository) as context:
        (request,) = schedule.evaluate_tick(context).run_requests
    config = request.run_config["ops"][f"amazon_sp_{kind}"]["config"]
    assert config["today"] is True and set(config["stores"]) == {"harbor-us", "harbor-de", "sakura-jp"}
    selected = repository.get_job(schedule.job_name).asset_layer.selected_asset_keys
    assert selected and all(key.path[1].startswith(table) for key in selected)
    assert request.run_key == f"today:amazon_sp:{kind}:2026-03-10T12"


def test_a_build_goes_before_everything_else(repository):
    assert int(repository.get_job("build_marts").tags["dagster/priority"]) > 10


def test_the_nightly_test_runs_every_test_of_a_mart_and_builds_none(repository):
    job = repository.get_job("test_marts")
    assert job.tags["tradewind/build"] == "everything"
    assert not job.asset_layer.selected_asset_keys
    of_marts = {key for key in repository.asset_graph.asset_check_keys if key.asset_key.path[0] == "marts"}
    assert len(of_marts) > 40
    assert of_marts <= set(job.asset_layer.asset_graph.asset_check_keys)


def test_only_dbt_has_a_pool(repository):
    assert {
        node.name: node.definition.pools
        for node in repository.get_job("build_marts").graph.nodes
        if node.definition.pools
    } == {"dbt": {"dbt"}}
    for job in repository.get_all_jobs():
        if job.name.startswith("land_"):
            assert not any(node.definition.pools for node in job.graph.nodes)
