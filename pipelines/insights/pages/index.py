"""Makes the index of a tenant: `briefs/<tenant>/index.<language>.html`: the alerts that last, and all stores and kinds,
the newest first.

What it lists are the pages that are there; headlines and severities are those of the newest versions in
`insights.briefs`. It knows one tenant only, and links to nothing outside of the tenant's folder. Pages of briefs are
made in `page.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.insights import dates, render
from pipelines.insights.alerts import wording
from pipelines.insights.alerts.kinds import SEVERITIES
from pipelines.insights.briefs.catalogue import BRIEFS
from pipelines.insights.briefs.kind import ALL_STORES
from pipelines.insights.facts import CATALOGUE, Fact
from pipelines.insights.locales import locale
from pipelines.insights.pages import files
from pipelines.insights.pages.page import asset, template

if TYPE_CHECKING:
    from pipelines.insights.alerts.store import Kept
    from pipelines.stores import Tenant
    from pipelines.warehouse.connection import Warehouse

FOLDED_FROM = 13  # With so many stores, each is folded.
ALERTS_LISTED = 12  # Of alerts that last so many are listed, the most urgent first.
EARLIER_DAYS = 31  # So many earlier days are listed; those before are in the folders.
_SEVERITIES = ("critical", "warning", "good", "info")

# Of each store and kind the newest brief: its first statement, and the facts that this statement's title shows.
_HEADLINES = """
    select distinct on (store_id, kind) store_id, kind, period_start, period_end, claims -> 0 as first,
        (select jsonb_agg(fact) from jsonb_array_elements(facts) as fact
            where claims -> 0 ->> 'title' ~ ('[{]' || (fact ->> 'id') || '[.}]')) as facts
    from insights.briefs where tenant_id = %(tenant_id)s and language = %(language)s
    order by store_id, kind, period_end desc
"""
Headline = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """A page that is there. folder: of its store, or that of all stores. path: relative to the index."""

    day: date
    folder: str
    kind: str
    path: str


def index_path(home: Path, tenant_id: str, language: str) -> Path:
    """The path of a tenant's index."""
    return home / "briefs" / tenant_id / f"index.{language}.html"


def write_index(
    home: Path,
    warehouse: Warehouse,
    tenant: Tenant,
    language: str,
    languages: Sequence[str],
    *,
    stores: Sequence[str] = (),
    today: date | None = None,
) -> Path:
    """Write a tenant's index from the pages that are there. languages: those of the run, to link to. stores: the
    tenant's, whose alerts are listed. today: the day of the run, by which mutes end (default: that of the clock)."""
    path = index_path(home, tenant.tenant_id, language)
    found = {
        (_about(row["store_id"]), row["kind"], row["period_end"]): row
        for row in headlines(warehouse, tenant.tenant_id, language)
    }
    others = [other for other in languages if other != language]
    listed = list(pages(path.parent, language))
    alerts = open_alerts(warehouse, stores, today or date.today())
    text = index_html(tenant.name, listed, found, language, others, alerts)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.replace_text(path, text)
    return path


def headlines(warehouse: Warehouse, tenant_id: str, language: str) -> list[Headline]:
    """Of each store and kind of the tenant the newest brief: its first statement and the facts of its title."""
    from psycopg.rows import dict_row

    with warehouse.connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(_HEADLINES, {"tenant_id": tenant_id, "language": language}).fetchall())


def open_alerts(warehouse: Warehouse, stores: Sequence[str], today: date) -> list[Kept]:
    """The alerts of stores that last and are not muted, the most urgent first."""
    from pipelines.insights.alerts.store import listed

    with warehouse.connect() as conn:
        return [each for each in listed(conn, stores, today=today) if not each.is_muted]


def pages(folder: Path, language: str) -> Iterable[Listed]:
    """The newest versions of pages below a tenant's folder, of the kinds that there are."""
    for page in sorted(folder.glob(f"*/*/*.{language}.html")):
        day = re.match(r"(\d{4}-\d\d-\d\d)\.", page.name)
        kind, store = page.parent.name, page.parent.parent.name
        if day and kind in BRIEFS:
            yield Listed(date.fromisoformat(day[1]), store, kind, page.relative_to(folder).as_posix())


