"""Progress and tables: what stands on a terminal of 80 columns, and what in a file."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rich.console import Console

from pipelines.insights.brief import BriefResult
from pipelines.landing.results import FeedResult, PlannedRequest, SliceOutcome
from pipelines.landing.status import StatusRow
from pipelines.local import tables
from pipelines.local.doctor import _model
from pipelines.local.progress import Parts
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_stores

LEDGER = "amazon_sp.ledger_summary"
ORDERS = "amazon_sp.all_orders_by_order_date"
DAY = date(2026, 3, 1)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Two stores of one account, and one that is filled by import."""
    path = tmp_path / "stores.yaml"
    path.write_text(
        """
tenants:
  harbor:
    name: Harbor
    reporting_currency: EUR
    accounts:
      - seller_id: A3HARBOREU2DE
        region: eu
        refresh_token_env: TOKEN
        stores:
          harbor-de: {marketplace: DE}
          harbor-fr: {marketplace: FR}
      - seller_id: A5BHARATIN4IN
        region: eu
        stores:
          bharat-in: {marketplace: IN}
"""
    )
    return load_stores(path, lambda name: SecretStr("token") if name == "TOKEN" else None)


def shown(show: Any, *arguments: Any, **options: Any) -> str:
    """What is printed where there is no terminal."""
    out = io.StringIO()
    show(Console(file=out, width=80), *arguments, **options)
    return out.getvalue()


def test_a_feed_of_an_account_stands_under_each_of_its_stores_and_counts_once(catalog):
    rows = [
        StatusRow("A3HARBOREU2DE@eu", LEDGER, 28, DAY, date(2026, 3, 28), 2, "2 failed (2026-03-29): " + "why " * 40),
        StatusRow("harbor-de", "amazon_sp.fba_myi_unsuppressed_inventory", 12345, DAY, DAY, 0, None),
        StatusRow("gone-us", LEDGER, 1, DAY, DAY, 0, None),
        StatusRow("*", "manual.fx_rates", 0, None, None, 0, None),
    ]
    told = shown(tables.print_status, rows, catalog)
    blocks = dict(re.findall(r"^(\S.*)\n((?: .*\n)+)", told, re.MULTILINE))
    assert [name.split(" ")[0] for name in blocks] == ["bharat-in", "harbor-de", "harbor-fr", "gone-us", "all"]
    assert "import --from DAY --to DAY" in blocks["bharat-in (A5BHARATIN4IN@eu, Amazon.in, INR)"]
    for name in ("harbor-de (A3HARBOREU2DE@eu, Amazon.de, EUR)", "harbor-fr (A3HARBOREU2DE@eu, Amazon.fr, EUR)"):
        assert re.search(rf"^ {LEDGER} +28  2026-03-01\.\.2026-03-28 +2\n    2 failed", blocks[name], re.MULTILINE)
    assert told.endswith("2 days missing.\n")
    assert all(len(line) <= 80 for line in told.splitlines() if "why" not in line)
    assert "why " * 39 in told, "a reason is one line"
    assert "harbor-fr" not in shown(tables.print_status, rows, catalog, stores=["harbor-de"])


def test_alike_problems_are_told_once_with_their_days():
    def outcome(day: int, state: str, reason: str | None) -> SliceOutcome:
        return SliceOutcome(LEDGER, "harbor-us", f"2026-03-0{day}", date(2026, 3, day), state, reason, 0, True)

    result = FeedResult(
        LEDGER,
        [
            *(outcome(day, "failed", "Amazon said no.") for day in (1, 2, 3)),
            outcome(4, "refused", "No role."),
            outcome(5, "loaded", None),
            outcome(6, "unavailable", "too old"),
        ],
    )
    out = io.StringIO()
    assert tables.print_problems(Console(file=out, width=80), [result]) == 3
    assert out.getvalue().splitlines() == [
        f"  {LEDGER} harbor-us 2026-03-01 to 2026-03-03: failed: Amazon said no.",
        f"  {LEDGER} harbor-us 2026-03-04: refused: No role.",
    ]


def test_a_plan_stands_by_feed_in_columns():
    def request(feed: str, first: date, waits: float | None) -> PlannedRequest:
        return PlannedRequest(
            feed, "A3HARBOREU2DE@eu", first, date(2026, 3, 30), 30, "never asked", "c", 1, waits, None
        )

    told = shown(tables.print_plan, [request(LEDGER, DAY, 0), request(ORDERS, DAY, 720), request(LEDGER, DAY, None)])
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        f"{LEDGER}: 2 requests",
        f"{ORDERS}: 1 request",
        "3 requests would be made.",
    ]
    assert "  A3HARBOREU2DE@eu   2026-03-01 .. 2026-03-30   30  in 12 min  never asked\n" in told
    assert all(len(line) <= 80 for line in told.splitlines())
    assert shown(tables.print_plan, []) == "Nothing is due.\n"


def test_briefs_name_their_pages_in_lines_of_their_own_and_say_why_there_is_none():
    page = Path("/srv/a/folder/with/a/long/name/and/then/a/deep/one/.tradewind/briefs/harbor-us/2026-03-01.en.html")
    told = shown(
        tables.print_briefs,
        [
            BriefResult("bharat-in", None, "", "none", True, None, False, "There is no orders data of bharat-in."),
            BriefResult("harbor-us", DAY, "en", "llm", True, page, False),
            BriefResult("harbor-us", DAY, "zh", "template", True, page, False, "the budget is spent"),
        ],
    )
    assert told.splitlines()[1:] == [
        "Briefs",
        "  bharat-in: none. There is no orders data of bharat-in.",
        "  harbor-us 2026-03-01 en (by the model)",
        f"    {page}",
        "  harbor-us 2026-03-01 zh (by rules: the budget is spent)",
        f"    {page}",
    ]


def test_without_a_terminal_a_part_is_one_line_when_it_is_finished():
    out = io.StringIO()
    with Parts(Console(file=out, width=80)) as parts:
        parts.show(LEDGER, 1, 3, "createReport: next in 12 s")
        parts.finish(LEDGER, f"{LEDGER}: 3 slices")
        parts.show(ORDERS, 0, 0)
        parts.finish(ORDERS, "")
    assert out.getvalue() == f"{LEDGER}: 3 slices\n"


def test_on_a_terminal_there_are_bars_and_what_is_waited_for_below_them():
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system=None, legacy_windows=False)
    with Parts(console) as parts:
        parts.show(
            "amazon_sp.fba_myi_unsuppressed_inventory", 99_999, 100_000, "createReport: next in 12 s " + "x" * 80
        )
        parts.show(ORDERS, 0, 0)
        parts._bars.refresh()  # type: ignore[union-attr]
        waiting = out.getvalue()
        parts.finish("amazon_sp.fba_myi_unsuppressed_inventory", "a line")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", waiting)
    assert "createReport: next in 12 s" in plain
    assert " 99999/100000 " in plain
    assert ORDERS not in out.getvalue()
    assert "a line" not in out.getvalue()
    assert all(len(line) <= 80 for line in re.split(r"[\r\n]+", plain))


def test_doctor_says_when_a_model_has_no_key(tmp_path):
    assert _model(Settings(home=tmp_path)).ok
    no_key = _model(Settings(home=tmp_path, llm_model="openai:gpt-5-mini"))
    assert not no_key.ok
    assert "TRADEWIND_LLM_API_KEY" in no_key.advice
    assert _model(Settings(home=tmp_path, llm_model="openai:gpt-5-mini", llm_base_url="http://127.0.0.1:1/v1")).ok
