"""The frames of Chinese: alerts that last. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "open_alerts.title": ("持续中的警报", "仍在持续的警报"),
    "open_alerts.count": (
        "持续中的警报有{open}条，其中紧急的有{critical}条。",
        "紧急的有{critical}条，持续中的警报共{open}条。",
    ),
    "open_alerts.only": ("持续中的警报有{open}条。", "共有{open}条警报仍在持续。"),
    "open_alerts.lead": ("{since.name}，始于{since}。", "自{since}起：{since.name}。"),
}
