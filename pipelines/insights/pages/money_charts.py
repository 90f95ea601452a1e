"""The charts of the roll-up. How a drawing becomes SVG is in `charts.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipelines.insights.locales import locale
from pipelines.insights.pages import charts


def stores_chart(rows: Sequence[Mapping[str, Any]], language: str) -> str | None:
    """Sales of each store, with a mark at those of the week before; None if there is nothing to draw."""
    words = locale(language).UI
    if not rows:
        return None
    data = [{**row, "tip": f"{row['store']}: {row['sales']:,.0f}"} for row in rows]
    y = {"field": "store", "type": "nominal", "sort": None, "axis": {"grid": False, "labelLimit": 150}}
    axis = {"grid": True, "gridColor": "var(--grid)", "tickCount": 5, "labelExpr": charts.number_axis(language)}
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.62}, "color": "var(--accent)"},
        "encoding": {
            "x": {"field": "sales", "type": "quantitative", "axis": axis},
            "y": y,
            "description": {"field": "tip"},
        },
    }
    marks = {
        "transform": [{"filter": "isValid(datum.before)"}],
        "mark": {"type": "tick", "thickness": 2.5, "color": "var(--text)", "height": {"band": 0.8}},
        "encoding": {"x": {"field": "before", "type": "quantitative"}, "y": y},
    }
    spec = {
        "data": {"values": data},
        "layer": [bars, marks],
        "width": charts.WIDTH - 140,
        "height": {"step": 25},
        "padding": {"left": 24, "right": 8, "top": 2, "bottom": 2},
    }
    return charts.draw(spec, words["chart_stores"])


def _stores(rows: charts.Rows, language: str) -> list[charts.Drawing]:
    ui = locale(language).UI
    svg = stores_chart(rows, language)
    return [(ui["chart_stores"], ui["chart_stores_note"], svg)] if svg else []


DRAWN: Mapping[str, Callable[[charts.Rows, str], list[charts.Drawing]]] = {"stores": _stores}
"""How the charts are drawn, by the name of their rows in a kind of brief's series."""
