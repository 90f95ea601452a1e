"""Makes the page of a brief, one HTML document without external files.

The content is prepared here and laid out by `templates/`. Every figure is written by `render.figure` and has the id of
its fact. Text from outside is escaped by the template. Files of pages are written in `files.py`, the same text as
Markdown in `markdown.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.insights import dates, render
from pipelines.insights.claims.compose import Statement, to_do
from pipelines.insights.claims.schema import Refusal
from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.locales import locale
from pipelines.insights.measures.coverage import late
from pipelines.insights.model.calls import Spent
from pipelines.insights.pages import charts, money_charts, week_charts
from pipelines.insights.pages.markdown import is_open
from pipelines.insights.queries import sql_of
from pipelines.insights.versions import Changes

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.insights.briefs.kind import About, BriefKind, Series, Table, Tile

SPARK_DAYS = 28
SUPERSEDED_HERE = "<!-- superseded -->"  # The place in a page for the notice that there is a newer version.
CHANGES_LISTED = 4  # The most changed figures that are listed under one finding.
DRAWN = {**charts.DRAWN, **week_charts.DRAWN, **money_charts.DRAWN}
ROWS_AT_ONCE = 10  # A table's further rows are folded.


@dataclass(frozen=True)
class Page:
    """All that a page shows. model: who chose the claims (None: the rules). spent: what it cost. others: languages to
    link to. version: its number. earlier: pages of versions before it (number, when it was read, file name), the newest
    first. refused: what the model answered and is not told. kinds: the other kinds of briefs about the same, and the
    addresses of their pages. index: the address of the tenant's index."""

    brief: BriefKind
    about: About
    book: FactBook
    series: Series
    findings: Sequence[Statement]
    language: str
    model: str | None = None
    spent: Spent = field(default_factory=Spent)
    others: tuple[str, ...] = ()
    version: int = 1
    changes: Changes = field(default_factory=Changes)
    earlier: tuple[tuple[int, datetime, str], ...] = ()
    refused: Sequence[Refusal] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    index: str = ""


def page_html(page: Page, fingerprint: str = "") -> str:
    """The page as HTML text. fingerprint: written into the page; see `pages/files.py`."""
    words = locale(page.language)
    view = _View(page)
    facts = [view.fact_row(fact) for fact in page.book.facts]
    day_fact = page.book.get("day")
    content: dict[str, Any] = {
        "ui": words.UI,
        "lang": words.HTML_LANG,
        "fingerprint": fingerprint,
        "version": page.version,
        "superseded_here": SUPERSEDED_HERE,
        "changed": view.changed(),
        "earlier": [(name, words.UI["earlier_link"].format(moment=view.moment(at))) for _, at, name in page.earlier],
        "has_open": any(fact.open_days for fact in page.book.facts),
        "title": words.BRIEFS[page.brief.name],
        "name": page.about.name,
        "domain": " · ".join(dict.fromkeys(store.marketplace.domain for store in page.about.stores)),
        "zone": page.about.time_zone.replace("_", " "),
        "currency": page.book.currency,
        "day_fact": {**view.fig(day_fact), "text": dates.whole_period_text(page.book.period, page.language)}
        if day_fact
        else None,
        "day": dates.whole_period_text(page.book.period, page.language),
        "is_day": page.book.first is None,
        "days_note": words.UI["days_note_all" if page.about.is_tenant else "days_note"],
        "facts_hash": page.book.hash()[:12],
        "model": page.model,
        "cost": view.cost(),
        "others": [(f"{page.book.day.isoformat()}.{other}.html", locale(other)) for other in page.others],
        "kinds": [(href, words.BRIEFS[kind]) for kind, href in page.kinds],
        "index": page.index,
        "kpis": view.kpis(),
        "first": view.first(),
        "findings": [view.finding(finding) for finding in page.findings],
        "refused": view.refused(),
        "charts": view.charts(),
        "tables": view.tables(),
        "gaps": view.gaps(),
        "facts": facts,
        "queries": list({fact["query_id"]: view.query(fact) for fact in facts if fact["sql"]}.values()),
        "css": asset("brief.css"),
    }
    # what has been cited is known when all else is there
    return template("brief.html.j2").render(**content, tips=[fact for fact in facts if fact["id"] in view.cited])


