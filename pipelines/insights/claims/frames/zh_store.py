"""The frames of Chinese, the store's own measures: sales, visits, advertising. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles, under, with_since

_UP_DOWN = (("up", "高出", "增长"), ("down", "低了", "下降"))


def _day(name: str, noun: str) -> Frames:
    """A measure of the day."""
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb in _UP_DOWN:
        frames[f"{name}_day.vs.{direction}"] = (
            f"{{value.when}}{noun}为{{value}}，比{{change.against}}{side}{{change.size}}。",
            f"{noun}在{{value.when}}为{{value}}，较{{change.against}}{verb}{{change.size}}。",
            f"与{{change.against}}相比，{{value.when}}{noun}{verb}{{change.size}}，为{{value}}。",
        )
        frames[f"{name}_day.since.{direction}"] = (
            f"与{{since.against}}相比{verb}{{since.size}}。",
            f"较{{since.against}}{verb}{{since.size}}。",
        )
    frames[f"{name}_day.vs.flat"] = (
        f"{{value.when}}{noun}为{{value}}，与{{change.against}}相当。",
        f"{noun}在{{value.when}}为{{value}}，接近{{change.against}}。",
    )
    frames[f"{name}_day.since.flat"] = ("与{since.against}相当。", "接近{since.against}。")
    frames[f"{name}_day.value"] = (f"{{value.when}}{noun}为{{value}}。", f"{noun}在{{value.when}}为{{value}}。")
    frames[f"{name}_day.usual"] = ("常态为{usual}。", "同一星期几的常态是{usual}。")
    frames[f"{name}_day.week_ago"] = ("上周同日为{week_ago}。", "而上周同日为{week_ago}。")
    return with_since(name, frames)


def _week(name: str, noun: str) -> Frames:
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb in _UP_DOWN:
        frames[f"{name}_week.vs.{direction}"] = (
            f"{{value.when}}{noun}较{{change.against}}{verb}{{change.size}}，为{{value}}。",
            f"{noun}在{{value.when}}为{{value}}，比{{change.against}}{side}{{change.size}}。",
            f"与{{change.against}}相比，{{value.when}}{noun}{verb}{{change.size}}，为{{value}}。",
        )
    frames[f"{name}_week.vs.flat"] = (
        f"{{value.when}}{noun}为{{value}}，与{{change.against}}大致相当。",
        f"{noun}在{{value.when}}为{{value}}，接近{{change.against}}。",
    )
    frames[f"{name}_week.value"] = (f"{{value.when}}{noun}为{{value}}。", f"{noun}在{{value.when}}为{{value}}。")
    frames[f"{name}_week.before"] = ("此前（{before.when}）为{before}。", "{before.when}为{before}。")
    return frames


_PENDING = ("另有{pending}待付款，尚未计入。", "尚未计入的还有待付款的{pending}。")
_ADS_OPEN = {
    "same_age": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周取其同龄时的读数。",),
    "uncompared": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。上周没有同龄的读数，故不作比较。",),
    "not_final": ("本周尚未定稿的天数：{open_days}，亚马逊会修正至{final_on}。",),
    "open_days": ("本周尚未定稿的天数：{open_days}。",),
}
_TRAFFIC_OPEN = {
    "same_age": (
        "亚马逊仍会修正当日数据，直至{final_on}；此前的日期取其同龄时的读数。",
        "直至{final_on}，亚马逊仍会修正当日数据；此前的日期取其同龄时的读数。",
    ),
    "uncompared": ("亚马逊仍会修正当日数据，直至{final_on}。此前的日期没有同龄的读数，故不作比较。",),
    "not_final": ("亚马逊仍会修正当日数据，直至{final_on}。", "直至{final_on}才会定稿。"),
}


_SALES = {
    **titles("sales_day", "销售额高于常态", "销售额低于常态", "销售额与常态相当", "当日销售额"),
    **_day("sales", "销售额"),
    "sales_day.orders": ("来自{orders}笔订单，共{units}。", "共{orders}笔订单、{units}。"),
    "sales_day.only_orders": ("来自{orders}笔订单。", "共{orders}笔订单。"),
    "sales_day.only_units": ("共售出{units}。", "售出{units}。"),
    "sales_day.week.up": (
        "{week.when}销售额较{week_change.against}增长{week_change.size}，达到{week}。",
        "与{week_change.against}相比，{week.when}销售额增长{week_change.size}，达到{week}。",
    ),
    "sales_day.week.down": (
        "{week.when}销售额较{week_change.against}下降{week_change.size}，为{week}。",
        "与{week_change.against}相比，{week.when}销售额下降{week_change.size}，为{week}。",
    ),
    "sales_day.week.flat": (
        "{week.when}销售额为{week}，与{week_change.against}大致相当。",
        "与{week_change.against}相比，{week.when}销售额变化不大，为{week}。",
    ),
    "sales_day.only_week": ("{week.when}销售额为{week}。", "销售额在{week.when}为{week}。"),
    "sales_day.pending": _PENDING,
    "sales_day.undecided": (
        "当日能否达到同一星期几的常态{usual}，取决于这些待付款件。",
        "这些待付款件决定当日能否达到同一星期几的常态{usual}。",
    ),
    **titles("sales_week", "周销售额增长", "周销售额下降", "周销售额持平", "周销售额"),
    **_week("sales", "销售额"),
    **titles("units_day", "销量高于常态", "销量低于常态", "销量与常态相当", "当日销量"),
    **_day("units", "销量"),
    "units_day.cancelled": ("取消：{cancelled}。",),
    "units_day.pending": _PENDING,
    **titles("orders_day", "订单多于常态", "订单少于常态", "订单与常态相当", "当日订单"),
    **_day("orders", "订单数"),
    "orders_day.pending": _PENDING,
    "sku_sales.title.up": ("销售额增长：{change.name}",),
    "sku_sales.title.down": ("销售额下降：{change.name}",),
    "sku_sales.lead.up": (
        "{change.name}在{sales.when}的销售额较{change.against}增长{change.size}，达到{sales}。",
        "{sales.when}，{change.name}的销售额较{change.against}增长{change.size}，达到{sales}。",
    ),
    "sku_sales.lead.down": (
        "{change.name}在{sales.when}的销售额较{change.against}下降{change.size}，为{sales}。",
        "{sales.when}，{change.name}的销售额较{change.against}下降{change.size}，为{sales}。",
    ),
    "sku_sales.only.up": ("{change.name}的销售额增长{change.size}。", "销售额增长的还有{change.name}，{change.size}。"),
    "sku_sales.only.down": (
        "{change.name}的销售额下降{change.size}。",
        "销售额下降的还有{change.name}，{change.size}。",
    ),
    "sku_sales.more.up": (
        "{change.name}在{sales.when}增长{change.size}，达到{sales}。",
        "另外，{change.name}在{sales.when}增长{change.size}，达到{sales}。",
    ),
    "sku_sales.more.down": (
        "{change.name}在{sales.when}下降{change.size}，为{sales}。",
        "另外，{change.name}在{sales.when}下降{change.size}，为{sales}。",
    ),
    "sku_sales.before": ("此前（{before.when}）为{before}。", "而{before.when}为{before}。"),
}
_TRAFFIC = {
    **titles("sessions_day", "访问多于常态", "访问少于常态", "访问与常态相当", "当日访问", "当日访问数据尚未定稿"),
    **_day("sessions", "访问次数"),
    "sessions_day.open": ("目前已知的访问次数：{value}。", "访问次数目前为{value}。"),
    "sessions_day.conversion.up": (
        "转化率较{conversion_change.against}上升{conversion_change.size}，为{conversion}。",
        "与{conversion_change.against}相比，转化率上升{conversion_change.size}，为{conversion}。",
    ),
    "sessions_day.conversion.down": (
        "转化率较{conversion_change.against}下降{conversion_change.size}，为{conversion}。",
        "与{conversion_change.against}相比，转化率下降{conversion_change.size}，为{conversion}。",
    ),
    "sessions_day.conversion.flat": ("转化率为{conversion}，与常态相当。", "与常态相当的是转化率，为{conversion}。"),
    "sessions_day.conversion_open": ("目前的转化率：{conversion}。", "转化率目前为{conversion}。"),
    "sessions_day.conversion_alone": ("转化率为{conversion}。", "当日转化率为{conversion}。"),
    **under("sessions_day", _TRAFFIC_OPEN),
    **titles(
        "conversion_day", "转化率高于常态", "转化率低于常态", "转化率与常态相当", "当日转化率", "当日转化率尚未定稿"
    ),
    **_day("conversion", "转化率"),
    "conversion_day.open": ("目前已知的转化率：{value}。", "转化率目前为{value}。"),
    **under("conversion_day", _TRAFFIC_OPEN),
    "buy_box.title.up": ("购物车占有率上升：{change.name}",),
    "buy_box.title.down": ("购物车占有率下降：{change.name}",),
    "buy_box.title.flat": ("购物车占有率持平：{change.name}",),
    **{
        f"buy_box.lead.{way}": (
            f"{{change.name}}的购物车占有率在{{share.when}}较{{change.against}}{verb}{{change.size}}，为{{share}}。",
            f"{{share.when}}，{{change.name}}的购物车占有率较{{change.against}}{verb}{{change.size}}，为{{share}}。",
        )
        for way, verb in (("up", "上升"), ("down", "下降"))
    },
    "buy_box.lead.flat": (
        "{change.name}的购物车占有率在{share.when}为{share}，变化不大。",
        "{share.when}{change.name}的购物车占有率变化不大，为{share}。",
    ),
    **{
        f"buy_box.more.{way}": (
            f"{{change.name}}的购物车占有率{verb}{{change.size}}，为{{share}}。",
            f"另外，{{change.name}}的购物车占有率{verb}{{change.size}}，为{{share}}。",
        )
        for way, verb in (("up", "上升"), ("down", "下降"))
    },
    "buy_box.more.flat": (
        "{change.name}的购物车占有率变化不大，为{share}。",
        "另外，{change.name}的购物车占有率变化不大，为{share}。",
    ),
    "buy_box.before": ("此前（{before.when}）为{before}。", "而{before.when}为{before}。"),
    "buy_box.open_days": ("本周尚未定稿的天数：{open_days}。",),
}
_ADS = {
    **titles("ad_spend_week", "广告花费增加", "广告花费减少", "广告花费持平", "周广告花费", "本周广告花费尚未定稿"),
    **_week("ad_spend", "广告花费"),
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
    **_week("ad_sales", "广告销售额"),
    **under("ad_sales_week", _ADS_OPEN),
    **titles("acos_week", "ACoS 上升", "ACoS 下降", "ACoS 持平", "周 ACoS"),
    **_week("acos", " ACoS "),
    **under("acos_week", _ADS_OPEN),
}

FRAMES: Frames = {
    key: tuple(frame.strip() for frame in variants) for key, variants in {**_SALES, **_TRAFFIC, **_ADS}.items()
}
