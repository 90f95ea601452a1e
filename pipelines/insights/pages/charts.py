"""Draws charts as static SVG for a page, with Vega-Lite through vl-convert.

Colours are the page's CSS variables, so one drawing serves the light and the dark page. Text stays text, in the page's
font. The <title> of a bar or point shows its value on hover. Each chart is drawn twice: for a desk, and with fewer days
for a phone, so that its text is as large there. The figures in a brief's text are not made here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from pipelines.insights.dates import day_text
from pipelines.insights.locales import locale

WIDTH = 520  # What the drawings below are made for, with their margins.
NARROW = 330  # So wide is the same drawing on a phone,
NARROW_DAYS = 28  # which shows so many of the last days.
_LABELS = 5  # About so many days are named below a chart.
Rows = Sequence[Mapping[str, Any]]
LOW_COVER, URGENT_COVER = 21, 7
_SVG = "http://www.w3.org/2000/svg"
_DAY_AXIS = {
    "en": "utcFormat(toDate(datum.value), '%b %-d')",
    "zh": "utcFormat(toDate(datum.value), '%-m月%-d日')",
}
_NUMBER_AXIS = {
    "en": "datum.value >= 10000 ? format(datum.value / 1000, ',~r') + 'k' : format(datum.value, ',~r')",
    "zh": "datum.value >= 10000 ? format(datum.value / 10000, ',~r') + '万' : format(datum.value, ',~r')",
}
_LINES = ("var(--line-1)", "var(--line-2)", "var(--line-3)", "var(--line-4)")
_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "padding": 2,
    "axis": {
        "grid": False,
        "domain": False,
        "ticks": False,
        "labelColor": "var(--muted)",
        "labelFontSize": 11.5,
        "labelPadding": 7,
        "title": None,
    },
    "axisY": {"grid": True, "gridColor": "var(--grid)", "tickCount": 4},
    "title": {
        "anchor": "start",
        "frame": "group",
        "color": "var(--muted)",
        "fontSize": 11.5,
        "fontWeight": 500,
        "offset": 8,
    },
    "concat": {"spacing": 18},
    "legend": {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "labelColor": "var(--muted)",
        "labelFontSize": 11,
        "symbolStrokeWidth": 3,
        "symbolSize": 110,
        "columnPadding": 12,
        "labelLimit": 120,
        "padding": 0,
        "offset": 6,
    },
}


def sales_chart(rows: Sequence[Mapping[str, Any]], language: str) -> str | None:
    """Sales as bars, sessions as a line below; None if there is nothing to draw."""
    words = locale(language).UI
    panels = [
        _panel(rows, "sales", _bars("var(--accent)"), 120, words["axis_sales"], language),
        _panel(rows, "sessions", _line("var(--accent-2)"), 66, words["axis_sessions"], language),
    ]
    return stacked(panels, words["chart_sales"])


def ads_chart(rows: Sequence[Mapping[str, Any]], language: str) -> str | None:
    """Ad spend as bars, ACoS as a line below; None if there is nothing to draw."""
    words = locale(language).UI
    panels = [
        _panel(rows, "cost", _bars("var(--accent-2)", marked=True), 120, words["axis_spend"], language),
        _panel(rows, "acos", _line("var(--accent)"), 66, words["axis_acos"], language, percent=True),
    ]
    return stacked(panels, words["chart_ads"])


def profit_chart(rows: Sequence[Mapping[str, Any]], language: str) -> str | None:
    """Profit as bars, pale where it is estimated; None if there is nothing to draw."""
    words = locale(language).UI
    bars = _bars("var(--accent)", marked=True)
    for layer in bars:
        layer["encoding"]["opacity"] = {"value": 1}  # no day of a month stands out
    panel = _panel(rows, "profit", bars, 150, words["axis_profit"], language)
    return stacked([panel], words["chart_profit"])


def stock_chart(rows: Sequence[Mapping[str, Any]], language: str) -> str | None:
    """Days of cover of the SKUs that run out first; None if there is nothing to draw."""
    words = locale(language)
    if not rows:
        return None
    one, many = words.UNITS["days"]
    data = [
        {
            "sku": row["sku"],
            "cover": row["cover"],
            "label": (one if row["cover"] == 1 else many).format(n=f"{row['cover']:g}"),
            "tip": f"{row['sku']}: {many.format(n=format(row['cover'], 'g'))}",
            "color": _cover_color(row["cover"]),
        }
        for row in rows
    ]
    y = {"field": "sku", "type": "nominal", "sort": None, "axis": {"grid": False, "labelLimit": 150}}
    x = {
        "field": "cover",
        "type": "quantitative",
        "scale": {"domain": [0, max(LOW_COVER + 4, *(row["cover"] * 1.15 for row in rows))], "nice": False},
        "axis": {"grid": True, "gridColor": "var(--grid)", "tickCount": 5},
    }
    layers = [
        bars_of_names(x, y),
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11.5, "fill": "var(--text)"},
            "encoding": {"x": x, "y": y, "text": {"field": "label"}},
        },
        {
            "data": {"values": [{"limit": LOW_COVER}]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "stroke": "var(--muted)"},
            "encoding": {"x": {"field": "limit", "type": "quantitative"}},
        },
    ]
    spec = {"data": {"values": data}, "layer": layers, "width": WIDTH - 110, "height": {"step": 25}}
    return draw(spec, words.UI["chart_stock"])


def price_chart(product: Mapping[str, Any], language: str) -> str | None:
    """Our price and competitors' prices of one product; None if there are prices of fewer than two days."""
    words = locale(language).UI
    lines = product["lines"]
    if len({row["date"] for row in lines}) < 2:
        return None
    others = sorted({row["asin"] for row in lines if not row["own"]})
    domain = [product["own"], *others]
    colors = ["var(--accent)", *_LINES[: len(others)]]
    data = [_dated(row, f"{row['asin']}: {row['price']:,g}", language) for row in lines]
    color = {"field": "asin", "type": "nominal", "scale": {"domain": domain, "range": colors}}
    base: dict[str, Any] = {
        "x": _days(language),
        "y": {
            "field": "price",
            "type": "quantitative",
            "scale": {"zero": False, "nice": True, "padding": 6},
            "axis": {"labelExpr": _NUMBER_AXIS[language]},
        },
    }
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": f"datum.own == {str(own).lower()}"}],
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 3 if own else 1.75},
            "encoding": {**base, "color": color},
        }
        for own in (False, True)
    ]
    layers.append(_hover(base))
    spec = {"data": {"values": data}, "layer": layers, "width": WIDTH - 40, "height": 150}
    return draw(spec, f"{words['chart_price']}: {product['own']}")


