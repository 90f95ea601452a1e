"""dbt's own command line on the project, with the profile that builds write: as docs/dbt.md shows it."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines.transformation import profile, transform
from tests.support.building import Marts
from tests.support.ledger import order_line

ACCOUNT, DAY = "SELLERNA@na", "2026-02-10"


@pytest.fixture(scope="module")
def dbt(marts: Marts, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """A function that calls dbt in a process that knows the profile and the project; returns what it printed."""
    place = tmp_path_factory.mktemp("dbt")
    with transform.build_session(marts.settings, marts.warehouse):
        pass
    known = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DBT_"))}
    known |= {"DBT_PROFILES_DIR": str(profile.folder(marts.settings)), "DBT_PROJECT_DIR": str(transform.PROJECT_DIR)}
    known |= {"DBT_TARGET_PATH": str(place / "target"), "DBT_LOG_PATH": str(place)}

    def call(*arguments: str) -> str:
        command = [str(Path(sysconfig.get_path("scripts")) / "dbt"), *arguments]
        done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
        return done.stdout

    return call


def test_the_profile_is_for_its_owner_only(dbt, marts):
    path = profile.folder(marts.settings) / profile.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_mtime_ns
    assert profile.write_profile(marts.settings, marts.warehouse.url) == path
    assert path.stat().st_mtime_ns == before


@pytest.mark.thorough
def test_ls_names_what_profit_is_made_of(dbt):
    listed = {line.rpartition(".")[2] for line in dbt("ls", "--select", "+profit_daily", "--quiet").split()}
    assert {
        "int_profit_orders",
        "int_profit_settlements",
        "int_profit_ads",
        "order_items",
        "settlement_lines",
    } <= listed
    assert "sales_reconciliation" not in listed


@pytest.mark.thorough
def test_build_takes_in_what_has_landed(dbt, marts):
    with marts.landing() as ledger:
        line = order_line("by-hand", purchase_date=f"{DAY}T18:00:00+00:00", item_price="12.00")
        ledger.load("amazon_sp.all_orders_by_order_date", ACCOUNT, [line], days=[date(2026, 2, 10)])
    dbt("build", "--select", "+profit_daily")
    found = marts.rows("select revenue_amount from marts.profit_daily where date = %s", DAY)
    assert [float(*row) for row in found] == [12.0]
