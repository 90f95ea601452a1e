"""Writes the files of pages. The newest version of a brief always has the same name; earlier versions lie beside it.

`briefs/<tenant>/index.<language>.html` lists a tenant's pages (`index.py`).
`briefs/<tenant>/<store>/<kind>/<day>.<language>.html` is the newest version of the period that ends on that day. What
is about all stores of a tenant is in `all-stores` instead of a store. When there is a newer version, version 3 is
renamed to `<day>.<language>.v3.html`. A tenant's folder can be handed to the tenant: its pages link to nothing outside
of it. The content of a page is made in `page.py`.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.insights import dates, render
from pipelines.insights.briefs.catalogue import BRIEFS
from pipelines.insights.locales import locale
from pipelines.insights.pages import charts, money_charts, week_charts
from pipelines.insights.pages import page as page_module

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.insights.briefs.kind import About
    from pipelines.insights.versions import Earlier

ALL_STORES_FOLDER = "all-stores"
_HEAD = 2000  # A page names its version and fingerprint within so many characters.


def page_path(home: Path, about: About, kind: str, day: date, language: str) -> Path:
    """The path of a brief's newest page. day: the last one of its period."""
    folder = ALL_STORES_FOLDER if about.is_tenant else about.id
    return home / "briefs" / about.tenant.tenant_id / folder / kind / f"{day.isoformat()}.{language}.html"


def siblings(
    home: Path, about: About, language: str, planned: Mapping[str, date], own: str
) -> tuple[tuple[str, str], ...]:
    """Other kinds of briefs about the same, and the addresses of their newest pages, as seen from a page of kind `own`.

    planned: the last day of each kind that is written in this run. Of other kinds it is the newest page that is there.
    """
    result = []
    for kind in BRIEFS:
        page = page_path(home, about, kind, planned.get(kind, date.min), language)
        days = (each.name for each in page.parent.glob(f"*.{language}.html"))
        name = page.name if kind in planned else max(days, default="")
        if kind != own and name:
            result.append((kind, f"../{kind}/{name}"))
    return tuple(result)


def adopt_earlier(home: Path, about: About) -> None:
    """Move the pages of a home of before there were kinds of briefs: they lay in `briefs/<store>/`."""
    before = home / "briefs" / about.id
    for page in sorted(before.glob("*.html")) if not about.is_tenant else ():
        now = home / "briefs" / about.tenant.tenant_id / about.id / "daily" / page.name
        if re.match(r"\d{4}-\d\d-\d\d\.", page.name) and not now.exists():
            now.parent.mkdir(parents=True, exist_ok=True)
            page.rename(now)


def version_path(newest: Path, version: int) -> Path:
    """The path of a version's page when there is a newer version. newest: the path of the newest page."""
    return newest.with_suffix(f".v{version}.html")


def write_page(path: Path, page: page_module.Page, earlier: Sequence[Earlier] = ()) -> bool:
    """Write the page of the newest version. Returns False if the existing file is the same.

    If the existing file is of an earlier version, it is renamed first, and gets a notice that there is a newer one.
    Readers never see a half-written page.
    """
    there = path.read_text(encoding="utf-8") if path.is_file() else None
    if there is not None and (shown := _version_of(there)) < page.version:
        read_at = next((version.read_at for version in earlier if version.number == shown), None)
        _set_aside(there, path, shown, page, read_at)
    kept = [(each.number, each.read_at, version_path(path, each.number)) for each in earlier]
    page = replace(page, earlier=tuple((number, at, file.name) for number, at, file in kept if file.is_file()))
    fingerprint = _fingerprint(page)
    if there is not None and f'content="{fingerprint}"' in there[:_HEAD]:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_text(path, page_module.page_html(page, fingerprint))
    return True


def _version_of(text: str) -> int:
    """The version of a page; 1 for pages that were written before there were versions."""
    found = re.search(r'name="tradewind-version" content="(\d+)"', text[:_HEAD])
    return int(found[1]) if found else 1


def _set_aside(text: str, path: Path, version: int, newer: page_module.Page, read_at: datetime | None) -> None:
    kept = version_path(path, version)
    if kept.exists():
        return
    words = locale(newer.language).UI
    moment = dates.moment_text(read_at, newer.language, zone=newer.about.time_zone) if read_at else ""
    read = escape(words["superseded"].format(moment=moment)) if moment else ""
    notice = f'<p class="superseded"><span class="id">{read}</span> <a href="{path.name}">{words["newest"]}</a></p>'
    replace_text(kept, text.replace(page_module.SUPERSEDED_HERE, notice, 1))


def replace_text(path: Path, text: str) -> None:
    """Write a file in one step: who reads it at the same time sees it as it was, or as it is."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _fingerprint(page: page_module.Page) -> str:
    """A hash of everything that the page shows, and of the code and templates that lay it out."""
    parts = (
        page.brief.name,
        repr((page.brief.tiles, page.brief.tables, page.brief.charts)),
        page.book.hash(),
        repr(page.series),
        repr([finding.as_json() for finding in page.findings]),
        repr((page.language, page.model, page.spent, page.others, page.version)),
        repr((page.changes, page.earlier, page.refused)),
        repr((page.kinds, page.index)),
        *(page_module.asset(name) for name in ("base.html.j2", "brief.html.j2", "brief.css")),
        *(
            _source(module)
            for module in (charts, week_charts, money_charts, page_module, render, locale(page.language))
        ),
        repr((locale(page.language).FACTS, locale(page.language).FORMULAS)),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _source(module: Any) -> str:
    return Path(module.__file__).read_text(encoding="utf-8")
