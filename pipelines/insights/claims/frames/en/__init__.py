"""The frames of English, assembled from a module for each topic. See `frames/__init__.py`."""

from pipelines.insights.claims.frames.en import (
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
from pipelines.insights.claims.frames.en.advice import ADVICE as ADVICE
from pipelines.insights.claims.frames.shapes import Frames

JOIN, OTHERS = " ", " and others"
AGAINST = {
    "weekday_average": "the usual for this weekday",
    "week_ago": "the same day a week earlier",
    "previous_7d": "the week before",
    "same_days": "the same days of the period before",
    "orders_previous_7d": "the week before",
    "seven_before": "the seven days before",
    "previous_30d": "the thirty days before",
    "previous_month": "the month before",
    "month_a_year_ago": "the same month a year earlier",
    "previous_price": "the price before",
    "own_price": "our price",
    "year_ago": "the same week a year earlier",
    "orders_year_ago": "the same week a year earlier",
}

FRAMES: Frames = {
    key: variants
    for topic in (
        *(ads, advertising, competitors, coverage, incidents, inventory, money, month),
        *(places, plain, profit, rollup, sales, stock, traffic, watch, weekly, why),
    )
    for key, variants in topic.FRAMES.items()
}