def sparkline(values: Sequence[float | None], *, is_open: Sequence[bool] = ()) -> tuple[str, str]:
    """The SVG path (`d`) of a small line in a box of 100 by 28, and that of its part that is not final.

    The second path begins at the last final point. Both are '' if there are fewer than two values. is_open: for each
    value, whether Amazon still changes it.
    """
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return "", ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, steps = (high - low) or 1.0, max(len(values) - 1, 1)
    points = [f"{number / steps * 100:.1f},{26 - (value - low) / span * 24:.1f}" for number, value in known]
    final = next((n for n, (number, _) in enumerate(known) if is_open and is_open[number]), len(known))
    return _path(points[:final]), _path(points[max(final - 1, 0) :]) if final < len(known) else ""


def _path(points: Sequence[str]) -> str:
    return "M" + " L".join(points) if len(points) > 1 else ""


# --- parts of a drawing --------------------------------------------------------------------------------------------


def _panel(
    rows: Sequence[Mapping[str, Any]],
    field: str,
    layers: list[dict[str, Any]],
    height: int,
    title: str,
    language: str,
    *,
    percent: bool = False,
) -> dict[str, Any] | None:
    if not any(row[field] is not None for row in rows):
        return None
    unit = "%" if percent else ""
    last = rows[-1]["date"]
    open_words = locale(language).UI["open"]
    data = [
        _dated(row, f"{title}: {row[field]:,.{1 if percent else 0}f}{unit}", language)
        | {"last": row["date"] == last, "is_open": row["is_open"] and field != "sales"}
        for row in rows
        if row[field] is not None
    ]
    for row in data:
        row["tip"] += f" · {open_words}" if row["is_open"] else ""
    for row, after in pairwise(data):
        row["leads_to_open"] = row["is_open"] or after["is_open"]
    labels = "datum.label + '%'" if percent else _NUMBER_AXIS[language]
    y: dict[str, Any] = {
        "field": field,
        "type": "quantitative",
        "axis": {"labelExpr": labels, "tickCount": 4 if height > 100 else 2},
    }
    base = {"x": _days(language), "y": y}
    return {
        "title": title,
        "data": {"values": data},
        "layer": [{**layer, "encoding": base | layer.get("encoding", {})} for layer in layers],
        "width": WIDTH - 40,
        "height": height,
    }


