"""Dagster's part in process, against the simulator: what a run paints, what checks say, when marts are built."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.landing.imports.importer import import_file
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.engine import land
from pipelines.orchestration import automation, overdue
from pipelines.settings import get_settings
from pipelines.stores import load_catalog
from pipelines.warehouse.connection import Warehouse
from tests.support.simulator import Simulator, start_simulator

NOW = "2026-03-10T12:00:00Z"
FIRST = date(2026, 2, 26)  # of the world
US, EU = "A2HARBORNA1US", "A3HARBOREU2DE"
TRAFFIC = [dg.AssetKey(["amazon_sp", f"sales_and_traffic__{section}"]) for section in ("by_date", "by_asin")]
CAMPAIGNS = dg.AssetKey(["amazon_ads", "sp_campaigns"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the module: the compiled dbt project and the archive are shared, the warehouse is not."""
    return tmp_path_factory.mktemp("orchestration") / "home"


@pytest.fixture(scope="module")
def world(home: Path) -> Iterator[Simulator]:
    """Three stores, six products, twelve days."""
    options = {"seed": 7, "products": 6, "days": 12, "now": NOW, "time_scale": 600}
    running = start_simulator(home / "simulator", **options)
    yield running
    running.stop()


@pytest.fixture
def definitions(
    world: Simulator, home: Path, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.Definitions]:
    """The project's definitions with their own resources, which read this environment."""
    values = {**world.environment(), "TRADEWIND_HOME": str(home), "TRADEWIND_WAREHOUSE_URL": warehouse.url}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    from pipelines.definitions import defs

    world.set_faults([])
    yield defs()
    world.set_faults([])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


