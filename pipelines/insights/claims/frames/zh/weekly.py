"""The frames of Chinese: the week against the week before and a year earlier. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles, under
from pipelines.insights.claims.frames.zh.measures import UP_DOWN, of_week


def _year(name: str, noun: str) -> Frames:
    """What a measure was in the same week a year earlier."""
    frames: dict[str, tuple[str, ...]] = {}
    for direction, _, verb in UP_DOWN:
        frames[f"{name}.year.{direction}"] = (
            f"较{{year_change.against}}（{{year}}）{verb}{{year_change.size}}。",
            f"同比{verb}{{year_change.size}}，{{year_change.against}}为{{year}}。",
        )
        frames[f"{name}.year_alone.{direction}"] = (
            f"{noun}较{{year_change.against}}{verb}{{year_change.size}}。",
            f"同比{verb}{{year_change.size}}。",
        )
    frames[f"{name}.year.flat"] = (
        "与{year_change.against}（{year}）相当。",
        "同比基本持平，{year_change.against}为{year}。",
    )
    frames[f"{name}.year_alone.flat"] = ("同比基本持平。", "与{year_change.against}相当。")
    frames[f"{name}.year_ago"] = ("去年同一周为{year}。", "而去年同一周为{year}。")
    return frames


def _moved(key: str, role: str, up: str, down: str, flat: str) -> Frames:
    return {
        f"{key}.up": (up.format(role=role),),
        f"{key}.down": (down.format(role=role),),
        f"{key}.flat": (flat.format(role=role),),
    }


_OPEN: Frames = {
    "same_age": ("本周访问次数尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。比较所用为同龄时的读数。",),
    "uncompared": (
        "本周访问次数尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周没有同龄的读数，故不作比较。",
    ),
    "not_final": ("本周访问次数尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。",),
    "open_days": ("本周访问次数尚未定稿的天数：{open_days}。",),
}
_ADS_OPEN: Frames = {
    "same_age": ("本周广告数据尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。比较所用为同龄时的读数。",),
    "uncompared": (
        "本周广告数据尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周没有同龄的读数，故不作比较。",
    ),
    "not_final": ("本周广告数据尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。",),
    "open_days": ("本周广告数据尚未定稿的天数：{open_days}。",),
}
FRAMES: Frames = {
    **titles("week_sales", "周销售额高于前一周", "周销售额低于前一周", "周销售额与前一周持平", "本周销售额"),
    "week_sales.title.missing": ("本周数据不全的销售额",),
    "week_sales.vs.up": (
        "本周销售额{value}，较{change.against}增长{change.size}。",
        "{value.when}销售额为{value}，比{change.against}高出{change.size}。",
    ),
    "week_sales.vs.down": (
        "本周销售额{value}，较{change.against}下降{change.size}。",
        "{value.when}销售额为{value}，比{change.against}低{change.size}。",
    ),
    "week_sales.vs.flat": (
        "本周销售额{value}，与{change.against}基本持平。",
        "{value.when}销售额为{value}，与{change.against}相当。",
    ),
    "week_sales.value": ("本周销售额{value}。", "{value.when}销售额为{value}。"),
    "week_sales.before": ("此前（{before.when}）为{before}。",),
    **_year("week_sales", "销售额"),
    "week_sales.orders": ("来自{orders}笔订单，共{units}。", "共{orders}笔订单、{units}。"),
    "week_sales.only_orders": ("来自{orders}笔订单。", "共{orders}笔订单。"),
    "week_sales.only_units": ("共售出{units}。", "售出{units}。"),
    "week_sales.missing": (
        "本周有{missing}天的订单数据不在，故不作比较。",
        "订单数据不在的天数：{missing}，故不作比较。",
    ),
    "week_sales.pending": ("另有{pending}待付款，尚未计入。", "尚未计入的还有待付款的{pending}。"),
    "week_sales.undecided": ("销售额是否下降取决于此，故不作比较。",),
    **titles(
        "week_traffic",
        "访问次数多于前一周",
        "访问次数少于前一周",
        "访问次数与前一周持平",
        "本周访问次数",
        "本周访问次数尚未定稿",
    ),
    "week_traffic.vs.up": (
        "本周访问{value}次，较{change.against}增长{change.size}。",
        "访问次数在{value.when}为{value}，较{change.against}增长{change.size}。",
    ),
    "week_traffic.vs.down": (
        "本周访问{value}次，较{change.against}下降{change.size}。",
        "访问次数在{value.when}为{value}，较{change.against}下降{change.size}。",
    ),
    "week_traffic.vs.flat": (
        "本周访问{value}次，与{change.against}基本持平。",
        "访问次数在{value.when}为{value}，与{change.against}相当。",
    ),
    "week_traffic.open": ("目前已知访问{value}次。", "访问次数目前为{value}。"),
    "week_traffic.value": ("本周访问{value}次。", "访问次数在{value.when}为{value}。"),
    "week_traffic.before": ("此前（{before.when}）为{before}。",),
    **_year("week_traffic", "访问次数"),
    **_moved(
        "week_traffic.conversion",
        "conversion",
        "转化率（每次访问的件数）上升{{{role}_change.size}}，为{{{role}}}。",
        "转化率（每次访问的件数）下降{{{role}_change.size}}，为{{{role}}}。",
        "转化率（每次访问的件数）为{{{role}}}，变化不大。",
    ),
    "week_traffic.conversion_alone": ("转化率（每次访问的件数）为{conversion}。",),
    **_moved(
        "week_traffic.conversion_year",
        "conversion_year_change",
        "与{{{role}.against}}相比，转化率高{{{role}.size}}。",
        "与{{{role}.against}}相比，转化率低{{{role}.size}}。",
        "与{{{role}.against}}相比，转化率相当。",
    ),
    **under("week_traffic", _OPEN),
    **titles(
        "week_ads", "广告花费多于前一周", "广告花费少于前一周", "广告花费与前一周持平", "本周广告", "本周广告尚未定稿"
    ),
    "week_ads.vs.up": (
        "商品推广本周广告花费{value}，较{change.against}增加{change.size}。",
        "{value.when}商品推广广告花费{value}，较{change.against}增加{change.size}。",
    ),
    "week_ads.vs.down": (
        "商品推广本周广告花费{value}，较{change.against}减少{change.size}。",
        "{value.when}商品推广广告花费{value}，较{change.against}减少{change.size}。",
    ),
    "week_ads.vs.flat": ("商品推广本周广告花费{value}，与{change.against}基本持平。",),
    "week_ads.open": ("目前已知的广告花费：{value}。", "广告花费目前为{value}。"),
    "week_ads.value": ("商品推广本周广告花费{value}。", "{value.when}商品推广广告花费{value}。"),
    "week_ads.before": ("此前（{before.when}）为{before}。",),
    **_year("week_ads", "广告花费"),
    **_moved(
        "week_ads.sales",
        "sales",
        "广告销售额增长{{{role}_change.size}}，为{{{role}}}。",
        "广告销售额下降{{{role}_change.size}}，为{{{role}}}。",
        "广告销售额为{{{role}}}，变化不大。",
    ),
    "week_ads.only_sales": ("广告销售额为{sales}。",),
    **_moved(
        "week_ads.acos",
        "acos",
        "ACoS 上升{{{role}_change.size}}，为{{{role}}}。",
        "ACoS 下降{{{role}_change.size}}，为{{{role}}}。",
        "ACoS 为{{{role}}}，变化不大。",
    ),
    "week_ads.only_acos": ("ACoS 为{acos}。",),
    **_moved(
        "week_ads.acos_year",
        "acos_year_change",
        "ACoS 较{{{role}.against}}高{{{role}.size}}。",
        "ACoS 较{{{role}.against}}低{{{role}.size}}。",
        "ACoS 与{{{role}.against}}相当。",
    ),
    "week_ads.tacos": ("全部销售额的{tacos}用于广告（TACoS）。", "TACoS 为{tacos}。"),
    **under("week_ads", _ADS_OPEN),
    "settlements_paid.title": ("本周打款",),
    "settlements_paid.lead": (
        "{on}打款的结算为{amount}，对应{first}至{last}。",
        "对应{first}至{last}的结算为{amount}，打款日为{on}。",
    ),
    "settlements_paid.only": ("{on}打款的结算为{amount}。", "一笔结算为{amount}，打款日为{on}。"),
    "coming_week.title": ("未来一周",),
    "coming_week.worth": (
        "{units.when}预计需求{units}，按近期不含税价格计为{sales}。",
        "预计需求在{units.when}为{units}，按近期不含税价格计为{sales}。",
    ),
    "coming_week.store": ("{units.when}预计需求{units}。", "预计需求在{units.when}为{units}。"),
    "coming_week.range": (
        "若各商品同时偏弱为{low}，同时偏强为{high}。",
        "各商品同时偏弱则为{low}，同时偏强则为{high}。",
    ),
    "coming_week.sku": (
        "{likely.name}最可能{likely}，十次中有一次低于{least}，有一次高于{most}。",
        "{likely.name}的需求最可能为{likely}，十次中有一次低于{least}，有一次高于{most}。",
    ),
    "coming_week.sku_alone": ("{likely.name}最可能{likely}。", "{likely.name}的需求最可能为{likely}。"),
    **titles("units_week", "周销量增长", "周销量下降", "周销量持平", "周销量"),
    **of_week("units", "销量"),
    **_year("units_week", "销量"),
    **titles("orders_week", "周订单增长", "周订单下降", "周订单持平", "周订单"),
    **of_week("orders", "订单数"),
    **_year("orders_week", "订单数"),
    **titles("conversion_week", "转化率上升", "转化率下降", "转化率持平", "周转化率"),
    **of_week("conversion", "转化率"),
    **_year("conversion_week", "转化率"),
    **under("conversion_week", _OPEN),
    "acos_year.title.up": ("ACoS 高于去年同一周",),
    "acos_year.title.down": ("ACoS 低于去年同一周",),
    "acos_year.title.flat": ("ACoS 与去年同一周相当",),
    **_moved(
        "acos_year.lead",
        "year_change",
        "{{value.when}} ACoS 为{{value}}，较{{{role}.against}}的{{year}}高{{{role}.size}}。",
        "{{value.when}} ACoS 为{{value}}，较{{{role}.against}}的{{year}}低{{{role}.size}}。",
        "{{value.when}} ACoS 为{{value}}，与{{{role}.against}}的{{year}}相当。",
    ),
    "acos_year.not_final": _ADS_OPEN["not_final"],
    "acos_year.open_days": _ADS_OPEN["open_days"],
}