class _View:
    """The parts of a page in the form that the template needs."""

    def __init__(self, page: Page) -> None:
        self.page, self.book, self.language = page, page.book, page.language
        self.words = locale(page.language)
        self.facts = page.book.by_id()
        self.year = page.book.day.year
        self.cited: set[str] = set()

    def fig(self, fact: Fact, *, magnitude: bool = False) -> dict[str, Any]:
        """A figure, its source, whether it is open (not final), and its value in the earlier version if it differs.

        It is then one that the page cites.
        """
        self.cited.add(fact.id)
        return self._figure(fact, magnitude=magnitude)

    def _figure(self, fact: Fact, *, magnitude: bool = False) -> dict[str, Any]:
        old = self.page.changes.was.get(fact.id)
        was = old and {"id": old.id, "text": render.figure(old, self.language, year=self.year)}
        return {
            "id": fact.id,
            "text": render.figure(fact, self.language, year=self.year, magnitude=magnitude),
            "source": self.source(fact),
            "open": bool(fact.open_days),
            "was": was,
        }

    def source(self, fact: Fact) -> str:
        period = dates.period_text(fact.period, self.language, year=self.year)
        not_final = f" · {self.words.UI['open']}" if fact.open_days else ""
        said = f"{self.words.FACTS[fact.name]} · {period} · {fact.source}{not_final}"
        return f"{said}\n{self.words.FORMULAS[fact.name].replace('`', '')}\n{fact.query}"

    def moment(self, at: datetime) -> str:
        """A moment as text, in the store's time zone."""
        return dates.moment_text(at, self.language, zone=self.page.about.time_zone)

    def cost(self) -> str:
        """A sentence about what the model cost; '' where none chose the claims."""
        spent, ui = self.page.spent, self.words.UI
        if self.page.model is None:
            return ""
        if not spent.tokens_in:
            return ui["model_kept"]
        price = ui["model_price"].format(usd=f"{spent.cost_usd:.4f}") if spent.cost_usd is not None else ui["no_price"]
        return ui["model_cost"].format(
            tokens_in=f"{spent.tokens_in:,}", tokens_out=f"{spent.tokens_out:,}", price=price
        )

    def changed(self) -> str:
        """A sentence about the time since which figures have changed; '' if none has."""
        changes = self.page.changes
        return self.words.UI["changed"].format(moment=self.moment(changes.since)) if changes.since else ""

    def kpis(self) -> list[dict[str, Any]]:
        return [self._tile(tile) for tile in self.page.brief.tiles]

    def _tile(self, tile: Tile) -> dict[str, Any]:
        fact, change = self.book.get(tile.fact), self.book.get(tile.change) if tile.change else None
        rows: list[dict[str, Any]] = []
        column = ""
        if tile.spark:
            rows, column = self.page.series.get(tile.spark[0], [])[-SPARK_DAYS:], tile.spark[1]
        marked = [bool(fact and fact.open_days) and bool(row.get("is_open")) for row in rows]
        spark, open_spark = charts.sparkline([row[column] for row in rows], is_open=marked)
        note = self.book.get(tile.note[0]) if fact and tile.note else None
        beside = self.book.get(tile.beside) if tile.beside else None
        return {
            "label": self.words.KPIS[tile.fact],
            "value": self.fig(fact) if fact else None,
            "changes": [self._change(each, tile.rise_is_good) for each in (change, beside) if each],
            "period": dates.period_text(fact.period, self.language, year=self.year) if fact and tile.dated else "",
            "note": {"words": self.words.UI[tile.note[1]], "figure": self.fig(note)} if note and tile.note else None,
            "spark": spark,
            "open_spark": open_spark,
        }

    def _change(self, change: Fact, rise_is_good: bool | None) -> dict[str, Any]:
        tone = "flat"
        if change.direction in ("up", "down") and rise_is_good is not None:
            tone = "good" if (change.direction == "up") == rise_is_good else "bad"
        against = self.words.UI[f"vs_{change.comparison.kind}"] if change.comparison else ""
        return {"figure": self.fig(change), "tone": tone, "against": against}

    def first(self) -> list[dict[str, Any]]:
        """What to do first: the titles of findings, and what they advise."""
        return [
            {
                "place": place,
                "severity": finding.severity,
                "title": self._text(finding.title, None),
                "todo": self._text(finding.todo, None),
            }
            for place, finding in to_do(self.page.findings)
        ]

    def finding(self, finding: Statement) -> dict[str, Any]:
        cited = [self.facts[fact] for fact in finding.facts]
        labelled: set[str] = set()
        return {
            "severity": finding.severity,
            "badge": self.words.UI[f"severity_{finding.severity}"],
            "title": self._text(finding.title, labelled),
            "text": self._text(finding.text, labelled),
            "remark": finding.remark,
            "stake": self._stake(finding),
            "open": is_open(finding, self.facts),
            "changes": [
                {"label": self.words.FACTS[fact.name], **self.fig(fact)}
                for fact in cited
                if fact.id in self.page.changes.was
            ][:CHANGES_LISTED],
        }

    def _stake(self, finding: Statement) -> dict[str, Any]:
        """What is at stake by a finding, where it does not say so itself: what that is called, and the amounts, with
        the names of their subjects if there are several. Empty if there is nothing."""
        facts = [self.facts[fact] for fact in finding.stake]
        if not facts:
            return {}
        names = [render.name_of(fact, self.language) if len(facts) > 1 else "" for fact in facts]
        figures = [{"figure": self.fig(fact), "name": name} for fact, name in zip(facts, names, strict=True)]
        colon, comma, _ = self.words.LIST
        return {"label": self.words.FACTS[facts[0].name] + colon, "figures": figures, "comma": comma}

    def _text(self, text: str, labelled: set[str] | None) -> list[dict[str, Any]]:
        """Pieces of a text; figures and periods with their source, names with their description. labelled: subjects
        that the finding has described already; None: none is described."""
        result: list[dict[str, Any]] = []
        for piece in render.pieces(text, self.facts, self.language, day=self.book.day, labelled=labelled):
            fact = self.facts.get(piece.fact or "")
            if fact is not None and piece.kind == "figure":
                self.cited.add(fact.id)
            tip = "" if fact is None else fact.subject.label if piece.kind in ("name", "label") else self.source(fact)
            result.append(
                {
                    "kind": piece.kind,
                    "text": piece.text,
                    "id": piece.fact,
                    "tip": tip,
                    "open": piece.kind == "figure" and fact is not None and bool(fact.open_days),
                    "was": piece.fact in self.page.changes.was,
                }
            )
        return result

    def refused(self) -> list[dict[str, str]]:
        """What a model answered and is not shown: which and why, in our words and none of its own."""
        ui, reasons = self.words.UI, self.words.REFUSALS
        return [
            {
                "which": ui["refused_answer"]
                if each.place is None
                else ui["refused_claim"].format(place=each.place + 1),
                "why": reasons.get(each.reason, reasons["not_the_form"]),
            }
            for each in self.page.refused
        ]

    def charts(self) -> list[dict[str, Any]]:
        drawings = [
            drawing
            for name in self.page.brief.charts
            for drawing in DRAWN[name](self.page.series.get(name, []), self.language)
        ]
        return [{"title": title, "note": note, "svg": svg} for title, note, svg in drawings]

    def tables(self) -> list[dict[str, Any]]:
        """The tables that have rows."""
        made = [self._table(table) for table in self.page.brief.tables]
        return [table for table in made if table["rows"]]

    def _table(self, table: Table) -> dict[str, Any]:
        """A table without the columns that no row has a figure for."""
        title, head, note = self.words.TABLES[table.name]
        rows = []
        leads = list(self.book.all(table.rows))
        columns = [name for name in table.columns if any(self._cell(name, lead.subject.key) for lead in leads)]
        for lead in leads:
            cells = [self._cell(name, lead.subject.key) for name in columns]
            figures = [
                {"figure": self.fig(fact), "tag": table.marks[fact.name](fact) if fact.name in table.marks else ""}
                if fact
                else None
                for fact in cells
            ]
            name = render.name_of(lead, self.language)
            rows.append({"name": name, "label": lead.subject.label, "cells": figures})
        heads = [self.words.COLUMNS.get(name) or self.words.FACTS[name] for name in columns]
        at_once = ROWS_AT_ONCE if table.is_folded else len(rows)
        return {"title": title, "head": head, "note": note, "heads": heads, "rows": rows, "at_once": at_once}

    def _cell(self, name: str, key: str) -> Fact | None:
        """The fact of that name about a row's subject, or about what another fact says belongs to it."""
        also = (other for fact in self.book.facts if fact.subject.key == key for other in fact.subject.also)
        return next((fact for each in (key, *also) if (fact := self.book.get(name, each))), None)

    def gaps(self) -> list[dict[str, Any]]:
        ui = self.words.UI
        rows = []
        for name, last_name, said in (
            ("gap_days", "gap_last_day", ui["gap"]),
            ("unavailable_days", "unavailable_last_day", ui["unavailable"]),
        ):
            for days in self.book.all(name):
                last = self.book.get(last_name, days.subject.key)
                rows.append(
                    {
                        "name": render.name_of(days, self.language),
                        "figures": [said, self.fig(days), *([ui["gap_last"], self.fig(last)] if last else [])],
                    }
                )
        for days in (fact for name in ("shop_gap_days", "shop_late_days") for fact in self.book.all(name)):
            rows.append({"name": render.name_of(days, self.language), "figures": [ui["gap"], self.fig(days)]})
        for days in self.book.all("shop_days_without_rate"):
            rows.append({"name": render.name_of(days, self.language), "figures": [ui["no_rate"], self.fig(days)]})
        for until in late(self.book):
            rows.append({"name": render.name_of(until, self.language), "figures": [ui["until"], self.fig(until)]})
        for share in self.book.all("incomplete_share"):
            rows.append({"name": ui["not_whole"], "figures": [ui["not_whole_units"], self.fig(share)]})
        return rows

    def fact_row(self, fact: Fact) -> dict[str, Any]:
        """All of a fact: what it is called, its formula (every other part is a column's name), source and query."""
        sql = sql_of(fact)
        return {
            **self._figure(fact),
            "label": self.words.FACTS[fact.name],
            "formula": self.words.FORMULAS[fact.name].split("`"),
            "period": dates.period_text(fact.period, self.language, year=self.year),
            "subject": "" if fact.subject.kind == "store" else render.name_of(fact, self.language),
            "table": fact.source,
            "query": fact.query,
            "sql": sql,
            "query_id": f"q-{fact.query.lower()}-{hashlib.sha256(sql.encode()).hexdigest()[:6]}",
        }

    def query(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The query of a fact's row, for the list of queries."""
        return {"id": row["query_id"], "name": row["query"], "sql": row["sql"]}


@cache
def template(name: str) -> Any:
    """A template of `templates/`, which escapes what it is given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipelines.insights.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def asset(name: str) -> str:
    """The text of a file in `templates/`."""
    return (resources.files("pipelines.insights.pages") / "templates" / name).read_text(encoding="utf-8")
