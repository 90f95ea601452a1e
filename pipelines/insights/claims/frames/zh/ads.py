"""The frames of Chinese: advertising. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles, under
from pipelines.insights.claims.frames.zh.measures import of_week

_ADS_OPEN = {
    "same_age": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周取其同龄时的读数。",),
    "uncompared": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周没有同龄的读数，故不作比较。",),
    "not_final": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。",),
    "open_days": ("本周尚未定稿的天数：{open_days}。",),
}


_ADS = {
    **titles("ad_spend_week", "广告花费增加", "广告花费减少", "广告花费持平", "周广告花费", "本周广告花费尚未定稿"),
    **of_week("ad_spend", "广告花费"),
    "ad_spend_week.open": ("目前已知的广告花费：{value}。", "广告花费目前为{value}。"),
    "ad_spend_week.acos.up": (
        "ACoS 较{acos_change.against}上升{acos_change.size}，为{acos}。",
        "同时 ACoS 较{acos_change.against}上升{acos_change.size}，为{acos}。",
    ),
    "ad_spend_week.acos.down": (
        "ACoS 较{acos_change.against}下降{acos_change.size}，为{acos}。",
        "同时 ACoS 较{acos_change.against}下降{acos_change.size}，为{acos}。",
    ),
    "ad_spend_week.acos.flat": ("ACoS 为{acos}，变化不大。", "同时 ACoS 变化不大，为{acos}。"),
    "ad_spend_week.acos_open": ("目前的 ACoS：{acos}。", "ACoS 目前为{acos}。"),
    "ad_spend_week.acos_alone": ("ACoS 为{acos}。", "同时 ACoS 为{acos}。"),
    **under("ad_spend_week", _ADS_OPEN),
    **titles("ad_sales_week", "广告销售额增长", "广告销售额下降", "广告销售额持平", "周广告销售额"),
    **of_week("ad_sales", "广告销售额"),
    **under("ad_sales_week", _ADS_OPEN),
    **titles("acos_week", "ACoS 上升", "ACoS 下降", "ACoS 持平", "周 ACoS"),
    **of_week("acos", " ACoS "),
    **under("acos_week", _ADS_OPEN),
}


_WASTE = {
    "campaign_without_sales.title": ("没有成交的广告活动：{spend.name}", "只花钱未成交：{spend.name}"),
    "campaign_without_sales.lead": (
        "{spend.name}在{spend.when}花费{spend}，获得{clicks}次点击，没有成交。",
        "{spend.when}，{spend.name}花费{spend}，获得{clicks}次点击，没有成交。",
    ),
    "campaign_without_sales.only": (
        "{spend.name}在{spend.when}花费{spend}，没有成交。",
        "{spend.when}，{spend.name}花费{spend}，没有成交。",
    ),
    "campaign_without_sales.late": (
        "亚马逊仍可能把成交归因于最近的点击。",
        "最近的点击仍可能带来归因的成交。",
    ),
    "terms_without_sales.title": ("只花钱不成交的搜索词", "有点击而没有成交的搜索词"),
    "terms_without_sales.lead": (
        "{count.when}有点击而没有成交的搜索词数：{count}，合计花费{total}。",
        "有{count}个搜索词在{count.when}有点击而没有成交，合计花费{total}。",
    ),
    "terms_without_sales.count": (
        "{count.when}有点击而没有成交的搜索词数：{count}。",
        "有{count}个搜索词在{count.when}有点击而没有成交。",
    ),
    "terms_without_sales.costliest": ("花费最多的是{term.name}，为{term}。", "{term.name}花费最多，为{term}。"),
    "terms_without_sales.term": ("{term.name}花费{term}，没有成交。", "没有成交的{term.name}花费{term}。"),
    "terms_without_sales.term_clicks": (
        "{term.name}花费{term}，获得{clicks}次点击，没有成交。",
        "没有成交的{term.name}花费{term}，获得{clicks}次点击。",
    ),
    "terms_without_sales.late": (
        "亚马逊仍可能把成交归因于最近的点击。",
        "最近的点击仍可能带来归因的成交。",
    ),
}


FRAMES: Frames = {**_ADS, **_WASTE}
