"""Draws the charts of the weekly brief: a year of weeks, the days of the week, what a change is made of.

As in `charts.py`, whose drawing and colours these have. A bar's <title> shows its value on hover.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from pipelines.insights.dates import day_text
from pipelines.insights.locales import locale
from pipelines.insights.pages.charts import WIDTH, Drawing, Rows, bars_of_names, draw, number_axis, stacked

_NAMED = 5  # About so many weeks are named below a chart.
_LEAST = 2  # Of fewer weeks there is nothing to compare.
_BAND = {"paddingInner": 0.25, "paddingOuter": 0.1}


def _weeks(rows: Rows, language: str) -> list[Drawing]:
    """Sales of each week with those of a year earlier, and the profit below."""
    ui = locale(language).UI
    known = [place for place, row in enumerate(rows) if row["sales"] is not None]
    if len(known) < _LEAST:
        return []
    rows = rows[known[0] :]  # a store's first week may lack days
    names = [_week_name(row["week"], language) for row in rows]
    x = {
        "field": "name",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": names, **_BAND},
        "axis": {"labelAngle": 0, "labelOverlap": False, "values": names[::-1][:: max(1, -(-len(names) // _NAMED))]},
    }
    data = [
        {
            "name": name,
            "sales": row["sales"],
            "year_ago": row["year_ago"],
            "color": "var(--accent)" if row["is_told"] else "var(--accent-pale)",
            "tip": f"{name} · {ui['axis_sales']}: {row['sales']:,.0f}",
            "tip_year": "" if row["year_ago"] is None else f"{name} · {ui['axis_year_ago']}: {row['year_ago']:,.0f}",
        }
        for name, row in zip(names, rows, strict=True)
        if row["sales"] is not None
    ]
    base = {"x": x, "y": _amount("sales", language)}
    layers: list[dict[str, Any]] = [_bar(base)]
    if any(row["year_ago"] is not None for row in data):
        layers.append(_marks({"x": x, "y": _amount("year_ago", language)}, "tip_year"))
    panels = [{"title": ui["axis_sales"], "data": {"values": data}, "layer": layers, **_size(132)}]
    profits = [
        {
            "name": name,
            "profit": row["profit"],
            "is_open": bool(row["is_open"]),
            "tip": f"{name} · {ui['axis_profit']}: {row['profit']:,.0f}"
            + (f" · {ui['open']}" if row["is_open"] else ""),
        }
        for name, row in zip(names, rows, strict=True)
        if row["profit"] is not None
    ]
    for row, after in pairwise(profits):
        row["leads_to_open"] = row["is_open"] or after["is_open"]
    if len(profits) >= _LEAST:
        panels.append(_profit_panel(profits, x, ui, language))
    has_year = any(row["year_ago"] is not None for row in data)
    note = ui["chart_weeks_year_note" if has_year else "chart_weeks_note"]
    note += f" · {ui['open_chart']}" if any(row["is_open"] for row in profits) else ""
    return [(ui["chart_weeks"], note, svg)] if (svg := stacked(panels, ui["chart_weeks"])) else []


def _profit_panel(data: list[dict[str, Any]], x: Mapping[str, Any], ui: Mapping[str, str], language: str) -> Any:
    line = {"type": "line", "color": "var(--accent-2)", "strokeWidth": 2, "interpolate": "monotone"}
    base = {"x": x, "y": _amount("profit", language, ticks=2)}
    return {
        "title": ui["axis_profit"],
        "data": {"values": data},
        "layer": [
            {"transform": [{"filter": "!datum.is_open"}], "mark": line, "encoding": base},
            {
                "transform": [{"filter": "datum.is_open || datum.leads_to_open"}],
                "mark": line | {"strokeDash": [2.5, 2.5]},
                "encoding": base,
            },
            {
                "mark": {"type": "point", "opacity": 0, "size": 70, "filled": True},
                "encoding": {**base, "description": {"field": "tip"}},
            },
        ],
        **_size(66),
    }


def _weekdays(rows: Rows, language: str) -> list[Drawing]:
    """The days of the week, each with the usual of its weekday."""
    ui = locale(language).UI
    if not any(row["sales"] is not None for row in rows):
        return []
    names = [_weekday_name(row["weekday"], language) for row in rows]
    x = {"field": "name", "type": "ordinal", "sort": None, "scale": {"domain": names, **_BAND}}
    x["axis"] = {"labelAngle": 0, "labelOverlap": False}
    data = [
        {
            "name": name,
            "sales": row["sales"],
            "usual": row["usual"],
            "color": "var(--accent)",
            "tip": "" if row["sales"] is None else f"{name} · {ui['axis_sales']}: {row['sales']:,.0f}",
            "tip_usual": "" if row["usual"] is None else f"{name} · {ui['axis_usual']}: {row['usual']:,.0f}",
        }
        for name, row in zip(names, rows, strict=True)
    ]
    layers = [_bar({"x": x, "y": _amount("sales", language)})]
    if any(row["usual"] is not None for row in data):
        layers.append(_marks({"x": x, "y": _amount("usual", language)}, "tip_usual"))
    spec = {"data": {"values": data}, "layer": layers, **_size(214)}
    return [(ui["chart_weekdays"], ui["chart_weekdays_note"], draw(spec, ui["chart_weekdays"]))]


def _drivers(rows: Rows, language: str) -> list[Drawing]:
    """The parts of the change of sales, gains to the right."""
    ui = locale(language).UI
    if not rows:
        return []
    data = [
        {
            "name": ui[f"driver_{row['part']}"],
            "amount": row["amount"],
            "label": f"{'+' if row['amount'] > 0 else '−' if row['amount'] < 0 else ''}{abs(row['amount']):,.0f}",
            "color": "var(--good)" if row["amount"] > 0 else "var(--critical)",
            "tip": f"{ui['driver_' + row['part']]}: {row['amount']:+,.0f}",
        }
        for row in rows
    ]
    low, high = min(0.0, *(row["amount"] for row in data)), max(0.0, *(row["amount"] for row in data))
    room = (high - low) * 0.2 or 1.0
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"grid": False, "labelLimit": 120}}
    x = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"domain": [low - (room if low else 0), high + (room if high else 0)], "nice": False},
        "axis": {"grid": True, "gridColor": "var(--grid)", "tickCount": 4, "labelExpr": number_axis(language)},
    }
    layers: list[dict[str, Any]] = [
        bars_of_names(x, y),
        *(
            {
                "transform": [{"filter": f"datum.amount {sign} 0"}],
                "mark": {"type": "text", "align": side, "dx": dx, "fontSize": 11.5, "fill": "var(--text)"},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            }
            for sign, side, dx in ((">=", "left", 6), ("<", "right", -6))
        ),
        {
            "data": {"values": [{"zero": 0}]},
            "mark": {"type": "rule", "stroke": "var(--muted)"},
            "encoding": {"x": {"field": "zero", "type": "quantitative"}},
        },
    ]
    spec = {"data": {"values": data}, "layer": layers, "width": WIDTH - 130, "height": {"step": 38}}
    return [(ui["chart_drivers"], ui["chart_drivers_note"], draw(spec, ui["chart_drivers"]))]


# --- parts of a drawing --------------------------------------------------------------------------------------------


def _size(height: int) -> dict[str, int]:
    return {"width": WIDTH - 40, "height": height}


def _amount(field: str, language: str, ticks: int = 4) -> dict[str, Any]:
    axis = {"labelExpr": number_axis(language), "tickCount": ticks}
    return {"field": field, "type": "quantitative", "axis": axis}


def _bar(base: Mapping[str, Any]) -> dict[str, Any]:
    color = {"field": "color", "type": "nominal", "scale": None}
    return {
        "mark": {"type": "bar", "cornerRadiusEnd": 2.5},
        "encoding": {**base, "color": color, "description": {"field": "tip"}},
    }


def _marks(base: Mapping[str, Any], tip: str) -> dict[str, Any]:
    """Short lines across the bars."""
    field = base["y"]["field"]
    return {
        "transform": [{"filter": f"datum.{field} != null"}],
        "mark": {"type": "tick", "thickness": 2, "color": "var(--text)"},
        "encoding": {**base, "description": {"field": tip}},
    }


def _week_name(monday: date, language: str) -> str:
    """As an axis calls a week: by its Monday, with the year that no other week of the chart has."""
    return day_text(monday, language, year=monday.year)


def _weekday_name(day: date, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, "EEE", locale=locale(language).BABEL)


DRAWN: Mapping[str, Callable[[Rows, str], list[Drawing]]] = {
    "weeks": _weeks,
    "weekdays": _weekdays,
    "drivers": _drivers,
}
