"""The frames of Chinese: figures by their names, and rankings. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "figures.title": ("{x.label}",),
    "figures.store": ("{x.label}：{x}（{x.when}）。", "{x.when}，{x.label}：{x}。"),
    "figures.of": ("{x.label}（{x.name}）：{x}（{x.when}）。", "{x.name}，{x.label}：{x}（{x.when}）。"),
    "ranking.title": ("{x.label}排序", "排序：{x.label}"),
    "ranking.first": ("所列之中居首的是{x.name}，为{x}（{x.when}）。", "{x.name}在所列之中居首，为{x}（{x.when}）。"),
    "ranking.next": ("{x.name}次之，为{x}。", "其后是{x.name}，为{x}。"),
    "nothing.title": ("平静的日子",),
    "nothing.lead": ("{day}没有需要报告的事项。",),
    "open": ("亚马逊仍会修正这些数字。", "这些数字尚未定稿。"),
}
