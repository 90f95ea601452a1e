"""The commands as a user runs them, each a process of its own, on a small world and an embedded warehouse."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.parsed import parsed_for
from tests.support.references import ROOT
from tests.support.running import NOON, until
from tests.support.simulator import Simulator, start_simulator

# the journey runs the main commands each day, in the home of the demo
pytestmark = pytest.mark.thorough

TRAFFIC = "amazon_sp.sales_and_traffic"
LEDGER = "amazon_sp.ledger_summary"
ORDERS = ("--feed", "amazon_sp.all_orders_by_order_date")
MARTS = ("order_items", "sales_daily", "inventory_daily", "traffic_daily", "ads_campaigns_daily", "settlement_lines")


@dataclass
class Shell:
    """A home in which commands are run, with the simulated marketplaces as its accounts."""

    home: Path
    simulator: Simulator
    orders: Path
    told: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        ours = {"TRADEWIND_HOME": str(self.home), "TRADEWIND_NOW": NOON.isoformat(), "PYTHONPATH": str(ROOT)}
        return kept | self.simulator.environment() | ours | {"COLUMNS": "80"} | more

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pipelines.cli", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.home.parent,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, **more: str) -> str:
        """Standard output of a command that must end with this code; errors are told on standard error, in words.
        So is what a build warns of (pages in a visitor's currency, say)."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, out[-3000:] + err[-3000:]
        assert "Traceback" not in out + err
        if code == 0:
            assert not [
                line for line in err.splitlines() if " WARNING pipelines.transformation.transform: " not in line
            ]
        return out

    def fail(self, *arguments: str, **more: str) -> str:
        """What a command says on standard error that fails for a reason that a user can cure."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 1, out[-3000:] + err[-3000:]
        assert err.startswith("Error: ")
        assert "Traceback" not in out + err
        return err

    def query(self, statement: str) -> list[tuple]:
        if not self.url:
            self.url = self.run("url").strip()
        with psycopg.connect(self.url) as conn:
            return conn.execute(statement.encode()).fetchall()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A world that was pulled and built, and an order that was imported."""
    folder = tmp_path_factory.mktemp("cli")
    simulator = start_simulator(folder / "world", products=5, days=6, time_scale=5000, now=NOON.isoformat())
    one = Shell(folder / "home", simulator, orders_document(folder / "orders.tsv"))
    parsed_for(one.home)
    try:
        one.told["pull"] = one.run("pull")
        rates = simulator.config / "manual" / "fx_rates.csv"
        one.run("import", str(rates), "--feed", "manual.fx_rates", "--store", "harbor-us", "--no-transform")
        one.told["import"] = one.run("import", str(one.orders), *ORDERS, "--store", "bharat-in")
        yield one
    finally:
        simulator.stop()
        one.run("down")


def orders_document(path: Path) -> Path:
    """A document with one order of Amazon.in."""
    names = (ROOT / "tests/fixtures/amazon_sp.all_orders_by_order_date.tsv").read_text().splitlines()[0].split("\t")
    values = {
        "amazon-order-id": "402-0000001-0000001",
        "purchase-date": "2026-11-20T06:30:00+00:00",
        "last-updated-date": "2026-11-20T07:00:00+00:00",
        "order-status": "Shipped",
        "sales-channel": "Amazon.in",
        "sku": "0001",
        "quantity": "2",
        "currency": "INR",
        "item-price": "499.00",
    }
    path.write_text("\t".join(names) + "\n" + "\t".join(values.get(name, "") for name in names) + "\n")
    return path


def narrow(text: str) -> bool:
    """Whether every line of a table fits on a terminal of 80 columns."""
    return all(len(line) <= 80 for line in text.splitlines())


def test_pull_tells_each_feed_in_a_line_and_then_the_whole(shell):
    *feeds, total = shell.told["pull"].splitlines()
    assert len(feeds) == 48, "every feed of the catalogue that something was due of"
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_0-9]+: \d+ slices, [\d,]+ rows, with \d+ requests", line) for line in feeds)
    assert re.fullmatch(r"Landed \d+ slices, [\d,]+ rows, with \d+ requests\.", total)
    assert shell.run("pull") == "Landed 0 slices, 0 rows, with 0 requests.\n"
    planned = shell.run("plan")
    assert planned.startswith("Nothing is due.\nThrough the day, at 20 past the hour")
    assert narrow(planned)


