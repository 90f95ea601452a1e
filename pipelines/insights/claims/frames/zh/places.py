"""The frames of Chinese: our places in searches. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "keyword_places.title": ("搜索中的我方位置", "我方在搜索中的位置"),
    "keyword_places.lead": (
        "搜索{now.name}时，我方位置为{now}，{week.when}为{week}，{month.when}为{month}。",
        "我方在{now.name}搜索中的位置现为{now}，{week.when}为{week}，{month.when}为{month}。",
    ),
    "keyword_places.week": (
        "搜索{now.name}时，我方位置为{now}，{week.when}为{week}。",
        "我方在{now.name}搜索中的位置现为{now}，{week.when}为{week}。",
    ),
    "keyword_places.month": (
        "搜索{now.name}时，我方位置为{now}，{month.when}为{month}。",
        "我方在{now.name}搜索中的位置现为{now}，{month.when}为{month}。",
    ),
    "keyword_places.only": ("搜索{now.name}时，我方位置为{now}。", "我方在{now.name}搜索中的最佳位置为{now}。"),
    "first_page_entered.title": ("进入搜索首页：{since.name}", "新进搜索首页：{since.name}"),
    "first_page_entered.lead": (
        "自{since}起，{since.name}的搜索首页出现我方商品，位置为{now}。",
        "{since.name}的搜索首页自{since}起出现我方商品，位置为{now}。",
    ),
    "first_page_entered.only": (
        "自{since}起，{since.name}的搜索首页出现我方商品。",
        "{since.name}的搜索首页自{since}起出现我方商品。",
    ),
    "first_page_left.title": ("离开搜索首页：{since.name}", "跌出搜索首页：{since.name}"),
    "first_page_left.lead": (
        "自{since}起，{since.name}的搜索首页不再出现我方商品，现位置为{now}。",
        "{since.name}的搜索首页自{since}起不再出现我方商品，现位置为{now}。",
    ),
    "first_page_left.only": (
        "自{since}起，{since.name}的搜索首页不再出现我方商品。",
        "{since.name}的搜索首页自{since}起不再出现我方商品。",
    ),
}
