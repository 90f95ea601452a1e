"""Progress and tables: what stands on a terminal of 80 columns, and what in a file."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rich.console import Console

from pipelines.insights.brief import BriefResult
from pipelines.landing.planning.today import Rounds
from pipelines.landing.run.results import FeedResult, SliceOutcome
from pipelines.landing.views.planned import BudgetUse, PlannedRequest
from pipelines.landing.views.status import Gap, StatusRow
from pipelines.local import plans, tables
from pipelines.local.progress import Parts
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
    since, later = datetime(2026, 3, 30, 6, tzinfo=UTC), datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
    failed = Gap("failed", 2, (date(2026, 3, 29), date(2026, 3, 30)), "why " * 40, since, later, False)
    lost = [Gap("missing", 1, (date(2026, 3, day),), "gone", None, None, day == 1) for day in (3, 2, 1)]
    rows = [
        StatusRow("A3HARBOREU2DE@eu", LEDGER, 28, DAY, date(2026, 3, 28), 2, (failed, *lost)),
        StatusRow("harbor-de", "amazon_sp.fba_myi_unsuppressed_inventory", 12345, DAY, DAY, 0),
        StatusRow("gone-us", LEDGER, 1, DAY, DAY, 0),
        StatusRow("*", "manual.fx_rates", 0, None, None, 0),
    ]
    told = shown(tables.print_status, rows, catalog)
    blocks = dict(re.findall(r"^(\S.*)\n((?: .*\n)+)", told, re.MULTILINE))
    assert [name.split(" ")[0] for name in blocks] == ["bharat-in", "harbor-de", "harbor-fr", "gone-us", "all"]
    assert "import --from DAY --to DAY" in blocks["bharat-in (A5BHARATIN4IN@eu, Amazon.in, INR)"]
    for name in ("harbor-de (A3HARBOREU2DE@eu, Amazon.de, EUR)", "harbor-fr (A3HARBOREU2DE@eu, Amazon.fr, EUR)"):
        line = rf"^ {LEDGER} +28 2026-03-01\.\.2026-03-28 +2\n    not fetched: 2 failed"
        assert re.search(line, blocks[name], re.MULTILINE)
    assert "2 failed (2026-03-29 .. 2026-03-30, due since 2026-03-30 06:00 UTC): why" in told
    assert "Next try after 2026-04-01 09:30 UTC." in told
    assert "    not fetched: 1 missing (2026-03-03): gone. The next run asks for it.\n" in told
    assert "    and 1 more kinds; `tradewind plan --explain` tells of each.\n" in told
    assert told.endswith("2 slices missing.\n")
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
            outcome(7, "ready", "The document could not be downloaded."),
        ],
    )
    out = io.StringIO()
    assert tables.print_problems(Console(file=out, width=80), [result]) == 4, "what could not be had now is not here"
    assert out.getvalue().splitlines() == [
        f"  {LEDGER} harbor-us 2026-03-01 to 2026-03-03: failed: Amazon said no.",
        f"  {LEDGER} harbor-us 2026-03-04: refused: No role.",
        f"  {LEDGER} harbor-us 2026-03-07: ready: The document could not be downloaded.",
    ]


def test_a_plan_stands_by_feed_in_columns():
    def request(feed: str, first: date, waits: float | None, done: float | None) -> PlannedRequest:
        account, operations = "A3HARBOREU2DE@eu", ("createReport", "getReportDocument")
        return PlannedRequest(
            feed, account, first, date(2026, 3, 30), 30, "never asked", account, operations, waits, done
        )

    told = shown(
        plans.print_plan,
        [request(LEDGER, DAY, 0, 60), request(ORDERS, DAY, 720, 5400), request(LEDGER, DAY, None, None)],
        [
            BudgetUse("A3HARBOREU2DE@eu", "createReport", 3, 1.2, 0.0167, 107.8),
            BudgetUse("A1PA6795UKMFR9", "run", 3, None, None, None),
        ],
    )
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        f"{LEDGER}: 2 requests",
        f"{ORDERS}: 1 request",
        "Budgets: what it takes, what they hold now, when the last token is there",
        "3 requests would be made. What exists already is used instead.",
    ]
    assert "  each takes a token of createReport and of getReportDocument\n" in told
    assert "  A3HARBOREU2DE@eu  2026-03-01..2026-03-30   30 in 12 min in 1.5 h  never asked\n" in told
    assert "  A3HARBOREU2DE@eu     createReport                  3     1       60 in 2 min\n" in told
    assert "  A1PA6795UKMFR9       run                           3                unknown\n" in told
    assert all(len(line) <= 80 for line in told.splitlines())
    assert shown(plans.print_plan, [], []) == "Nothing is due.\n"


def test_a_plan_tells_what_part_of_its_budget_an_account_spends_through_the_day():
    told = shown(
        plans.print_rounds,
        [
            Rounds("A1HARBORNA1US@na", ("harbor-us",), 2, 1, "createReport", 0.0333),
            Rounds("A3HARBOREU2DE@eu", ("harbor-de", "harbor-fr"), 13, 2, "createReport", 0.108),
        ],
    )
    assert told.splitlines() == [
        "Through the day, at 20 past the hour (or `tradewind pull --today`):",
        "  account              requests   every  share",
        "  A1HARBORNA1US@na            2     1 h  3.3% of createReport, at most 20%",
        "  A3HARBOREU2DE@eu           13     2 h  10.8% of createReport, at most 20%",
    ]


def test_briefs_name_their_pages_in_lines_of_their_own_and_say_why_there_is_none():
    page = Path("/srv/a/folder/with/a/long/name/and/then/a/deep/one/.tradewind/briefs/harbor-us/2026-03-01.en.html")
    told = shown(
        tables.print_briefs,
        [
            BriefResult("bharat-in", None, "", "none", True, None, False, "There is no orders data of bharat-in."),
            BriefResult("harbor-us", DAY, "en", "llm", True, page, False),
            BriefResult("harbor-us", DAY, "zh", "template", True, page, False, "the budget is spent"),
            BriefResult("harbor-de", DAY, "en", "llm", True, page, False, None, 4000, 300, Decimal("0.0016"), 2),
            BriefResult("harbor-de", DAY, "zh", "template", True, page, True, "it was refused", 4000, 300),
        ],
    )
    assert told.splitlines()[1:] == [
        "Briefs",
        "  bharat-in daily: none. There is no orders data of bharat-in.",
        "  harbor-us daily 2026-03-01 en (by the model)",
        f"    {page}",
        "  harbor-us daily 2026-03-01 zh (by rules: the budget is spent)",
        f"    {page}",
        "  harbor-de daily 2026-03-01 en (by the model, 4,000 + 300 tokens, 0.0016 USD, version 2)",
        f"    {page}",
        "  harbor-de daily 2026-03-01 zh (by rules, 4,000 + 300 tokens: it was refused, as it was)",
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
