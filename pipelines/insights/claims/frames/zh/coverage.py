"""The frames of Chinese: what data is missing or late. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "missing_data.title": ("部分数据缺失", "有日期缺数据"),
    "missing_data.lead": (
        "{days.name}缺失的天数：{days}，最近的是{last}。",
        "缺{days}天数据的是{days.name}，最近的是{last}。",
    ),
    "missing_data.only": ("{days.name}缺失的天数：{days}。", "缺{days}天数据的是{days.name}。"),
    "late_data.title": ("部分数据较晚到达",),
    "late_data.lead": ("{until.name}的数据截至{until}。", "截至{until}，才有{until.name}的数据。"),
}
