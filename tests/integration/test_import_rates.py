"""Exchange rates of the European Central Bank: by file, by address, and as Dagster's daily job imports them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import httpx
import pytest

from pipelines.errors import ConfigError, DocumentError, SourceError
from pipelines.landing.imports.importer import RATES, import_file
from pipelines.orchestration.upkeep import fx_rates, fx_rates_schedule
from pipelines.settings import Settings
from pipelines.stores import load_catalog
from pipelines.warehouse.connection import Warehouse
from simulator.world.money.exchange_rates import rate
from tests.support.simulator import Simulator

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
CURRENT = """
select r.date, r.base_currency, r.quote_currency, r.rate
from raw.manual__fx_rates r join ops.current_loads('manual.fx_rates', null) l
  on r.load_id = l.load_id and r.date = l.day::text
"""


class Place:
    """A warehouse and a world whose rates are served; what Dagster calls its platform."""

    def __init__(self, simulator: Simulator, warehouse: Warehouse, home: Path) -> None:
        self.url = f"{simulator.url}/fx"
        self.warehouse, self.home, self.simulator = warehouse, home, simulator
        self.settings = simulator.settings(home, warehouse.url, fixed_now=SUNDAY)
        self.catalog = load_catalog(self.settings)

    def load(self, source: Path | str, feed: str = RATES, store: str | None = None):
        return import_file(self.settings, self.warehouse, self.catalog, source, feed, store)

    def rates(self) -> dict[tuple[str, str, str], str]:
        with self.warehouse.connect() as conn:
            return {row[:3]: row[3] for row in conn.execute(CURRENT)}

    def run_job(self) -> dg.ExecuteInProcessResult:
        resources = {"platform": dg.ResourceDefinition.hardcoded_resource(self)}
        return fx_rates.execute_in_process(resources=resources, raise_on_error=False)


@pytest.fixture
def place(simulator: Callable[..., Simulator], warehouse: Warehouse, tmp_path: Path) -> Place:
    return Place(simulator(days=6, products=3, now=SUNDAY.isoformat()), warehouse, tmp_path / "home")


def test_by_address_by_file_and_by_the_job_the_same_rates_arrive(place: Place, tmp_path: Path) -> None:
    assert place.load(f"{place.url}/eurofxref-daily.xml").rows == 4
    friday = place.rates()
    assert {key[:2] for key in friday} == {("2026-11-20", "EUR")}, "on a Sunday, Friday's rates are the newest"

    history = place.load(f"{place.url}/eurofxref-hist.csv")
    known = place.rates()
    assert history.rows == len(known)
    assert all(date.fromisoformat(day).weekday() < 5 for day, _, _ in known)
    assert {key: known[key] for key in friday} == friday
    for (day, base, quote), value in known.items():
        assert value == str(rate(7, base, quote, date.fromisoformat(day)))

    for name in ("eurofxref-hist.csv", "eurofxref-hist.zip"):
        file = tmp_path / name
        file.write_bytes(httpx.get(f"{place.url}/{name}", trust_env=False).content)
        assert place.load(file, store="harbor-us").unchanged

    # 90 days hold all there is of this world, the days in the same order
    place.settings = place.settings.model_copy(update={"fx_url": f"{place.url}/eurofxref-hist-90d.xml"})
    job = place.run_job()
    assert job.success
    assert place.rates() == known
    place.simulator.set_now("2026-11-24T17:00:00Z")
    place.settings = place.settings.model_copy(update={"fixed_now": datetime(2026, 11, 24, 17, tzinfo=UTC)})
    assert place.run_job().success
    assert {key[0] for key in place.rates()} - {key[0] for key in known} == {"2026-11-23", "2026-11-24"}


def test_what_cannot_be_had_or_read_leaves_everything_as_it_was(place: Place, tmp_path: Path) -> None:
    place.load(f"{place.url}/eurofxref-daily.xml")
    before = place.rates()

    with pytest.raises(SourceError, match=r"eurofxref\.xls cannot be downloaded: .* status 404: an HTML page"):
        place.load(f"{place.url}/eurofxref.xls")
    cut = tmp_path / "cut.xml"
    cut.write_bytes(httpx.get(f"{place.url}/eurofxref-daily.xml", trust_env=False).content[:-30])
    with pytest.raises(DocumentError, match=r"cut\.xml cannot be imported\. .* no whole XML document"):
        place.load(cut)
    with pytest.raises(ConfigError, match="download the document and give the file"):
        place.load(f"{place.url}/eurofxref-daily.xml", "amazon_sp.settlements_v2", "harbor-us")
    with pytest.raises(ConfigError, match=r"manual\.product_costs belongs to a store: give --store"):
        place.load(cut, "manual.product_costs")

    job = place.run_job()
    failure = job.failure_data_for_node("import_fx_rates")
    assert failure is not None
    assert "TRADEWIND_FX_URL is not set" in str(failure.user_failure_data.description)
    assert place.rates() == before


def test_it_is_scheduled_where_an_address_is_set() -> None:
    status = dg.DefaultScheduleStatus
    assert fx_rates_schedule(Settings()).default_status == status.STOPPED
    schedule = fx_rates_schedule(Settings(fx_url="https://example.test/rates.xml"))
    assert (schedule.default_status, schedule.execution_timezone) == (status.RUNNING, "Europe/Berlin")
