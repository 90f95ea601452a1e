"""The frames of Chinese: visits, conversion, and the buy box. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles, under
from pipelines.insights.claims.frames.zh.measures import of_day

_TRAFFIC_OPEN = {
    "same_age": (
        "亚马逊仍会修正当日数据，直至{final_on}；此前的日期取其同龄时的读数。",
        "直至{final_on}，亚马逊仍会修正当日数据；此前的日期取其同龄时的读数。",
    ),
    "uncompared": ("亚马逊仍会修正当日数据，直至{final_on}。此前的日期没有同龄的读数，故不作比较。",),
    "not_final": ("亚马逊仍会修正当日数据，直至{final_on}。", "直至{final_on}才会定稿。"),
}


FRAMES: Frames = {
    **titles("sessions_day", "访问多于常态", "访问少于常态", "访问与常态相当", "当日访问", "当日访问数据尚未定稿"),
    **of_day("sessions", "访问次数"),
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
    **of_day("conversion", "转化率"),
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