def index_html(
    name: str,
    listed: Sequence[Listed],
    found: Mapping[tuple[str, str, date], Headline],
    language: str,
    others: Sequence[str] = (),
    alerts: Sequence[Kept] = (),
) -> str:
    """The index as HTML text. found: (folder, kind, last day) -> the headline of that brief, if it is known. alerts:
    those that last, the most urgent first."""
    words = locale(language)
    newest: dict[tuple[str, str], Listed] = {(each.folder, each.kind): each for each in sorted(listed)}
    earlier = [each for each in listed if newest[each.folder, each.kind] is not each]
    order = list(BRIEFS)
    stores: dict[str, list[dict[str, Any]]] = {}
    for folder, kind in sorted(newest, key=lambda key: (key[0], order.index(key[1]))):
        stores.setdefault(folder, []).append(_entry(newest[folder, kind], found, language))
    shown = [_store(folder, entries, language) for folder, entries in stores.items()]
    shown.sort(key=lambda each: (each["is_store"], -each["day"].toordinal(), each["rank"], each["name"]))
    return template("index.html.j2").render(
        ui=words.UI,
        lang=words.HTML_LANG,
        css=asset("brief.css"),
        name=name,
        others=[(f"index.{other}.html", locale(other)) for other in others],
        stores=shown,
        folded=len(shown) >= FOLDED_FROM,
        alerts=_alerts(alerts, language),
        days=_days(earlier, language),
    )


def _alerts(alerts: Sequence[Kept], language: str) -> dict[str, Any] | None:
    """How many there are of each severity, and the most urgent; None where nothing lasts."""
    if not alerts:
        return None
    said = wording.words(language)
    counts = Counter(each.severity for each in alerts)
    more = len(alerts) - ALERTS_LISTED
    return {
        "counts": [(name, said["severities"][name], counts[name]) for name in SEVERITIES if counts[name]],
        "listed": [
            {
                "severity": each.severity,
                "badge": said["severities"][each.severity],
                "store": each.store_id,
                "title": wording.title(each, language),
                "about": wording.tame(wording.subject(each, language)),
                "since": said["message"]["since"].format(
                    day=dates.day_text(each.first_seen, language, year=each.last_seen.year)
                ),
            }
            for each in alerts[:ALERTS_LISTED]
        ],
        "more": locale(language).UI["open_alerts_more"].format(n=more) if more > 0 else "",
    }


def headline_text(first: Mapping[str, Any] | None, facts: Sequence[Mapping[str, Any]], language: str, day: date) -> str:
    """The title of a stored statement, with its figures; '' if there is none or it is of before there were kinds."""
    if not first or "kind" not in first:
        return ""
    known = {fact["id"]: Fact.from_json(fact) for fact in facts if fact["name"] in CATALOGUE}
    try:
        return render.plain(render.pieces(str(first["title"]), known, language, day=day))
    except KeyError:  # a fact that there is not any more
        return ""


def _about(store_id: str) -> str:
    """The folder of what a brief is about."""
    return files.ALL_STORES_FOLDER if store_id.startswith(ALL_STORES) else store_id


def _entry(page: Listed, found: Mapping[tuple[str, str, date], Headline], language: str) -> dict[str, Any]:
    words = locale(language)
    row = found.get((page.folder, page.kind, page.day))
    severity = str(((row and row["first"]) or {}).get("severity", "info"))
    period = (row["period_start"], row["period_end"]) if row else (page.day, page.day)
    return {
        "href": page.path,
        "title": words.BRIEFS[page.kind],
        "day": page.day,
        "severity": severity,
        "badge": words.UI[f"severity_{severity}"],
        "headline": headline_text(row["first"], row["facts"] or [], language, page.day) if row else "",
        "period": dates.period_text(period, language, year=page.day.year),
    }


def _store(folder: str, entries: list[dict[str, Any]], language: str) -> dict[str, Any]:
    """A store with its newest briefs; it is as severe as the most severe of them."""
    worst = min(entries, key=lambda entry: _SEVERITIES.index(entry["severity"]))
    is_store = folder != files.ALL_STORES_FOLDER
    return {
        "name": folder if is_store else locale(language).UI["all_stores"],
        "is_store": is_store,
        "entries": entries,
        "day": max(entry["day"] for entry in entries),
        "rank": _SEVERITIES.index(worst["severity"]),
        "severity": worst["severity"],
        "badge": worst["badge"],
    }


def _days(earlier: Sequence[Listed], language: str) -> list[dict[str, Any]]:
    """Earlier pages by day, the newest first, and by store."""
    words = locale(language)
    by_day: dict[date, dict[str, list[tuple[str, str]]]] = {}
    for page in sorted(earlier, key=lambda each: (-each.day.toordinal(), each.folder, each.kind)):
        name = page.folder if page.folder != files.ALL_STORES_FOLDER else words.UI["all_stores"]
        by_day.setdefault(page.day, {}).setdefault(name, []).append((page.path, words.BRIEFS[page.kind]))
    return [
        {
            "text": dates.full_day_text(day, language),
            "stores": [{"name": name, "links": links} for name, links in stores.items()],
        }
        for day, stores in list(by_day.items())[:EARLIER_DAYS]
    ]