def test_status_and_plan_are_tables_of_eighty_columns(shell):
    told = shell.run("status")
    tables, _, profit = told.partition("Profit of ")
    assert narrow("\n".join(line for line in tables.splitlines() if not line.startswith("    ")))  # reasons are prose
    assert "harbor-de (A3HARBOREU2DE@eu, Amazon.de, EUR)\n" in told
    assert "bharat-in (A5BHARATIN4IN@eu, Amazon.in, INR)\n  No day is known to be covered;" in told
    assert tables.endswith("Nothing is missing.\n")
    assert "are not whole in it" in profit, "nothing is known here of what goods cost"
    assert re.search(rf"^ {TRAFFIC} +6 2026-11-16\.\.2026-11-21 +0$", told, re.MULTILINE)
    one = shell.run("status", "--store", "sakura-jp", "--feed", LEDGER)
    assert [line.split()[0] for line in one.splitlines()] == ["sakura-jp", "feed", LEDGER, "Nothing"]

    planned = shell.run("plan", TRADEWIND_NOW="2026-11-23T12:00:00Z")
    assert re.search(rf"^{TRAFFIC}: \d+ requests$", planned, re.MULTILINE)
    assert re.search(r"^\d+ requests would be made\.", planned, re.MULTILINE)
    assert re.search(r"^  A4SAKURAFE3JP@fe +getReportDocument +\d+ +\d+ +[\d,]+ (now|in )", planned, re.MULTILINE)
    explained = shell.run("plan", "--explain", f"{LEDGER}/harbor-us/2026-11-20")
    assert "because: never asked" in explained
    assert "archived as" in explained
    assert shell.run("plan", "--explain", "harbor-us", LEDGER, "2026-11-20") == explained


