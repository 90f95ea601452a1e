"""The frames of Chinese: what data is missing or late. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "missing_data.title": ("部分数据未获取", "有日期的数据未获取"),
    "missing_data.lead": (
        "{days.name}未获取的天数：{days}，最近的是{last}。",
        "未获取{days}天数据的是{days.name}，最近的是{last}。",
    ),
    "missing_data.only": ("{days.name}未获取的天数：{days}。", "未获取{days}天数据的是{days.name}。"),
    "unavailable_data.title": ("部分数据已无法获取", "有日期的数据已无法获取"),
    "unavailable_data.lead": (
        "{days.name}已无法获取的天数：{days}，最近的是{last}。",
        "已无法获取{days}天数据的是{days.name}，最近的是{last}。",
    ),
    "unavailable_data.only": ("{days.name}已无法获取的天数：{days}。", "已无法获取{days}天数据的是{days.name}。"),
    "late_data.title": ("部分数据较晚到达",),
    "late_data.lead": ("{until.name}的数据截至{until}。", "截至{until}，才有{until.name}的数据。"),
}
