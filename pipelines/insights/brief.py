"""Writes briefs: from the marts to `insights.briefs` and one page for each kind, store, period and language.

A model or the rules choose claims, code words them (`claims/`). What was written is kept under (facts, prompt, model):
while these are the same, the stored brief stands; while nothing of what facts are read from has changed, they are not
even computed (`standing.py`). When they are not the same, a new version is written, and those before it stay
(`versions.py`, `pages/files.py`). A model's answers are kept too (`model/calls.py`): what it was asked before costs
nothing. What a kind of brief is made of is in `briefs/`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.accounts.plans import load_plans
from pipelines.errors import ConfigError
from pipelines.insights.locales import LANGUAGES as LANGUAGES
from pipelines.insights.locales import locale
from pipelines.insights.result import BriefResult as BriefResult
from pipelines.insights.result import no_brief, result_of, stored_claims
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import count, span
from pipelines.warehouse import counters

if TYPE_CHECKING:
    from pipelines.insights.analyst import Analysis, Analyst
    from pipelines.insights.briefs.kind import About, BriefKind, Series
    from pipelines.insights.facts import FactBook
    from pipelines.insights.marts import Marts
    from pipelines.insights.standing import State
    from pipelines.insights.versions import Changes
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Run:
    """What all briefs of a run share."""

    settings: Settings
    warehouse: Warehouse
    languages: Sequence[str]
    analyst: Analyst
    kinds: Sequence[BriefKind]
    state: State


def write_briefs(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    stores: Sequence[str] | None = None,
    day: date | None = None,
    languages: Sequence[str] = LANGUAGES,
    kinds: Sequence[str] | None = None,
    progress: Callable[[BriefResult], None] | None = None,
) -> list[BriefResult]:
    """Write the briefs of each store (default: all) of each kind (default: all) in each language, and the indexes.

    Briefs about all stores of a tenant are written for the tenants of these stores. day: marketplace day; each kind
    takes its last period that has ended by that day. Default: each store's last day with data that has ended by the
    business clock. progress: called with each result. Raises ConfigError for unknown stores, kinds and languages,
    WarehouseError if the marts are not built.
    """
    from pipelines.insights import standing
    from pipelines.insights.analyst import Analyst
    from pipelines.insights.briefs.catalogue import BRIEFS, brief_kind
    from pipelines.insights.model.calls import Calls
    from pipelines.insights.pages.index import write_index

    for language in languages:
        locale(language)
    unknown = sorted(set(stores or ()) - set(catalog.stores))
    if unknown:
        known = ", ".join(catalog.stores)
        raise ConfigError(f"There is no store {', '.join(unknown)} in stores.yaml; known are {known}.")
    wanted = [brief_kind(name) for name in kinds or BRIEFS]
    plans = load_plans(settings.stores_path)
    analyst = Analyst(settings, Calls(warehouse, lambda tenant: plans.of(tenant).model_usd_per_day))
    run = _Run(settings, warehouse, languages, analyst, wanted, standing.state(warehouse))
    results = []
    for about, brief in planned(catalog, stores or list(catalog.stores), wanted):
        with (
            counters.written(warehouse),
            bind(store=about.id, tenant=about.tenant.tenant_id),
            span(f"brief {brief.name}"),
        ):
            for result in _briefs(run, brief, about, day):
                results.append(result)
                writer = "stands" if result.reused else result.writer
                count(names.BRIEFS, {"tradewind.kind": result.kind, "tradewind.writer": writer})
                if progress:
                    progress(result)
    for tenant_id in dict.fromkeys(result.tenant_id for result in results if result.path):
        own = [store.store_id for store in catalog.stores.values() if store.tenant_id == tenant_id]
        today = settings.now().date()
        for language in languages:
            tenant = catalog.tenants[tenant_id]
            write_index(settings.home, warehouse, tenant, language, languages, stores=own, today=today)
    return results


def planned(catalog: Catalog, stores: Sequence[str], kinds: Sequence[BriefKind]) -> Iterator[tuple[About, BriefKind]]:
    """Which briefs there are to write: of each store its kinds, then those of their tenants."""
    from pipelines.insights.briefs.kind import About

    for store_id in stores:
        store = catalog.stores[store_id]
        for brief in kinds:
            if brief.about == "store":
                yield About(catalog.tenants[store.tenant_id], (store,)), brief
    for tenant_id in dict.fromkeys(catalog.stores[store_id].tenant_id for store_id in stores):
        own = tuple(store for store in catalog.stores.values() if store.tenant_id == tenant_id)
        for brief in kinds:
            if brief.about == "tenant":
                yield About(catalog.tenants[tenant_id], own, is_tenant=True), brief


def _briefs(run: _Run, brief: BriefKind, about: About, wanted: date | None) -> list[BriefResult]:
    from pipelines.insights.facts import FactBook
    from pipelines.insights.marts import read_marts
    from pipelines.insights.pages import files

    files.adopt_earlier(run.settings.home, about)
    yesterday = about.yesterday(run.settings.now())
    with read_marts(run.warehouse, about.id, about.time_zone, about.tenant.tenant_id) as marts:
        last = _last_day(marts, about, min(wanted or yesterday, yesterday))
        first, day = brief.period(wanted or last or yesterday)
        reason = _why_none(about, day if wanted else None, yesterday, last)
        if last is None or reason:
            log.info("no %s brief: %s", brief.name, reason)
            return [no_brief(brief, about, wanted, reason)]
        planned_days = {each.name: each.period(wanted or last)[1] for each in run.kinds if each.about == brief.about}
        inputs = {language: _inputs(run, brief, about, language, planned_days) for language in run.languages}
        if standing := _all_stand(run, brief, about, (first, day), inputs):
            return standing
        book = FactBook(about.id, day, about.currency, first=None if first == day else first)
        series = brief.collect(marts, book, about)
    if not book.facts:
        reason = (
            f"There is nothing to tell of {about.name} from {first} to {day}: no data of these days is in the marts."
        )
        log.info("no %s brief: %s", brief.name, reason)
        return [no_brief(brief, about, day, reason)]
    return [
        _brief(run, brief, about, book, series, language, planned_days, inputs[language]) for language in run.languages
    ]


def _inputs(run: _Run, brief: BriefKind, about: About, language: str, planned_days: Mapping[str, date]) -> str | None:
    """A hash of all that a brief and its page follow from; None where it is not known."""
    from pipelines.insights.pages import files

    analyst = run.analyst
    return run.state.hash(
        about,
        (brief.name, language, tuple(run.languages)),
        (_signature(brief, language, analyst, analyst.model), analyst.model, run.settings.llm_context_tokens),
        files.siblings(run.settings.home, about, language, planned_days, brief.name),
    )


def _all_stand(
    run: _Run, brief: BriefKind, about: About, period: tuple[date, date], inputs: Mapping[str, str | None]
) -> list[BriefResult]:
    """The stored briefs of all languages, where none can be another one now and their pages are there; else none."""
    from pipelines.insights import standing, versions
    from pipelines.insights.pages import files

    first, day = period
    known = standing.known(run.warehouse, about.id, brief.name)
    results = []
    for language in run.languages:
        path = files.page_path(run.settings.home, about, brief.name, day, language)
        record = None
        if inputs[language] and known.get((language, first, day)) == inputs[language] and path.is_file():
            record = versions.newest(run.warehouse, _key(brief, about, period, language))
        if record is None:
            return []
        results.append(result_of(brief, about, period, language, record, path, reused=True))
    return results


def _key(brief: BriefKind, about: About, period: tuple[date, date], language: str) -> dict[str, Any]:
    return {
        "tenant_id": about.tenant.tenant_id,
        "store_id": about.id,
        "first": period[0],
        "day": period[1],
        "kind": brief.name,
        "language": language,
    }


def _last_day(marts: Marts, about: About, until: date) -> date | None:
    """The last day up to `until` with orders data; of several stores the last one that any of them has."""
    from pipelines.insights.marts import last_day

    days = (last_day(marts, until, store.store_id) for store in about.stores)
    return max((day for day in days if day), default=None)


def _why_none(about: About, wanted: date | None, yesterday: date, last: date | None) -> str | None:
    """Why there can be no brief: the day has not ended or has no orders data. None if there can be one."""
    if wanted and wanted > yesterday:
        return f"{wanted} has not ended in {about.time_zone}; the last day that has is {yesterday}."
    if last is None:
        cure = "pull or import some, then build the marts"
        return f"There is no orders data of {about.name} up to {wanted or yesterday}; {cure}."
    if wanted and last < wanted:
        return f"There is no orders data of {about.name} on {wanted}; the last day before it that has some is {last}."
    return None


def _brief(
    run: _Run,
    brief: BriefKind,
    about: About,
    book: FactBook,
    series: Series,
    language: str,
    planned_days: Mapping[str, date],
    inputs: str | None,
) -> BriefResult:
    from pipelines.insights import standing, versions
    from pipelines.insights.analyst import Analysis
    from pipelines.insights.model.calls import Spent
    from pipelines.insights.pages import files
    from pipelines.insights.pages.page import Page

    warehouse, analyst = run.warehouse, run.analyst
    key = _key(brief, about, book.period, language)
    stored = versions.newest(warehouse, key)
    reused = stored is not None and _stands(stored, brief, book, language, analyst)
    analysis = Analysis(None)
    if stored is None or not reused:
        analysis = analyst.analyse(brief, book, language, about.tenant)
        earlier = versions.earlier(warehouse, key, before=None)
        changes = versions.changes(book.facts, book.hash(), earlier)
        record = _compose(brief, book, language, about, analyst, analysis, changes)
        # a model that could not be asked, time and again, makes no new versions
        reused = stored is not None and _is_same(stored, record)
        if not reused:
            record["version"] = versions.keep(warehouse, key, {**record, "read_at": run.settings.now()})
    if stored is not None and reused:
        record = stored
        earlier = versions.earlier(warehouse, key, before=stored["version"])
        changes = versions.changes(book.facts, book.hash(), earlier)
    statements, refused = stored_claims(record["claims"])
    path = files.page_path(run.settings.home, about, brief.name, book.day, language)
    files.write_page(
        path,
        Page(
            brief=brief,
            about=about,
            book=book,
            series=series,
            findings=statements,
            refused=refused,
            language=language,
            model=record["model"] if record["writer"] == "llm" else None,
            spent=Spent(record["tokens_in"], record["tokens_out"], record["cost_usd"]),
            others=tuple(other for other in run.languages if other != language),
            version=record["version"],
            changes=changes,
            kinds=files.siblings(run.settings.home, about, language, planned_days, brief.name),
            index=f"../../index.{language}.html",
        ),
        earlier,
    )
    # one that a model failed to write is written again: nothing is kept that says it stands
    claims = getattr(record["claims"], "obj", record["claims"])
    if inputs and _stands({**record, "claims": claims}, brief, book, language, analyst):
        standing.keep(warehouse, key, inputs)
    return result_of(brief, about, book.period, language, record, path, reused=reused, analysis=analysis)


def _stands(stored: dict[str, Any], brief: BriefKind, book: FactBook, language: str, analyst: Analyst) -> bool:
    """Whether the stored brief is what would be written now: same facts, and same prompt and model (or same rules)."""
    if stored["facts_hash"] != book.hash() or any(
        "kind" not in each and "refused" not in each for each in stored["claims"]
    ):
        return False  # of other facts, or from before there were kinds of claims
    if analyst.model is None and stored["writer"] == "llm":
        return True  # no model can be asked now; what one chose of the same facts is kept
    return (stored["prompt_version"], stored["model"]) == _signature(brief, language, analyst, analyst.model)


def _is_same(stored: dict[str, Any], record: dict[str, Any]) -> bool:
    """Whether what was written now is what is stored: the same statements of the same facts by the same writer."""
    return stored["claims"] == json.loads(json.dumps(record["claims"].obj)) and all(
        stored[name] == record[name] for name in ("writer", "model", "prompt_version", "facts_hash")
    )


def _signature(brief: BriefKind, language: str, analyst: Analyst, model: str | None) -> tuple[str, str | None]:
    from pipelines.insights.model.prompting import prompt_version
    from pipelines.insights.writer import WRITER_VERSION

    return (WRITER_VERSION, None) if model is None else (prompt_version(brief, analyst.own_words(language)), model)


def _compose(
    brief: BriefKind,
    book: FactBook,
    language: str,
    about: About,
    analyst: Analyst,
    analysis: Analysis,
    changes: Changes,
) -> dict[str, Any]:
    """The claims of the model, or those of the rules, in words: the record to store."""
    from psycopg.types.json import Jsonb

    from pipelines.insights import writer
    from pipelines.insights.claims import compose
    from pipelines.insights.claims.judge import with_needed
    from pipelines.insights.pages.markdown import markdown

    by_rules, defects = writer.write(brief, book)
    by_model = analysis.shown is not None
    shown = by_rules if analysis.shown is None else with_needed(analysis.shown, by_rules, brief.always_told, book)
    statements = compose.compose(shown, book, language)
    # a defect of the rules or the frames: it is reported, and the statement is not shown
    unheld = compose.unholdable(statements, book, language)
    for refusal in (*defects, *unheld):
        log.error(
            "brief %s %s %s %s is not grounded: %s", brief.name, book.store_id, book.day, language, refusal.told()
        )
    statements = [each for place, each in enumerate(statements) if place not in {one.place for one in unheld}]
    refused = [*analysis.refused, *unheld]
    # a brief that the model failed to write is kept only if asking again would fail the same way
    prompt_version, model = _signature(brief, language, analyst, analyst.model if by_model or analysis.final else None)
    return {
        "writer": "llm" if by_model else "template",
        "model": model,
        "prompt_version": prompt_version,
        "facts_hash": book.hash(),
        "facts": Jsonb(book.as_json()),
        "body_markdown": markdown(brief, about, book, statements, language, changes),
        "claims": Jsonb([each.as_json() for each in statements] + [each.as_json() for each in refused]),
        "grounded": not (defects or unheld),
        "tokens_in": analysis.tokens_in,
        "tokens_out": analysis.tokens_out,
        "cost_usd": analysis.cost_usd,
    }
