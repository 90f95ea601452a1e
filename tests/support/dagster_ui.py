"""What tests do and look up in Dagster's UI: by clicks what a user clicks, by its GraphQL what he only sees.

Places are found by roles and by the words that the UI shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.compose import Stack

_BACKFILLS = """{ partitionBackfillsOrError { ... on PartitionBackfills { results { id status
    assetSelection { path } tags { key value }
    runs { id status startTime endTime tags { key value } } } } } }"""
_RUNS = "{ runsOrError(limit: 10) { ... on Runs { results { id status parentRunId } } } }"
_DAYS = """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    partitionKeys partitionStats { numMaterialized numFailed }
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } }"""
_CHECKS = """query ($key: AssetKeyInput!) { assetCheckExecutions(assetKey: $key, checkName: "coverage", limit: 10) {
    runId status evaluation { success } } }"""
_BACKFILL_ENDED = ("COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED")
_RUN_ENDED = ("SUCCESS", "FAILURE", "CANCELED")


def backfills(stack: Stack, asset: Sequence[str]) -> list[Any]:
    """The backfills of an asset, the newest first."""
    found = stack.query(_BACKFILLS)["partitionBackfillsOrError"]["results"]
    return [each for each in found if {"path": list(asset)} in (each["assetSelection"] or [])]


def finished_backfill(stack: Stack, asset: Sequence[str], after: str | None = None) -> Any:
    """The newest backfill of an asset when it has ended; None before, and while it is the one with the id `after`."""
    found = backfills(stack, asset)
    return found[0] if found and found[0]["status"] in _BACKFILL_ENDED and found[0]["id"] != after else None


def partitions(stack: Stack, asset: Sequence[str]) -> Any:
    """The days of an asset: their keys, how many are materialized and failed, and the ranges that are painted."""
    return stack.query(_DAYS, key={"path": list(asset)})["assetNodeOrError"]


def painted(stack: Stack, asset: Sequence[str], days: Sequence[str]) -> dict[str, str]:
    """MATERIALIZED or FAILED of each of these days that is painted at all."""
    ranges = partitions(stack, asset)["assetPartitionStatuses"]["ranges"]
    return {day: each["status"] for day in days for each in ranges if each["startKey"] <= day <= each["endKey"]}


def coverage_checks(stack: Stack, asset: Sequence[str]) -> list[Any]:
    """What the check `coverage` has said, the newest first."""
    return list(stack.query(_CHECKS, key={"path": list(asset)})["assetCheckExecutions"])


def finished_again(stack: Stack, run_id: str) -> Any:
    """The run by which somebody has executed this one again, when it has ended."""
    runs = stack.query(_RUNS)["runsOrError"]["results"]
    return next((each for each in runs if each["parentRunId"] == run_id and each["status"] in _RUN_ENDED), None)


def launch_backfill(stack: Stack, page: Page, asset: Sequence[str], days: Sequence[str]) -> None:
    """Choose the days of an asset in the dialog and launch."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{stack.url}/assets/{'/'.join(asset)}")
    page.get_by_role("button", name="Materialize").first.click()
    dialog = page.get_by_role("dialog")
    chosen = dialog.locator("input[type=text]").first
    chosen.fill(f"[{days[0]}...{days[-1]}]")
    chosen.press("Enter")
    expect(dialog.get_by_text(f"{len(days)} partitions", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Launch backfill").click()
    expect(dialog).not_to_be_visible()


def backfill_menu(stack: Stack, page: Page, backfill_id: str, item: str) -> None:
    """Choose something from the menu of a backfill's page, where its button has no name."""
    page.goto(f"{stack.url}/runs/b/{backfill_id}")
    page.locator('button:has([aria-label="expand_more"])').last.click()
    menu_item(page, item).click()


def terminate(stack: Stack, page: Page, run_id: str) -> None:
    """Cancel a run on its page, as Dagster does by default: the run hears of it and ends by itself."""
    page.goto(f"{stack.url}/runs/{run_id}")
    button(page, "Terminate").click()
    page.get_by_role("dialog").get_by_role("button", name="Terminate 1 run").click()


def execute_again(stack: Stack, page: Page, run_id: str, item: str | None = None) -> None:
    """Execute a run of a backfill again on its page: all of it, or what an item of the menu beside that button says."""
    page.goto(f"{stack.url}/runs/{run_id}")
    every = button(page, r"Re-execute all \(\*\)")
    if item is None:
        every.click()
    else:
        every.locator("xpath=following::button[1]").click()
        menu_item(page, item).click()
    button(page.get_by_role("dialog"), "Confirm").click()


def open_check(stack: Stack, page: Page, asset: Sequence[str]) -> Locator:
    """The page of the check `coverage`; its button *Execute*."""
    page.goto(f"{stack.url}/assets/{'/'.join(asset)}?view=checks&checkDetail=coverage")
    return button(page, "Execute")


def button(page: Page | Locator, label: str) -> Locator:
    """The button with just this text, a pattern. Names will not do: those of icons belong to them."""
    return page.get_by_role("button").filter(has_text=re.compile(f"^{label}$"))


def menu_item(page: Page, text: str) -> Locator:
    """The item of the open menu with just this text."""
    return page.get_by_role("menuitem").filter(has_text=re.compile(f"^{text}$"))