def _bars(color: str, *, marked: bool = False) -> list[dict[str, Any]]:
    """One bar for each day; the last one, the day of the brief, is stronger.

    marked: bars that are not final are pale, with an outline.
    """
    mark: dict[str, Any] = {"type": "bar", "color": color}
    encoding: dict[str, Any] = {"description": {"field": "tip"}}
    encoding["opacity"] = {"condition": {"test": "datum.last", "value": 1}, "value": 0.55}
    if marked:
        encoding["fillOpacity"] = {"condition": {"test": "datum.is_open", "value": 0.3}, "value": 1}
        encoding["stroke"] = {"condition": {"test": "datum.is_open", "value": color}, "value": "transparent"}
        mark["strokeWidth"] = 0.8
    return [{"mark": mark, "encoding": encoding}]


def _line(color: str) -> list[dict[str, Any]]:
    """A line. The parts that lead to days that are not final are dashed."""
    line = {"type": "line", "color": color, "strokeWidth": 2, "interpolate": "monotone"}
    open_line = {"transform": [{"filter": "datum.is_open || datum.leads_to_open"}]}
    return [
        {"transform": [{"filter": "!datum.is_open"}], "mark": line},
        {**open_line, "mark": line | {"strokeDash": [2.5, 2.5]}},
        _hover({}),
    ]


def _hover(base: Mapping[str, Any]) -> dict[str, Any]:
    """Invisible points with the values of a line, for hover."""
    mark = {"type": "point", "opacity": 0, "size": 70, "filled": True}
    return {"mark": mark, "encoding": {**base, "description": {"field": "tip"}}}


def _days(language: str) -> dict[str, Any]:
    """An axis with a band for each day, so that a label stands under its bar whatever the time zone. `_fitted` says
    which days are there and which are named."""
    return {
        "field": "date",
        "type": "ordinal",
        "scale": {"paddingInner": 0.25, "paddingOuter": 0.1},
        "axis": {"labelExpr": _DAY_AXIS[language], "labelAngle": 0, "labelOverlap": False},
    }


def _dated(row: Mapping[str, Any], what: str, language: str) -> dict[str, Any]:
    day: date = row["date"]
    return {**row, "date": day.isoformat(), "tip": f"{day_text(day, language, year=day.year)} · {what}"}


def _cover_color(cover: float) -> str:
    if cover < URGENT_COVER:
        return "var(--critical)"
    return "var(--warning)" if cover < LOW_COVER else "var(--accent)"


def bars_of_names(x: Mapping[str, Any], y: Mapping[str, Any]) -> dict[str, Any]:
    """Lying bars, a name each; rows have `color` and `tip`."""
    return {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.62}},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "color", "type": "nominal", "scale": None},
            "description": {"field": "tip"},
        },
    }


def stacked(panels: Sequence[dict[str, Any] | None], label: str) -> str | None:
    """Panels below each other with one axis of time; None if there is none."""
    drawn = [panel for panel in panels if panel]
    return draw({"vconcat": drawn, "resolve": {"scale": {"x": "shared"}}}, label) if drawn else None


def number_axis(language: str) -> str:
    """How the numbers of an axis are written, as an expression of Vega."""
    return _NUMBER_AXIS[language]


def draw(spec: Mapping[str, Any], label: str) -> str:
    """Both drawings of a chart in one element; the page's CSS shows the one that fits."""
    import vl_convert

    days = _all_days(_dates(spec))
    drawn = []
    for name, wider, shown in (("wide", 0, days), ("narrow", NARROW - WIDTH, days[-NARROW_DAYS:])):
        config = _fitted(_CONFIG | {"legend": _CONFIG["legend"] | ({"columns": 3} if wider else {})}, wider, shown)
        whole = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "config": config,
            **_fitted(spec, wider, shown),
        }
        drawn.append(_for_page(vl_convert.vegalite_to_svg(whole), label, name))
    return f'<div class="drawing">{"".join(drawn)}</div>'


def _dates(spec: Any) -> set[str]:
    """The days (ISO) of all rows of a drawing."""
    if isinstance(spec, Mapping):
        rows = spec.get("values", ()) if "values" in spec else ()
        own = {row["date"] for row in rows if isinstance(row, Mapping) and "date" in row}
        return own.union(*(_dates(value) for key, value in spec.items() if key != "values"))
    return set().union(*map(_dates, spec)) if isinstance(spec, list) else set()


def _all_days(known: Iterable[str]) -> list[str]:
    """The days from the first to the last of those known; [] if none is."""
    days = sorted(map(date.fromisoformat, known))
    length = (days[-1] - days[0]).days + 1 if days else 0
    return [(days[0] + timedelta(days=n)).isoformat() for n in range(length)]