class Runs:
    """Runs of the raw assets on one instance."""

    def __init__(self, definitions: dg.Definitions, instance: dg.DagsterInstance) -> None:
        self.definitions, self.instance = definitions, instance
        self.repository = definitions.get_repository_def()

    def land(
        self,
        op: str,
        keys: Sequence[dg.AssetKey],
        days: Sequence[date] = (),
        **config: object,
    ) -> dg.ExecuteInProcessResult:
        """Materialize these assets of a multi-asset for a range of days, as a backfill's run does."""
        tags = {}
        if days:
            tags = {
                "dagster/asset_partition_range_start": days[0].isoformat(),
                "dagster/asset_partition_range_end": days[-1].isoformat(),
            }
        assets = [each for each in self.definitions.assets if isinstance(each, dg.AssetsDefinition)]
        return dg.materialize(
            assets,
            selection=list(keys),
            instance=self.instance,
            resources=self.definitions.resources,
            tags=tags,
            run_config={"ops": {op: {"config": config}}},
            raise_on_error=False,
        )

    def request(self, schedule: str, at: str) -> dg.RunRequest:
        """What a schedule asks for at that moment."""
        definition = self.repository.get_schedule_def(schedule)
        with dg.build_schedule_context(
            self.instance, scheduled_execution_time=datetime.fromisoformat(at), repository_def=self.repository
        ) as context:
            (request,) = definition.evaluate_tick(context).run_requests
        return request

    def scheduled(self, schedule: str, at: str) -> dg.ExecuteInProcessResult:
        """The run that a schedule asks for at that moment."""
        request = self.request(schedule, at)
        job = self.repository.get_job(self.repository.get_schedule_def(schedule).job_name)
        return job.execute_in_process(
            request.run_config, instance=self.instance, tags=request.tags, raise_on_error=False
        )

    def overdue(self) -> dict[str, dg.RunRequest]:
        """What the sensor `overdue` asks for now, by the names of its runs."""
        sensor = self.repository.get_sensor_def(overdue.SENSOR)
        own = self.definitions
        with dg.build_sensor_context(self.instance, resources=own.resources, definitions=own) as context:
            asked = sensor.evaluate_tick(context).run_requests or []
        return {each.tags[overdue.TAG]: each for each in asked}

    def asked_for(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        """A request of a sensor, carried out."""
        assert request.job_name is not None
        return self.definitions.resolve_job_def(request.job_name).execute_in_process(
            request.run_config,
            instance=self.instance,
            asset_selection=request.asset_selection and list(request.asset_selection),
            tags=dict(request.tags),
            raise_on_error=False,
        )

    def painted(self, key: dg.AssetKey) -> set[date]:
        """The days of an asset that are materialized."""
        return {date.fromisoformat(each) for each in self.instance.get_materialized_partitions(key)}


@pytest.fixture
def runs(definitions: dg.Definitions, instance: dg.DagsterInstance) -> Runs:
    return Runs(definitions, instance)


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def coverage(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dg.AssetCheckEvaluation:
    checks = [each for each in result.get_asset_check_evaluations() if each.check_name == "coverage"]
    (found,) = [each for each in checks if each.asset_key == key]
    return found


def materialized_in(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> set[date]:
    """The days of an asset for which this run logged a materialization."""
    events = [event for event in result.all_events if event.is_step_materialization and event.asset_key == key]
    return {date.fromisoformat(event.partition) for event in events}


def creates(world: Simulator, report_type: str = "GET_SALES_AND_TRAFFIC_REPORT") -> int:
    """How many reports of this type were asked for so far."""
    return sum(each["count"] for each in world.counts()["createReport"] if each["report_type"] == report_type)


def message(result: dg.ExecuteInProcessResult) -> str:
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    return failure.step_failure_data.error_display_string


def test_a_range_is_landed_once_and_again_only_by_force(runs: Runs, world: Simulator):
    before = creates(world)
    days = span(FIRST, date(2026, 3, 10))
    result = runs.land("amazon_sp_windowed", TRAFFIC, days)
    assert result.success
    asked = creates(world) - before
    assert asked == 3 * 12, "three stores, each day but today"
    for key in TRAFFIC:
        assert runs.painted(key) == set(days)
        check = coverage(result, key)
        assert check.passed and check.description == "Not due yet: 2026-03-10."

    assert runs.land("amazon_sp_windowed", TRAFFIC, days).success
    assert creates(world) - before == asked, "what is here was asked for again"

    forced = runs.land("amazon_sp_windowed", TRAFFIC, days[:2], force=True, stores=["harbor-us"])
    assert forced.success
    assert creates(world) - before == asked + 2


@pytest.mark.thorough
def test_of_a_range_with_a_failed_day_only_the_good_days_are_green(runs: Runs, world: Simulator):
    match = {"operation": "createReport", "report_type": "GET_SALES_AND_TRAFFIC_REPORT", "seller": US}
    world.set_faults([{"do": "fatal", "nth": 4, "match": match}])
    days = span(FIRST, date(2026, 3, 4))
    failed = runs.land("amazon_sp_windowed", TRAFFIC, days)
    assert not failed.success
    (bad,) = set(days) - runs.painted(TRAFFIC[0])
    assert f"harbor-us: {bad}: failed: " in message(failed)
    for key in TRAFFIC:
        assert runs.painted(key) == set(days) - {bad}
        check = coverage(failed, key)
        assert not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
        assert (check.description or "").startswith(f"harbor-us: {bad}: failed: ")

    again = runs.land("amazon_sp_windowed", TRAFFIC, days, force=True, stores=["harbor-us"])
    assert again.success and coverage(again, TRAFFIC[0]).passed
    assert runs.painted(TRAFFIC[0]) == set(days)


@pytest.mark.thorough
def test_a_refused_account_is_a_failed_check_and_no_failed_run(runs: Runs, world: Simulator):
    world.set_faults([{"do": "role_403", "match": {"api": "sp", "seller": EU}}])
    days = span(FIRST, date(2026, 3, 2))
    result = runs.land("amazon_sp_windowed", TRAFFIC, days)
    assert result.success
    check = coverage(result, TRAFFIC[0])
    assert not check.passed
    lines = (check.description or "").splitlines()
    assert [line.split(": ")[:3] for line in lines] == [["harbor-de", str(day), "refused"] for day in days]
    assert runs.painted(TRAFFIC[0]) == set(days), "the other stores' days are here"

    alone = runs.land("amazon_sp_windowed", TRAFFIC, days[:1], stores=["harbor-de"])
    assert alone.success and not coverage(alone, TRAFFIC[0]).passed
    assert materialized_in(alone, TRAFFIC[0]) == set(), "nothing of that day came"


def test_a_scheduled_run_lands_restated_days_and_says_so_on_their_partitions(
    runs: Runs, world: Simulator, monkeypatch: pytest.MonkeyPatch
):
    first = runs.scheduled("sales_and_traffic__europe_paris", "2026-03-10T01:30:00Z")
    assert first.success
    assert materialized_in(first, TRAFFIC[1]) == set(span(FIRST, date(2026, 3, 9)))

    world.set_now("2026-03-13T12:00:00Z")
    monkeypatch.setenv("TRADEWIND_NOW", "2026-03-13T12:00:00Z")
    try:
        second = runs.scheduled("sales_and_traffic__europe_paris", "2026-03-13T01:30:00Z")
    finally:
        world.set_now(NOW)
    assert second.success
    # asked for again at the ages of 2, 3, 7 and 14 days: what has come of one of these ages since
    restated = {date(2026, 3, day) for day in (4, 5, 6, 8, 9)} | {FIRST, date(2026, 2, 27)}
    assert materialized_in(second, TRAFFIC[1]) == restated | set(span(date(2026, 3, 10), date(2026, 3, 12)))
    checks = {(each.asset_key, each.check_name): each.passed for each in second.get_asset_check_evaluations()}
    assert checks[TRAFFIC[1], "coverage"] and checks[TRAFFIC[1], "known_columns"]


def test_what_failed_is_tried_at_its_time_by_itself_and_nobody_says_before_that_it_is_here(
    runs: Runs, world: Simulator, monkeypatch: pytest.MonkeyPatch
):
    match = {"operation": "createReport", "report_type": "GET_SALES_AND_TRAFFIC_REPORT", "seller": US}
    world.set_faults([{"do": "fatal", "nth": 4, "match": match}])
    night = runs.scheduled("sales_and_traffic__america_los_angeles", "2026-03-10T09:30:00Z")
    assert not night.success and "The sensor `overdue` has them tried again" in message(night)
    (bad,) = set(span(FIRST, date(2026, 3, 9))) - runs.painted(TRAFFIC[0])
    asked = creates(world)

    by_hand = runs.land("amazon_sp_windowed", TRAFFIC, [bad], stores=["harbor-us"])
    assert not by_hand.success, "a green run that asked nobody"
    assert "Some slices were not asked for" in message(by_hand)
    assert "Tried again after 2026-03-10 12:05 UTC" in message(by_hand)
    assert creates(world) == asked
    assert "sales_and_traffic: again" not in runs.overdue()

    later = "2026-03-10T12:06:00Z"
    world.set_now(later)
    monkeypatch.setenv("TRADEWIND_NOW", later)
    try:
        request = runs.overdue()["sales_and_traffic: again"]
        tried = runs.asked_for(request)
        assert tried.success and materialized_in(tried, TRAFFIC[0]) >= {bad}
        assert bad in runs.painted(TRAFFIC[0]) and creates(world) == asked + 1
        assert "sales_and_traffic: again" not in runs.overdue()

        world.set_faults([{"do": "fatal", "match": match}])
        forced = runs.land("amazon_sp_windowed", TRAFFIC, [bad], stores=["harbor-us"], force=True)
        assert not forced.success and "What was here before stays as it was" in message(forced)
        assert materialized_in(forced, TRAFFIC[0]) == set(), "a backfill would count this day as done"
        assert not coverage(forced, TRAFFIC[0]).passed
        assert "sales_and_traffic: again" not in runs.overdue(), "nothing asks again by itself"
        assert bad in runs.painted(TRAFFIC[0])
    finally:
        world.set_now(NOW)


def test_what_every_schedule_asks_for_is_what_its_job_can_be_given(runs: Runs):
    for schedule in runs.repository.schedule_defs:
        request = runs.request(schedule.name, "2026-03-10T12:00:00Z")
        assert dg.validate_run_config(runs.repository.get_job(schedule.job_name), request.run_config)


@pytest.mark.thorough
def test_snapshots_and_crawls_have_no_partitions(runs: Runs):
    keys = [dg.AssetKey(["amazon_sp", name]) for name in ("fba_myi_unsuppressed_inventory", "merchant_listings")]
    result = runs.land("amazon_sp_snapshot", keys)
    assert result.success
    for key in keys:
        assert runs.instance.get_latest_materialization_event(key) is not None
        assert coverage(result, key).passed
    crawled = runs.land("apify_crawl", [dg.AssetKey(["apify", "products"])], stores=["harbor-us"])
    assert crawled.success and coverage(crawled, dg.AssetKey(["apify", "products"])).passed


def test_a_run_that_would_land_nothing_is_refused_in_a_sentence(runs: Runs):
    without = runs.land("amazon_sp_windowed", TRAFFIC)
    assert not without.success and "Choose one or more days" in message(without)
    mistyped = runs.land("amazon_sp_windowed", TRAFFIC, [FIRST], stores=["harbour-us"])
    assert not mistyped.success
    assert "harbour-us, which stores.yaml does not have. The stores are: bharat-in, harbor-de" in message(mistyped)


class Sensor:
    """The sensor `new_data` on one instance."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.asked = dg.RunRequest()
        self.sensor = runs.repository.get_sensor_def("new_data")

    def tick(self) -> str:
        """'build', or the reason why not."""
        own = self.runs.definitions
        with dg.build_sensor_context(self.runs.instance, resources=own.resources, definitions=own) as context:
            asked = self.sensor.evaluate_tick(context)
        requests = asked.run_requests or []
        assert len(requests) <= 1
        self.asked = requests[0] if requests else dg.RunRequest()
        return "build" if requests else asked.skip_message or ""

    def build(self) -> dg.ExecuteInProcessResult:
        """What was asked for last, carried out."""
        return self.runs.definitions.resolve_job_def(automation.BUILD_JOB).execute_in_process(
            instance=self.runs.instance,
            asset_selection=self.asked.asset_selection and list(self.asked.asset_selection),
            tags=dict(self.asked.tags),
        )


@pytest.mark.thorough
def test_builds_are_asked_for_once_and_ever_more_rarely_while_they_fail(
    runs: Runs, world: Simulator, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    sensor, instance = Sensor(runs), runs.instance
    import_by_hand(world, warehouse, "fx_rates")
    assert sensor.tick() == "nothing has landed yet"
    assert runs.land("amazon_sp_windowed", TRAFFIC, [FIRST], stores=["harbor-us"]).success
    assert sensor.tick() == "build", "no mart has ever been built"
    job = runs.definitions.resolve_job_def("build_marts")
    for failures, wait in ((1, 60), (2, 300), (3, 900)):
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        assert sensor.tick().startswith("a build is running")
        instance.report_run_failed(run)
        assert sensor.tick().startswith(f"the last {failures} builds failed")
        paused_until = time.time() + wait + 1
        with monkeypatch.context() as later:
            later.setattr(automation.time, "time", lambda paused_until=paused_until: paused_until)
            assert sensor.tick() == "build"


@pytest.mark.thorough
def test_the_marts_and_briefs_follow_one_landed_day_and_an_import_beside_the_build(
    runs: Runs, world: Simulator, warehouse: Warehouse, home: Path
):
    keys = [*TRAFFIC, *(dg.AssetKey(["amazon_sp", f"all_orders_by_{each}"]) for each in ("order_date", "last_update"))]
    assert runs.land("amazon_sp_windowed", keys, [date(2026, 3, 9)]).success
    sensor, builds = Sensor(runs), []
    beside = threading.Thread(target=import_beside_a_build, args=(world, warehouse, "product_costs.harbor-us"))
    beside.start()
    while sensor.tick() == "build":
        builds.append(sensor.build())
        assert builds[-1].success
        beside.join()
        assert len(builds) <= 2, "a build did not see what had landed before it"
    assert sensor.tick() == "the marts have seen every change"

    with warehouse.connect() as conn:
        (lines,) = conn.execute("select count(*) from marts.order_items").fetchone()
        briefs = conn.execute("select distinct store_id, language from insights.briefs where grounded").fetchall()
        (seen_by_all,) = conn.execute(
            "select count(*) from ops.changes where producer = 'amazon_sp.sales_and_traffic'"
        ).fetchone()
    assert seen_by_all == 0, "what every model has seen is forgotten, whoever builds"
    assert lines > 0
    assert {("harbor-us", "en"), ("harbor-us", "zh")} <= set(briefs)
    checks = {(each.asset_key.path[-1], each.check_name): each for each in builds[0].get_asset_check_evaluations()}
    assert checks["briefs", "grounded"].passed
    [forecast] = [
        each.materialization
        for each in builds[-1].get_asset_materialization_events()
        if each.asset_key == dg.AssetKey(["insights", "demand_forecasts"])
    ]
    with warehouse.connect() as conn:
        (forecast_rows,) = conn.execute("select count(*) from insights.demand_forecasts").fetchone()
    assert forecast.metadata["dagster/row_count"].value == forecast_rows
    sales = {each.asset_key: each.materialization.metadata for each in builds[0].get_asset_materialization_events()}[
        dg.AssetKey(["marts", "sales_daily"])
    ]
    items = dg.AssetKey(["marts", "order_items"])
    assert items in {each.asset_key for each in sales["dagster/column_lineage"].column_lineage.deps_by_column["units"]}
    assert sales["dagster/row_count"].value > 0 and sales["size_bytes"].value > 0
    # nobody has given us rates yet: told by a check, which keeps neither marts nor briefs from being made
    assert not checks["sales_daily", "sales_daily_has_exchange_rate"].passed
    assert checks["sales_daily", "sales_daily_key_holds"].passed

    import_by_hand(world, warehouse, "fx_rates")
    assert sensor.tick() == "build", "an import outside Dagster was not seen"
    wanted = {key for key in sensor.asked.asset_selection or () if key.path[0] != "insights"}
    assert dg.AssetKey(["marts", "sales_daily"]) in wanted
    assert dg.AssetKey(["marts", "traffic_daily"]) in wanted
    assert not {key.path[-1] for key in wanted} & {"order_items", "inventory_daily", "competitor_daily"}
    # another file comes until the build begins: what it is news to is built with the rest
    import_by_hand(world, warehouse, "product_costs.sakura-jp")
    small = sensor.build()
    assert small.success
    built = {each.asset_key for each in small.get_asset_materialization_events()}
    assert wanted | {dg.AssetKey(["insights", name]) for name in ("demand_forecasts", "briefs")} <= built
    assert dg.AssetKey(["staging", "stg_manual__product_costs"]) in built - wanted
    checks = {(each.asset_key.path[-1], each.check_name): each for each in small.get_asset_check_evaluations()}
    assert checks["sales_daily", "sales_daily_has_exchange_rate"].passed
    assert ("order_items", "order_items_key_holds") not in checks
    assert sensor.tick() == "the marts have seen every change"


def import_beside_a_build(world: Simulator, warehouse: Warehouse, name: str) -> None:
    """Wait until a build holds its lock, then import."""
    held = """
        select 1 from pg_locks join pg_database as d on d.oid = database
        where locktype = 'advisory' and granted and objsubid = 1 and d.datname = current_database()
    """
    with warehouse.connect(autocommit=True) as conn:
        until = time.monotonic() + 60
        while conn.execute(held).fetchone() is None and time.monotonic() < until:
            time.sleep(0.02)
    import_by_hand(world, warehouse, name)


def import_by_hand(world: Simulator, warehouse: Warehouse, name: str) -> None:
    """What `tradewind import` does with a file of the world."""
    settings = get_settings()
    feed, _, store = name.partition(".")
    path = world.config / "manual" / f"{name}.csv"
    import_file(settings, warehouse, load_catalog(settings), path, f"manual.{feed}", store or "harbor-us")


def test_a_crawl_by_hand_is_a_job_with_a_launchpad(runs: Runs, warehouse: Warehouse):
    catalog = load_catalog(get_settings())
    asin = min(catalog.stores["harbor-us"].tracked)
    config = {"asins": [asin], "stores": ["harbor-us"]}
    result = runs.definitions.resolve_job_def("crawl").execute_in_process(
        {"ops": {"apify_crawl": {"config": config}}}, instance=runs.instance, raise_on_error=False
    )
    assert result.success
    materialized = [event.asset_key.path for event in result.all_events if event.is_step_materialization]
    assert materialized == [["apify", "products"]]
    with warehouse.connect() as conn:
        assert conn.execute("select tenants, subjects, urgency, state from ops.crawls").fetchall() == [
            (["harbor"], 1, 0, "ended")
        ]


@pytest.mark.thorough
def test_what_was_landed_elsewhere_is_shown_once_and_what_a_run_has_shown_is_not_shown_again(
    runs: Runs, world: Simulator, warehouse: Warehouse
):
    days = [FIRST + timedelta(days=number) for number in range(3)]
    settings = get_settings()

    async def pull() -> None:
        selection = Selection(feeds=("amazon_ads.sp_campaigns",), days=tuple(days[:2]))
        async for _ in land(settings, warehouse, load_catalog(settings), selection):
            pass

    sensor = runs.repository.get_sensor_def("landed")

    def tick(cursor: str | None) -> tuple[list[tuple[dg.AssetKey, str | None]], str | None]:
        own = runs.definitions
        with dg.build_sensor_context(runs.instance, resources=own.resources, definitions=own, cursor=cursor) as context:
            found = sensor.evaluate_tick(context)
        events = [each for each in found.asset_events if isinstance(each, dg.AssetMaterialization)]
        for each in events:
            runs.instance.report_runless_asset_event(each)
        return [(each.asset_key, each.partition) for each in events], found.cursor

    asyncio.run(pull())
    import_by_hand(world, warehouse, "fx_rates")
    told, cursor = tick(None)
    rates = dg.AssetKey(["manual", "fx_rates"])
    assert sorted(told, key=str) == sorted(
        [(CAMPAIGNS, day.isoformat()) for day in days[:2]] + [(rates, None)], key=str
    )
    assert runs.instance.get_materialized_partitions(CAMPAIGNS) == {day.isoformat() for day in days[:2]}
    last = runs.instance.get_latest_materialization_event(CAMPAIGNS)
    assert last is not None and last.asset_materialization is not None
    shown = last.asset_materialization.metadata
    assert shown["rows_landed"].value > 0 and shown["size_bytes"].value > 0
    assert tick(cursor)[0] == [], "each is shown once"

    assert runs.land("amazon_ads_windowed", [CAMPAIGNS], days[2:]).success
    again, cursor = tick(cursor)
    assert again == [], "the run has shown it itself"
    other_server = cursor.replace('"cluster": "', '"cluster": "1') if cursor else None
    assert tick(other_server)[0] == [], "a restored warehouse shows nothing twice, either"

    check = dg.AssetCheckKey(CAMPAIGNS, "coverage")
    with warehouse.connect() as conn:
        conn.execute(
            "update ops.slices set state = 'failed', reason = 'HTTP 503' where feed = 'amazon_ads.sp_campaigns'"
            " and scope_id = 'harbor-us'"
        )
    done = dg.materialize(
        [each for each in runs.definitions.assets if isinstance(each, dg.AssetsDefinition)],
        selection=dg.AssetSelection.checks(check),
        instance=runs.instance,
        resources=runs.definitions.resources,
    )
    (executed,) = done.get_asset_check_evaluations()
    assert not executed.passed, "and the run has not failed: the check was executed alone"
    assert executed.description == f"harbor-us: {days[0]} to {days[2]} (3 days): failed: HTTP 503"
    assert executed.metadata["days_missing"].value == 3
