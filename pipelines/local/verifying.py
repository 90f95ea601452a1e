"""`tradewind verify`: what does not add up, a line each, or one line when all does. The work is in pipelines/verify."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from pipelines.verify.findings import Report

_DAY = ["%Y-%m-%d"]


def verify(
    feed: Annotated[
        list[str] | None, typer.Option("--feed", metavar="FEED", help="Only this feed (may be given several times).")
    ] = None,
    store: Annotated[
        list[str] | None, typer.Option("--store", metavar="STORE", help="Only this store (may be given several times).")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, metavar="DAY", help="Read again only documents that were loaded since (UTC)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare documents, raw rows, staging and marts; name what does not add up, and where it went."""
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.local.progress import Parts, say
    from pipelines.verify.audit import audit

    console, errors = Console(), Console(stderr=True)
    settings = open_settings(None)
    warehouse, catalog = opened(settings)
    with Parts(errors, transient=True) as parts:
        report = audit(
            settings,
            warehouse,
            catalog,
            feeds=feed,
            stores=store,
            since=since.replace(tzinfo=UTC) if since else None,
            progress=parts.show,
        )
    if as_json:
        console.print_json(_as_json(report))
    else:
        for finding in report.findings:
            say(console, finding.text)
        say(console, report.summary)
    if not report.ok:
        raise typer.Exit(1)


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "ok": report.ok,
            "loads": report.loads,
            "rows": report.rows,
            "findings": [{**asdict(each), "text": each.text} for each in report.findings],
            "left_out_by_rights": dict(report.differences),
            "not_looked_at": report.skipped,
        }
    )
