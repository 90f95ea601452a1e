"""Writes briefs: from the marts to `insights.briefs` and one page for each store, day and language.

A stored brief is used again if its facts, prompt and model are the same as now; then no money is spent. Otherwise a new
version is written, and the earlier ones are kept (`versions.py`, `pages.py`). How figures are computed, worded, checked
and drawn is in the other modules of this folder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigError
from pipelines.insights.grounding import Finding, check, claims
from pipelines.insights.locales import LANGUAGES as LANGUAGES
from pipelines.insights.locales import locale

if TYPE_CHECKING:
    from pipelines.insights.analyst import Analyst
    from pipelines.insights.facts import FactBook
    from pipelines.insights.measures.collect import Series
    from pipelines.insights.versions import Changes
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Store
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

KIND = "daily"


@dataclass(frozen=True, slots=True)
class BriefResult:
    """The result for one brief.

    writer: 'llm', 'template', or 'none' if there is no brief; `reason` then says why, and language is ''. grounded: all
    sentences are supported by facts. reused: the stored brief was used again. reason: also why the model did not write
    it. cost_usd: None if unknown. version: of the brief, from 1; 0 if there is none.
    """

    store_id: str
    day: date | None
    language: str
    writer: str
    grounded: bool
    path: Path | None
    reused: bool
    reason: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal | None = None
    version: int = 0


def write_briefs(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    stores: Sequence[str] | None = None,
    day: date | None = None,
    languages: Sequence[str] = LANGUAGES,
    progress: Callable[[BriefResult], None] | None = None,
) -> list[BriefResult]:
    """Write the daily brief of each store (default: all) in each language.

    day: marketplace day; default: each store's last day with data that has ended by the business clock. progress:
    called with each result. Raises ConfigError for unknown stores and languages, WarehouseError if the marts are not
    built.
    """
    from pipelines.insights.analyst import Analyst

    for language in languages:
        locale(language)
    unknown = sorted(set(stores or ()) - set(catalog.stores))
    if unknown:
        known = ", ".join(catalog.stores)
        raise ConfigError(f"There is no store {', '.join(unknown)} in stores.yaml; known are {known}.")
    analyst = Analyst(settings)
    results = []
    for store_id in stores or list(catalog.stores):
        for result in _store_briefs(settings, warehouse, catalog.stores[store_id], day, languages, analyst):
            results.append(result)
            if progress:
                progress(result)
    return results


def _store_briefs(
    settings: Settings,
    warehouse: Warehouse,
    store: Store,
    wanted: date | None,
    languages: Sequence[str],
    analyst: Analyst,
) -> list[BriefResult]:
    from pipelines.insights.marts import read_marts
    from pipelines.insights.measures.collect import collect, last_day

    yesterday = settings.now().astimezone(store.zone).date() - timedelta(days=1)
    with read_marts(warehouse, store.store_id, store.time_zone) as marts:
        day = last_day(marts, min(wanted or yesterday, yesterday))
        reason = _why_none(store, wanted, yesterday, day)
        if day is None or reason:
            log.info("no brief: %s", reason)
            return [BriefResult(store.store_id, wanted, "", "none", True, None, False, reason)]
        book, series = collect(marts, day, store.currency, store.tracked)
    return [_brief(settings, warehouse, store, book, series, language, languages, analyst) for language in languages]


def _why_none(store: Store, wanted: date | None, yesterday: date, last: date | None) -> str | None:
    """Why there can be no brief: the day has not ended or has no orders data. None if there can be one."""
    if wanted and wanted > yesterday:
        return f"{wanted} has not ended in {store.time_zone}; the last day that has is {yesterday}."
    if last is None:
        cure = "pull or import some, then build the marts"
        return f"There is no orders data of {store.store_id} up to {wanted or yesterday}; {cure}."
    if wanted and last != wanted:
        return (
            f"There is no orders data of {store.store_id} on {wanted}; the last day before it that has some is {last}."
        )
    return None


def _brief(
    settings: Settings,
    warehouse: Warehouse,
    store: Store,
    book: FactBook,
    series: Series,
    language: str,
    languages: Sequence[str],
    analyst: Analyst,
) -> BriefResult:
    from pipelines.insights import html, pages, versions

    key = {
        "tenant_id": store.tenant_id,
        "store_id": store.store_id,
        "day": book.day,
        "kind": KIND,
        "language": language,
    }
    stored = versions.newest(warehouse, key)
    reused = stored is not None and _stands(stored, book, language, analyst)
    earlier = versions.earlier(warehouse, key, before=stored["version"] if stored and reused else None)
    changes = versions.changes(book.facts, book.hash(), earlier)
    if stored is not None and reused:
        findings = _findings_of(stored["claims"], language)
        record: dict[str, Any] = stored
        reason = None
    else:
        findings, record, reason = _compose(book, language, store, analyst, changes)
        record["version"] = versions.keep(warehouse, key, {**record, "read_at": settings.now()})
    path = pages.page_path(settings.home, store.store_id, book.day, language)
    pages.write_page(
        path,
        html.Page(
            store=store,
            book=book,
            series=series,
            findings=findings,
            language=language,
            model=record["model"] if record["writer"] == "llm" else None,
            others=tuple(other for other in languages if other != language),
            version=record["version"],
            changes=changes,
        ),
        earlier,
    )
    spent = {} if reused else {name: record[name] for name in ("tokens_in", "tokens_out", "cost_usd")}
    return BriefResult(
        store.store_id,
        book.day,
        language,
        record["writer"],
        record["grounded"],
        path,
        reused,
        reason,
        version=record["version"],
        **spent,
    )


def _stands(stored: dict[str, Any], book: FactBook, language: str, analyst: Analyst) -> bool:
    """Whether the stored brief has the facts, and the prompt and model (or the writer's rules), of now."""
    if stored["facts_hash"] != book.hash():
        return False
    if analyst.model is None and stored["writer"] == "llm":
        return True  # No model can be asked now, so what a model wrote about the same facts is kept.
    return (stored["prompt_version"], stored["model"]) == _signature(language, analyst.model)


def _signature(language: str, model: str | None) -> tuple[str, str | None]:
    from pipelines.insights.analyst import prompt_version
    from pipelines.insights.writer import WRITER_VERSION

    return (WRITER_VERSION, None) if model is None else (prompt_version(language), model)


def _compose(
    book: FactBook, language: str, store: Store, analyst: Analyst, changes: Changes
) -> tuple[list[Finding], dict[str, Any], str | None]:
    """Write findings by the model or by rules. Returns them, the record to store, and why the model did not write."""
    from psycopg.types.json import Jsonb

    from pipelines.insights import html, writer
    from pipelines.insights.analyst import Analysis

    facts = book.by_id()
    asked = analyst.model is not None
    analysis = analyst.analyse(book, language, store.tenant_id) if asked else Analysis(None, "no model is set")
    findings = analysis.findings
    by_model = findings is not None
    if findings is None:
        findings = writer.write(book, language)
    # If the model could not write, the record names the model only if asking it again would fail the same way.
    prompt_version, model = _signature(language, analyst.model if by_model or analysis.final else None)
    refusals = check(findings, facts, language, year=book.day.year)
    for refusal in refusals:  # The writer's rules have a defect. It is logged, and the finding is not shown.
        log.error("brief %s %s %s is not grounded: %s", book.store_id, book.day, language, refusal.reason)
    refused = {refusal.finding for refusal in refusals}
    findings = [finding for number, finding in enumerate(findings) if number not in refused]
    return (
        findings,
        {
            "writer": "llm" if by_model else "template",
            "model": model,
            "prompt_version": prompt_version,
            "facts_hash": book.hash(),
            "facts": Jsonb(book.as_json()),
            "body_markdown": html.markdown(book, findings, language, changes, zone=store.time_zone),
            "claims": Jsonb(claims(findings, facts)),
            "grounded": not refusals,
            "tokens_in": analysis.tokens_in,
            "tokens_out": analysis.tokens_out,
            "cost_usd": analysis.cost_usd,
        },
        analysis.reason,
    )


def _findings_of(stored: list[dict[str, Any]], language: str) -> list[Finding]:
    """The findings of a stored brief, from its claims."""
    result: dict[int, dict[str, list[Any]]] = {}
    for claim in stored:
        finding = result.setdefault(claim["finding"], {"title": [], "text": [], "facts": [], "severity": []})
        finding[claim["part"]].append(claim["text"])
        finding["facts"] += claim["facts"]
        finding["severity"].append(claim["severity"])
    space = "" if language == "zh" else " "
    return [
        Finding(space.join(f["title"]), space.join(f["text"]), tuple(dict.fromkeys(f["facts"])), f["severity"][0])
        for _, f in sorted(result.items())
    ]
