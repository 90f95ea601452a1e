"""What a run tells of itself, to an OTLP receiver, the warehouse's counters and the log; and what it does not.

Secrets and buyers' data are planted, and looked for in all three.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.imports.importer import import_file
from pipelines.logs import configure_logging
from pipelines.telemetry import export, tally
from pipelines.telemetry.begin import begin
from pipelines.warehouse import counters
from tests.support.otlp import Otlp, receiver
from tests.support.planted import SECRET, table
from tests.support.running import LandingWorld

TRAFFIC = "amazon_sp.sales_and_traffic"
SHIPMENTS = "amazon_sp.fulfilled_shipments"


@pytest.fixture
def otlp() -> Iterator[Otlp]:
    with receiver() as one:
        yield one
        export.stop()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What our loggers write, as JSON and with all they have to say; set up again as it was."""
    written = io.StringIO()
    configure_logging(verbose=True, as_json=True)
    root = logging.getLogger()
    (handler,) = [each for each in root.handlers if type(each.formatter).__name__ == "RedactingFormatter"]
    handler.setStream(written)  # type: ignore[attr-defined]
    yield written
    root.removeHandler(handler)
    for logger in (root, logging.getLogger("pipelines")):
        logger.setLevel(logging.WARNING)


def test_a_run_is_traced_and_counted_and_no_secret_is_told(
    landing: Any, otlp: Otlp, log: io.StringIO, tmp_path: Path
) -> None:
    world: LandingWorld = landing()
    tally.take()
    settings = world.settings.model_copy(update={"otlp_endpoint": otlp.url})
    begin(settings, "tradewind-run", run="run-17")
    world.simulator.set_faults(
        [{"do": "status_json", "status": 429, "times": 1, "match": {"operation": "createReport"}}]
    )
    world.land(TRAFFIC, "apify.products", stores=("sakura-jp",), settings=settings)
    planted = tmp_path / f"orders of {SECRET}.txt"
    names = FEEDS[SHIPMENTS].sections[0].known
    planted.write_text(table(names, amazon_order_id="111-000000{n}", sales_channel="Amazon.com"), encoding="utf-8")
    try:
        import_file(settings, world.warehouse, world.catalog, planted, SHIPMENTS, "harbor-us")
    except Exception as error:  # whatever is wrong with it: what is told of it is the question
        logging.getLogger("pipelines.test").warning("%s", type(error).__name__)
    refresh_token = world.catalog.accounts["A4SAKURAFE3JP@fe"].refresh_token
    assert refresh_token is not None
    secrets = [refresh_token.get_secret_value(), settings.apify_token.get_secret_value()]  # type: ignore[union-attr]
    logging.getLogger("pipelines.test").error("refused: %s at https://s3/d?X-Amz-Signature=hushhush", secrets[0])
    export.stop()
    counters.write(world.warehouse)  # what could not be written at its time is added later

    spans = {each.id: each for each in otlp.spans()}
    by_name: dict[str, list[Any]] = {}
    for each in spans.values():
        by_name.setdefault(each.name, []).append(each)
    assert otlp.resources() == {"tradewind-run"}
    (root,) = by_name["land"]
    steps = {"request ask", "request follow", "request deliver", "wait for report", "wait for rate budget", "load"}
    assert steps | {"amazon_sp createReport", "POST", "GET"} <= set(by_name)
    assert {each.trace for each in by_name["request ask"] + by_name["POST"][:1]} == {root.trace}
    asked = {
        (each.attributes["tradewind.run"], each.attributes["tradewind.store"], each.attributes["tradewind.feed"])
        for each in by_name["request ask"]
    }
    assert ("run-17", "sakura-jp", TRAFFIC) in asked
    created = [each for each in by_name["POST"] if each.attributes["tradewind.operation"] == "createReport"]
    assert 429 in {each.attributes["http.response.status_code"] for each in created}
    assert {each.is_error for each in created if each.attributes["http.response.status_code"] == 429} == {True}
    assert spans[spans[created[0].id].parent].name == "amazon_sp createReport"
    assert spans[by_name["load"][0].parent].name == "request deliver"
    assert sum(each.attributes["tradewind.rows"] for each in by_name["load"]) > 0

    assert sum(value for _, value in otlp.points("tradewind.load.rows")) > 0
    assert sum(value for _, value in otlp.points("tradewind.api.throttled")) == 1
    # the same, in the warehouse, where /metrics reads it
    counted = {(name, json.dumps(labels, sort_keys=True)): value for name, labels, value in _counters(world)}
    for name in (
        "tradewind_api_throttled_total",
        "tradewind_load_rows_total",
        "http_client_request_duration_seconds_count",
    ):
        told = sum(value for (each, _), value in counted.items() if each == name)
        assert told > 0, name
    of_otlp = sum(value for _, value in otlp.points("http.client.request.duration"))
    assert of_otlp == sum(
        value for (each, _), value in counted.items() if each.endswith("request_duration_seconds_count")
    )

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert any(line.get("store") == "sakura-jp" and line.get("slice") for line in lines)
    assert {line["run"] for line in lines} == {"run-17"}
    everything = "\n".join(
        [*(body.decode("latin-1") for _, body in otlp.bodies), json.dumps(_counters(world)), log.getvalue()]
    )
    assert "sakura-jp" in everything
    for secret in [*secrets, "hushhush", SECRET]:
        assert secret not in everything


def _counters(world: LandingWorld) -> list[tuple[str, Any, float]]:
    with psycopg.connect(world.warehouse.url) as conn:
        return conn.execute("select name, labels, value from ops.counters").fetchall()
