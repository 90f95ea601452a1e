"""The frames of Chinese: the SKUs that moved and what stands beside it, and what a change of sales is made of.

What is beside a change is worded as a coincidence in time, never as its reason. Data only; see `frames/__init__.py`.
"""

from pipelines.insights.claims.frames.shapes import Frames

_WAYS = (("up", "上升"), ("down", "下降"))
_BESIDE: Frames = {
    "sku_sales.title_out": ("断货且销售额下降：{change.name}",),
    "sku_sales.out_still": (
        "同期有{out}天断货，目前仍无可售库存。",
        "其间断货{out}天，目前仍无可售库存。",
    ),
    "sku_sales.out": ("同期有{out}天断货。", "其间断货{out}天。"),
    "sku_sales.empty": ("目前没有可售库存。", "现已无可售库存。"),
    "sku_sales.was_out": ("此前（{was_out.when}）有{was_out}天断货。", "而{was_out.when}断货{was_out}天。"),
    **{
        f"sku_sales.buy_box.{way}": (
            f"同期，其购物车占有率较{{buy_box.against}}{verb}{{buy_box.size}}。",
            f"与此同时，其购物车占有率较{{buy_box.against}}{verb}{{buy_box.size}}。",
        )
        for way, verb in _WAYS
    },
    "sku_sales.buy_box_open": ("亚马逊仍会修正该占有率所涉的日期。", "该占有率所涉的日期，亚马逊仍会修正。"),
    "sku_sales.rival": (
        "同期，一个受跟踪的竞品降价{rival.size}，目前低于我方价格。",
        "与此同时，一个受跟踪的竞品降价{rival.size}，目前低于我方价格。",
    ),
    **{
        f"sku_sales.price.{way}": (
            f"同期，我方多数日子的单价{verb}{{price_change.size}}，为{{price}}。",
            f"与此同时，我方多数日子的单价{verb}{{price_change.size}}，为{{price}}。",
        )
        for way, verb in _WAYS
    },
    **{
        f"sku_sales.clicks.{way}": (
            f"其广告点击数在{{clicks.when}}较{{clicks_change.against}}{verb}{{clicks_change.size}}，为{{clicks}}。",
            f"{{clicks.when}}，其广告点击数较{{clicks_change.against}}{verb}{{clicks_change.size}}，为{{clicks}}。",
        )
        for way, verb in _WAYS
    },
    **{
        f"sku_sales.by_{part}.{way}": (
            f"其中，{{by_{part}.size}}对应{noun}{verb}。",
            f"{noun}{verb}对应其中的{{by_{part}.size}}。",
        )
        for part, noun in (("price", "单价"), ("traffic", "访问次数"), ("conversion", "转化率"), ("units", "销量"))
        for way, verb in _WAYS
    },
}
_DRIVERS: Frames = {
    "sales_drivers.title.up": ("销售额增长的构成",),
    "sales_drivers.title.down": ("销售额下降的构成",),
    **{
        f"sales_drivers.lead.{way}": (
            f"{{change.when}}销售额较{{change.against}}{verb}{{change.size}}。",
            f"与{{change.against}}相比，{{change.when}}销售额{verb}{{change.size}}。",
        )
        for way, verb in (("up", "增长"), ("down", "下降"))
    },
    **{
        f"sales_drivers.{role}.{way}": (
            f"{cause}，{effect}{{{role}.size}}。",
            f"{effect}{{{role}.size}}，对应{cause}。",
        )
        for role, rise, fall in (
            ("traffic", "访问次数上升", "访问次数下降"),
            ("units", "销量上升", "销量下降"),
            ("conversion", "转化率上升", "转化率下降"),
            ("price", "单价上升", "单价下降"),
            ("mix", "较贵商品占比上升", "较贵商品占比下降"),
        )
        for way, cause, effect in (("up", rise, "增加"), ("down", fall, "减少"))
    },
    "sales_drivers.same_age": (
        "亚马逊仍会修正访问数据；两段时期均取同龄时的读数。",
        "两段时期的访问数据均取同龄时的读数；亚马逊仍会修正。",
    ),
    "sales_drivers.unsplit": (
        "没有同龄的访问数据，故销量未拆分为访问与转化率。",
        "销量未拆分为访问与转化率，因为没有同龄的访问数据。",
    ),
}
FRAMES: Frames = {
    **_BESIDE,
    **_DRIVERS,
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