def _fitted(spec: Any, wider: int, days: list[str]) -> Any:
    """A drawing that is wider by so much, of these days only: its last day is named, and every so many before."""
    if isinstance(spec, list):
        return [_fitted(each, wider, days) for each in spec]
    if not isinstance(spec, Mapping):
        return spec
    result: dict[str, Any] = {}
    for key, value in spec.items():
        if key == "width" and isinstance(value, int):
            result[key] = value + wider
        elif key == "labelLimit" and wider < 0:
            result[key] = value * 2 // 3
        elif key == "values" and isinstance(value, list):
            result[key] = [row for row in value if "date" not in row or row["date"] >= days[0]]
        else:
            result[key] = _fitted(value, wider, days)
    if spec.get("field") == "date" and spec.get("type") == "ordinal":
        step = max(7, -(-len(days) // _LABELS // 7) * 7) if len(days) > _LABELS else 1
        result["scale"] = {**result.get("scale", {}), "domain": days}
        result["axis"] = {**result.get("axis", {}), "values": sorted(days[::-1][::step])}
    return result


def _for_page(svg: str, label: str, name: str) -> str:
    """Prepare an SVG for the page: fluid width, the page's font, unique ids, a label for readers, hover texts."""
    ElementTree.register_namespace("", _SVG)
    # our own renderer has written it
    root = ElementTree.fromstring(svg)  # nosec B314
    own = f"{re.sub(r'[^A-Za-z0-9]+', '', label)}-{name}-{hashlib.sha256(label.encode()).hexdigest()[:6]}"
    for element in root.iter():
        tip = element.attrib.pop("aria-label", None)
        is_mark = element.attrib.pop("role", None) == "graphics-symbol"
        kind = element.attrib.pop("aria-roledescription", None)
        for attribute in ("aria-hidden", "font-family", "pointer-events"):
            element.attrib.pop(attribute, None)
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, f"{own}-{value}")
            elif "url(#" in value:
                element.set(attribute, value.replace("url(#", f"url(#{own}-"))
        if tip and is_mark and kind in ("bar", "point"):
            title = ElementTree.SubElement(element, f"{{{_SVG}}}title")
            title.text = tip
    for attribute in ("width", "height"):
        root.attrib.pop(attribute, None)
    root.set("class", name)
    root.set("role", "img")
    root.set("aria-label", label)
    text = ElementTree.tostring(root, encoding="unicode")
    text = re.sub(r'<path class="(?:back|fore)ground" d="[^"]*"(?: display="none")? />', "", text)  # draws nothing
    return re.sub(r"(?<=[\d.]\d)\.?\d*?e-\d+|(?<=\.\d\d)\d+", "", text)


Drawing = tuple[str, str, str]
"""A chart's title, its note, and the SVG."""


def _sales(rows: Rows, language: str) -> list[Drawing]:
    ui = locale(language).UI
    return _drawn(ui["chart_sales"], ui["chart_sales_note"] + _legend(rows, ui), sales_chart(rows, language))


def _ads(rows: Rows, language: str) -> list[Drawing]:
    ui = locale(language).UI
    return _drawn(ui["chart_ads"], ui["chart_ads_note"] + _legend(rows, ui), ads_chart(rows, language))


def _profit(rows: Rows, language: str) -> list[Drawing]:
    ui = locale(language).UI
    return _drawn(ui["chart_profit"], ui["chart_profit_note"] + _legend(rows, ui), profit_chart(rows, language))


def _stock(rows: Rows, language: str) -> list[Drawing]:
    words = locale(language)
    days = words.UNITS["days"][1].format(n=LOW_COVER)
    note = words.UI["chart_stock_note"].format(days=days)
    return _drawn(words.UI["chart_stock"], note, stock_chart(rows, language))


def _prices(rows: Rows, language: str) -> list[Drawing]:
    ui = locale(language).UI
    charts = ((f"{row['own']} · {row['label']}", price_chart(row, language)) for row in rows)
    return [(ui["chart_price"], note, svg) for note, svg in charts if svg]


def _legend(rows: Rows, ui: Mapping[str, str]) -> str:
    return f" · {ui['open_chart']}" if any(row["is_open"] for row in rows) else ""


def _drawn(title: str, note: str, svg: str | None) -> list[Drawing]:
    return [(title, note, svg)] if svg else []


DRAWN: Mapping[str, Callable[[Rows, str], list[Drawing]]] = {
    "sales": _sales,
    "ads": _ads,
    "stock": _stock,
    "prices": _prices,
    "profit": _profit,
}
"""How the charts are drawn, by the name of their rows in a kind of brief's series."""
