"""The frames of Chinese, assembled from a module for each topic. See `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames
from pipelines.insights.claims.frames.zh import (
    ads,
    advertising,
    competitors,
    coverage,
    incidents,
    inventory,
    money,
    month,
    places,
    plain,
    profit,
    rollup,
    sales,
    stock,
    traffic,
    watch,
    weekly,
    why,
)
from pipelines.insights.claims.frames.zh.advice import ADVICE as ADVICE

JOIN, OTHERS = "", "等"
AGAINST = {
    "weekday_average": "同一星期几的常态",
    "week_ago": "上周同日",
    "previous_7d": "前一周",
    "same_days": "此前同样的日子",
    "orders_previous_7d": "前一周",
    "seven_before": "此前七日",
    "previous_30d": "此前三十天",
    "previous_month": "上个月",
    "month_a_year_ago": "去年同月",
    "previous_price": "原价",
    "own_price": "我方价格",
    "year_ago": "去年同一周",
    "orders_year_ago": "去年同一周",
}

FRAMES: Frames = {
    key: tuple(frame.strip() for frame in variants)  # nouns such as " ACoS " bring spaces to where sentences begin
    for topic in (
        *(ads, advertising, competitors, coverage, incidents, inventory, money, month),
        *(places, plain, profit, rollup, sales, stock, traffic, watch, weekly, why),
    )
    for key, variants in topic.FRAMES.items()
}
