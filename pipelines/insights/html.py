"""Makes the page of a brief, one HTML document without external files, and the same text as Markdown.

The content is prepared here and laid out by `templates/`. Every figure is written by `render.figure` and has the id of
its fact. Text from outside is escaped by the template. Files of pages are written in `pages.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.insights import charts, render
from pipelines.insights.claims.compose import Statement
from pipelines.insights.claims.schema import Refusal
from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.locales import locale
from pipelines.insights.versions import Changes

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.insights.measures.collect import Series
    from pipelines.stores import Store

SPARK_DAYS = 28
SUPERSEDED_HERE = "<!-- superseded -->"  # The place in a page for the notice that there is a newer version.
# A tile's fact, the fact with its change, and whether a rise is good news (None: neither good nor bad).
KPIS: tuple[tuple[str, str, bool | None], ...] = (
    ("sales_day", "sales_vs_weekday", True),
    ("orders_day", "orders_vs_weekday", True),
    ("units_day", "units_vs_weekday", True),
    ("sessions_day", "sessions_vs_weekday", True),
    ("conversion_day", "conversion_vs_weekday", True),
    ("ad_spend_7d", "ad_spend_vs_previous_7d", None),
    ("acos_7d", "acos_vs_previous_7d", False),
    ("settlement_amount", "", None),
)
# A tile's fact -> the fact that says how much of it is not final, and the key of the words for it.
OPEN_NOTES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("sales_day", "orders_day", "units_day"), ("pending_units_day", "pending")),
    **dict.fromkeys(("sessions_day", "conversion_day"), ("traffic_final_on", "open_until")),
    **dict.fromkeys(("ad_spend_7d", "acos_7d"), ("ads_open_days", "open_days")),
}
CHANGES_LISTED = 4  # The most changed figures that are listed under one finding.


@dataclass(frozen=True)
class Page:
    """All that a page shows. model: who chose the claims (None: the rules). others: languages to link to. version: its
    number. earlier: pages of versions before it (number, when it was read, file name), the newest first. refused: what
    the model answered and is not told."""

    store: Store
    book: FactBook
    series: Series
    findings: Sequence[Statement]
    language: str
    model: str | None = None
    others: tuple[str, ...] = ()
    version: int = 1
    changes: Changes = field(default_factory=Changes)
    earlier: tuple[tuple[int, datetime, str], ...] = ()
    refused: Sequence[Refusal] = ()


def page_html(page: Page, fingerprint: str = "") -> str:
    """The page as HTML text. fingerprint: written into the page; see `pages.py`."""
    words = locale(page.language)
    view = _View(page)
    return _template().render(
        ui=words.UI,
        lang=words.HTML_LANG,
        fingerprint=fingerprint,
        version=page.version,
        superseded_here=SUPERSEDED_HERE,
        changed=view.changed(),
        earlier=[(name, words.UI["earlier_link"].format(moment=view.moment(at))) for _, at, name in page.earlier],
        has_open=any(fact.open_days for fact in page.book.facts),
        store_id=page.store.store_id,
        domain=page.store.marketplace.domain,
        zone=page.store.time_zone.replace("_", " "),
        currency=page.book.currency,
        day_fact=page.book.get("day"),
        day=render.full_day_text(page.book.day, page.language),
        facts_hash=page.book.hash()[:12],
        model=page.model,
        others=[(other, f"{page.book.day.isoformat()}.{other}.html", locale(other)) for other in page.others],
        kpis=view.kpis(),
        findings=[view.finding(finding) for finding in page.findings],
        refused=view.refused(),
        charts=view.charts(),
        stock=view.stock_table(),
        moves=view.moves(),
        gaps=view.gaps(),
        facts=[view.fact_row(fact) for fact in page.book.facts],
        css=asset("brief.css"),
        fig=view.fig,
    )


def markdown(book: FactBook, findings: Sequence[Statement], language: str, changes: Changes, *, zone: str) -> str:
    """The brief as Markdown, for mails and chats; names stand in code quotes, so that they cannot be markup.

    zone: IANA name of the time zone for the time of the earlier version.
    """
    words = locale(language)
    facts, year = book.by_id(), book.day.year
    lines = [
        f"# {words.UI['for_store'].format(store=book.store_id)}",
        "",
        render.full_day_text(book.day, language),
        "",
    ]
    for finding in findings:
        title, text = (render.pieces(part, facts, language, day=book.day) for part in (finding.title, finding.text))
        not_final = f" _({words.UI['open']})_" if _is_open(finding, facts) else ""
        own = f" _{words.UI['own_words']} {finding.remark}_" if finding.remark else ""
        lines.append(f"- **{_joined(title)}** {_joined(text)}{not_final}{own}")
    # what findings cite, and the figures of the day that each page shows whether a finding cites them or not
    shown = [fact for finding in findings for fact in finding.facts]
    shown += [fact.id for name, *_ in KPIS if (fact := book.get(name)) is not None]
    cited = dict.fromkeys(fact for fact in shown if fact in changes.was)
    if cited and changes.since:
        moment = render.moment_text(changes.since, language, zone=zone)
        lines += ["", f"## {words.UI['changed'].format(moment=moment)}", ""]
    for number in cited:
        new, old = facts[number], changes.was[number]
        of = "" if new.subject.kind == "store" else f" `{render.name_of(new, language).replace('`', chr(39))}`"
        figures = [render.figure(fact, language, year=year) for fact in (new, old)]
        lines.append(f"- {words.FACTS[new.name]}{of}: {figures[0]} ({words.UI['was']} {figures[1]})")
    return "\n".join(lines) + "\n"


def _is_open(finding: Statement, facts: dict[str, Fact]) -> bool:
    """Whether it rests on a figure that is not final."""
    return any(facts[fact].open_days for fact in finding.facts)


def _joined(pieces: Iterable[render.Piece]) -> str:
    return "".join(_quoted(piece) for piece in pieces)


def _quoted(piece: render.Piece) -> str:
    return f"`{piece.text.replace('`', chr(39))}`" if piece.kind == "name" else piece.text


class _View:
    """The parts of a page in the form that the template needs."""

    def __init__(self, page: Page) -> None:
        self.page, self.book, self.language = page, page.book, page.language
        self.words = locale(page.language)
        self.facts = page.book.by_id()
        self.year = page.book.day.year

    def fig(self, fact: Fact, *, magnitude: bool = False) -> dict[str, Any]:
        """A figure, its source, whether it is open (not final), and its value in the earlier version if it differs."""
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
        period = render.period_text(fact.period, self.language, year=self.year)
        not_final = f" · {self.words.UI['open']}" if fact.open_days else ""
        return f"{self.words.FACTS[fact.name]} · {period} · {fact.source}{not_final}"

    def moment(self, at: datetime) -> str:
        """A moment as text, in the store's time zone."""
        return render.moment_text(at, self.language, zone=self.page.store.time_zone)

    def changed(self) -> str:
        """A sentence about the time since which figures have changed; '' if none has."""
        changes = self.page.changes
        return self.words.UI["changed"].format(moment=self.moment(changes.since)) if changes.since else ""

    def kpis(self) -> list[dict[str, Any]]:
        tiles = []
        series = self.page.series
        sparks = {
            "sales_day": (series.sales, "sales"),
            "units_day": (series.sales, "units"),
            "sessions_day": (series.sales, "sessions"),
            "ad_spend_7d": (series.ads, "cost"),
            "acos_7d": (series.ads, "acos"),
        }
        for name, change_name, rise_is_good in KPIS:
            fact, change = self.book.get(name), self.book.get(change_name) if change_name else None
            rows, column = sparks.get(name, ([], ""))
            rows = rows[-SPARK_DAYS:]
            marked = [name in ("sessions_day", "ad_spend_7d", "acos_7d") and row["is_open"] for row in rows]
            spark, open_spark = charts.sparkline([row[column] for row in rows], is_open=marked)
            note_name, note_words = OPEN_NOTES.get(name, ("", ""))
            note = self.book.get(note_name) if note_name else None
            tone = "flat"
            if change and change.direction in ("up", "down") and rise_is_good is not None:
                tone = "good" if (change.direction == "up") == rise_is_good else "bad"
            tiles.append(
                {
                    "label": self.words.KPIS[name],
                    "value": self.fig(fact) if fact else None,
                    "change": self.fig(change) if change else None,
                    "tone": tone,
                    "against": self.words.UI["vs_weekday" if "weekday" in change_name else "vs_previous_7d"],
                    "note": {"words": self.words.UI[note_words], "figure": self.fig(note)} if fact and note else None,
                    "spark": spark,
                    "open_spark": open_spark,
                }
            )
        return tiles

    def finding(self, finding: Statement) -> dict[str, Any]:
        cited = [self.facts[fact] for fact in finding.facts]
        subjects = {fact.subject.key: fact.subject.label for fact in cited if fact.subject.label}
        return {
            "severity": finding.severity,
            "badge": self.words.UI[f"severity_{finding.severity}"],
            "title": self._text(finding.title),
            "text": self._text(finding.text),
            "remark": finding.remark,
            "subjects": list(subjects.items())[:4],
            "open": _is_open(finding, self.facts),
            "changes": [
                {"label": self.words.FACTS[fact.name], **self.fig(fact)}
                for fact in cited
                if fact.id in self.page.changes.was
            ][:CHANGES_LISTED],
        }

    def _text(self, text: str) -> list[dict[str, Any]]:
        """Pieces of a text; figures and periods with their source, names with their label."""
        result: list[dict[str, Any]] = []
        for piece in render.pieces(text, self.facts, self.language, day=self.book.day):
            fact = self.facts.get(piece.fact or "")
            tip = "" if fact is None else fact.subject.label if piece.kind == "name" else self.source(fact)
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
        ui, series, language = self.words.UI, self.page.series, self.language
        days = self.words.UNITS["days"][1].format(n=charts.LOW_COVER)
        legends = [
            f" · {ui['open_chart']}" if any(row["is_open"] for row in rows) else ""
            for rows in (series.sales, series.ads)
        ]
        drawn = [
            (ui["chart_sales"], ui["chart_sales_note"] + legends[0], charts.sales_chart(series.sales, language)),
            (ui["chart_ads"], ui["chart_ads_note"] + legends[1], charts.ads_chart(series.ads, language)),
            (ui["chart_stock"], ui["chart_stock_note"].format(days=days), charts.stock_chart(series.stock, language)),
        ]
        for product in series.prices:
            svg = charts.price_chart(product, language)
            if svg:
                drawn.append((ui["chart_price"], f"{product['own']} · {product['label']}", svg))
        return [{"title": title, "note": note, "svg": svg} for title, note, svg in drawn if svg]

    def stock_table(self) -> list[dict[str, Any]]:
        rows = []
        for on_hand in self.book.all("stock_on_hand"):
            key = on_hand.subject.key
            columns = ("sku_velocity", "days_of_cover", "stock_out_date", "stock_inbound")
            facts = {name: self.book.get(name, key) for name in columns}
            rows.append(
                {
                    "sku": key,
                    "label": on_hand.subject.label,
                    "on_hand": self.fig(on_hand),
                    "out": on_hand.value == 0,
                    **{name: self.fig(fact) if fact else None for name, fact in facts.items()},
                }
            )
        return rows

    def moves(self) -> list[dict[str, Any]]:
        rows = []
        for price in self.book.all("competitor_price"):
            key = price.subject.key
            gap = self.book.get("price_gap", key)
            own_asin = gap.subject.also[0] if gap else None
            own = self.book.get("own_price", own_asin) if own_asin else None
            before = self.book.get("competitor_previous_price", key)
            change = self.book.get("competitor_price_change", key)
            rows.append(
                {
                    "asin": key,
                    "label": price.subject.label,
                    "own_asin": own_asin,
                    "price": self.fig(price),
                    "before": self.fig(before) if before else None,
                    "change": self.fig(change) if change else None,
                    "own": self.fig(own) if own else None,
                    "gap": self.fig(gap) if gap else None,
                    "below": bool(gap and gap.direction == "down"),
                }
            )
        return rows

    def gaps(self) -> list[dict[str, Any]]:
        ui = self.words.UI
        rows = []
        for days in self.book.all("gap_days"):
            last = self.book.get("gap_last_day", days.subject.key)
            rows.append(
                {
                    "name": render.name_of(days, self.language),
                    "figures": [ui["gap"], self.fig(days), *([ui["gap_last"], self.fig(last)] if last else [])],
                }
            )
        for until in self.book.all("data_until"):
            rows.append({"name": render.name_of(until, self.language), "figures": [ui["until"], self.fig(until)]})
        for share in self.book.all("incomplete_share"):
            rows.append({"name": ui["not_whole"], "figures": [ui["not_whole_units"], self.fig(share)]})
        return rows

    def fact_row(self, fact: Fact) -> dict[str, Any]:
        return {
            **self.fig(fact),
            "label": self.words.FACTS[fact.name],
            "period": render.period_text(fact.period, self.language, year=self.year),
            "subject": "" if fact.subject.kind == "store" else render.name_of(fact, self.language),
            "table": fact.source,
            "query": fact.query,
        }


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipelines.insights", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html.j2")


@cache
def asset(name: str) -> str:
    """The text of a file in `templates/`."""
    return (resources.files("pipelines.insights") / "templates" / name).read_text(encoding="utf-8")