def test_the_url_for_bi_reads_marts_and_nothing_else(shell):
    url = shell.run("url", "--role", "bi")
    assert url.count("\n") == 1
    assert urlsplit(url).username == "tradewind_bi"
    with psycopg.connect(url.strip(), autocommit=True) as conn:
        assert conn.execute("select count(*) > 0 from marts.sales_daily").fetchone() == (True,)
        assert conn.execute("select count(*) from insights.briefs").fetchone() is not None
        conn.execute("set default_transaction_read_only = off")  # which a user may do
        for forbidden in (
            "delete from marts.sales_daily",
            "create table marts.mine (a int)",
            "select * from raw.amazon_sp__ledger_summary",
            "select * from ops.loads",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(forbidden.encode())


def test_doctor_finds_nothing_and_then_what_is_wrong_with_advice_and_without_tokens(shell):
    fine = shell.run("doctor")
    assert all(line.startswith("ok  ") for line in fine.splitlines()), fine
    assert fine.count("credentials: SP-API of") == 3
    assert fine.count("credentials: Amazon Ads of") == 3
    assert "credentials: Apify" in fine
    assert "Dagster's database" in fine

    tokens = {
        name: value
        for name, value in shell.simulator.environment().items()
        if ("TOKEN" in name or "SECRET" in name) and not name.endswith("_UNTIL")  # the day it ends is told
    }
    broken = next(name for name in tokens if name.startswith("TRADEWIND_SP_REFRESH_TOKEN"))
    process = shell.start(
        "doctor",
        **{broken: "Atzr|of-another-application", "TRADEWIND_APIFY_TOKEN": "apify_api_unknown"},
    )
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert err == ""
    wrong = re.findall(r"^no  (.*)\n    (.*)$", out, re.MULTILINE)
    assert [what.split(" of ")[0] for what, _ in wrong] == [
        "credentials: SP-API",
        "credentials: Apify",
    ]
    advice = [text for _, text in wrong]
    assert "authorise the application again in Seller Central" in advice[0]
    assert "Check TRADEWIND_APIFY_TOKEN" in advice[1]
    for secret in (*tokens.values(), "of-another-application", "apify_api_unknown"):
        assert secret not in out


@pytest.mark.thorough
def test_replay_and_a_full_refresh_leave_the_marts_as_they_are(shell):
    def contents() -> dict[str, list[tuple]]:
        return {
            mart: shell.query(f"select count(*), sum(hashtextextended(to_jsonb(m)::text, 0)) from marts.{mart} m")  # noqa: S608
            for mart in MARTS
        }

    before = contents()
    shell.query("delete from raw.amazon_sp__settlements_v2 returning 1")
    told = shell.run("replay").splitlines()
    loads, rows = shell.query("select count(*), sum(row_count) from ops.loads")[0]
    assert f"Read {loads:,} loads again, {rows:,} rows." in told
    assert "`tradewind transform --full-refresh`" in " ".join(told)
    assert re.fullmatch(r"Built and tested the marts in \d+ s\.\n", shell.run("transform", "--full-refresh"))
    assert contents() == before


@pytest.mark.thorough
def test_briefs_are_told_by_store_with_their_pages_in_whole_lines(shell):
    stores = ("--store", "harbor-us", "--store", "harbor-de")
    told = shell.run("brief", *stores, "--kind", "daily", "--language", "en", "--day", "2026-11-20")
    pages = re.findall(r"^    (/.*/2026-11-20\.en\.html)$", told, re.MULTILINE)
    assert len(pages) == 2
    assert all(Path(page).is_file() for page in pages)
    assert "  harbor-de daily 2026-11-20 en (by rules)\n" in told
    none = shell.run("brief", "--store", "bharat-in", "--kind", "daily", "--day", "2026-11-18")
    assert "  bharat-in daily: none. There is no orders data of bharat-in" in none
    assert "There is no brief in language 'fr'" in shell.fail("brief", "--language", "fr")


def test_an_import_builds_what_depends_on_it_and_a_wrong_one_says_why(shell, tmp_path):
    assert re.fullmatch(
        r"Imported 1 rows of orders\.tsv\.\nBuilt and tested the marts in \d+ s\.\n", shell.told["import"]
    )
    sold = "select units, item_price_amount from marts.sales_daily where store_id = 'bharat-in'"
    assert shell.query(sold) == [(2, 499)]
    path = str(shell.orders)
    again = shell.run("import", path, *ORDERS, "--store", "bharat-in")
    assert again == (
        "This document is loaded already: nothing changed.\nThe marts have seen every change: nothing to build.\n"
    )
    for arguments, said in (
        (["--feed", "amazon_sp.orders", "--store", "bharat-in"], "There is no feed amazon_sp.orders. The feeds are: "),
        ([*ORDERS, "--store", "bharat"], "stores.yaml has no store bharat. The stores are: bharat-in, "),
        ([*ORDERS, "--store", "harbor-us"], "Its rows are of Amazon.in, but it was given to harbor-us"),
        (["--feed", TRAFFIC, "--store", "bharat-in"], "is no JSON"),
    ):
        assert said in shell.fail("import", path, *arguments)
    shell.run("import", str(tmp_path), *ORDERS, "--store", "bharat-in", code=2)
    process = shell.start("import", path)
    _, several = process.communicate(timeout=120)
    assert process.returncode == 2, "two feeds have these columns, and nobody can be asked"
    assert several.splitlines()[1:] == [
        f"  --feed amazon_sp.all_orders_by_{each}" for each in ("order_date", "last_update")
    ]


def test_ctrl_c_ends_a_pull_with_130_and_the_next_one_goes_on(shell):
    shell.simulator.set_faults([{"do": "hold", "match": {"operation": "getReport"}}])
    process = shell.start("pull", "--force", "--feed", LEDGER)
    until(shell.simulator.held, "a poll is held")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "Interrupted. What has landed stays; the next run goes on from here."
    shell.simulator.set_faults([])
    shell.simulator.release()
    assert shell.run("pull", "--feed", LEDGER).endswith(" requests.\n")
    assert shell.query("select distinct state from ops.slices where claimed_by is not null") == []


def test_what_cannot_be_landed_is_told_once_with_its_days_and_ends_with_one(shell):
    shell.simulator.set_faults([{"do": "html_error_page", "match": {"operation": "download"}}])
    try:
        process = shell.start("pull", "--force", "--feed", LEDGER, "--store", "sakura-jp")
        out, err = process.communicate(timeout=120)
    finally:
        shell.simulator.set_faults([])
    assert process.returncode == 1
    assert len(re.findall(rf"^  {LEDGER} A4SAKURAFE3JP@fe 2026-11-16 to 2026-11-21: failed: ", out, re.MULTILINE)) == 1
    assert err.startswith("Error: 6 slices could not be landed, for the reasons above.")


def test_the_warehouse_is_stopped_once_and_started_when_it_is_needed(shell):
    assert shell.run("down") == f"The warehouse of {shell.home} is stopped.\n"
    assert shell.run("down") == f"The warehouse of {shell.home} was not running.\n"
    shell.url = shell.run("url").strip()
    assert shell.query("select count(*) > 0 from ops.loads") == [(True,)]
