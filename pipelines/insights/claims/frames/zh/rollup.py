"""The frames of Chinese: all stores of a tenant. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "rollup_total.title.vs.up": ("全部店铺销售额增长", "各店合计销售额上升"),
    "rollup_total.title.vs.down": ("全部店铺销售额下降", "各店合计销售额下滑"),
    "rollup_total.title.vs.flat": ("全部店铺销售额持平",),
    "rollup_total.title": ("全部店铺销售额",),
    "rollup_total.vs.up": (
        "{sales.when}不含税销售额较{change.against}增长{change.size}，为{sales}。",
        "不含税销售额在{sales.when}较{change.against}增长{change.size}，为{sales}。",
    ),
    "rollup_total.vs.down": (
        "{sales.when}不含税销售额较{change.against}下降{change.size}，为{sales}。",
        "不含税销售额在{sales.when}较{change.against}下降{change.size}，为{sales}。",
    ),
    "rollup_total.vs.flat": (
        "{sales.when}不含税销售额为{sales}，与{change.against}基本持平。",
        "不含税销售额在{sales.when}为{sales}，与{change.against}接近。",
    ),
    "rollup_total.vs_some.up": (
        "{sales.when}不含税销售额为{sales}；可比店铺（{compared}家）较{change.against}增长{change.size}。",
        "不含税销售额在{sales.when}为{sales}；可比店铺（{compared}家）较{change.against}增长{change.size}。",
    ),
    "rollup_total.vs_some.down": (
        "{sales.when}不含税销售额为{sales}；可比店铺（{compared}家）较{change.against}下降{change.size}。",
        "不含税销售额在{sales.when}为{sales}；可比店铺（{compared}家）较{change.against}下降{change.size}。",
    ),
    "rollup_total.vs_some.flat": (
        "{sales.when}不含税销售额为{sales}；可比店铺（{compared}家）与{change.against}基本持平。",
    ),
    "rollup_total.value": ("{sales.when}不含税销售额为{sales}。", "不含税销售额在{sales.when}为{sales}。"),
    "rollup_total.amount.up": ("折合金额增加{amount.size}。",),
    "rollup_total.amount.down": ("折合金额减少{amount.size}。",),
    "rollup_total.amount.flat": ("金额没有变化。",),
    "rollup_total.before": ("{before.when}销售额为{before}。",),
    "rollup_total.stores": ("合计含{stores}家店铺。", "共计入{stores}家店铺。"),
    "rollup_total.profit_some": (
        "利润为{profit}，利润率{margin}，仅含利润已知的{profit_stores}家店铺。",
        "有{profit_stores}家店铺利润已知：{profit}，利润率{margin}。",
    ),
    "rollup_total.profit": ("利润为{profit}，利润率{margin}。", "合计利润{profit}，利润率{margin}。"),
    "rollup_total.profit_alone": ("利润为{profit}。", "合计利润{profit}。"),
    "rollup_total.margin": ("利润率为{margin}。",),
    "rollup_total.orders.up": ("未计广告费、退款与仓储费，订单利润较{orders.against}增加{orders.size}。",),
    "rollup_total.orders.down": ("未计广告费、退款与仓储费，订单利润较{orders.against}减少{orders.size}。",),
    "rollup_total.orders.flat": ("未计广告费、退款与仓储费，订单利润与{orders.against}持平。",),
    "rollup_total.ads": ("广告花费{ads}，TACoS 为{tacos}。", "投放广告{ads}，占销售额的{tacos}（TACoS）。"),
    "rollup_total.ads_alone": ("广告花费{ads}。", "投放广告{ads}。"),
    "rollup_total.tacos": ("TACoS 为{tacos}。", "广告花费占总销售额（TACoS）{tacos}。"),
    "rollup_total.left_out": (
        "有{left_out}（占销量的{left_out_share}）因成本或费用未知，未计入利润。",
        "未计入利润的有成本或费用未知的{left_out}（占销量的{left_out_share}）。",
    ),
    "rollup_total.open": (
        "各店结算数据至少截至{until}，其后的费用为预估，退款、仓储费等尚未入账。",
        "部分为预估：各店结算数据至少截至{until}，其后的退款、仓储费等尚未入账。",
    ),
    "shop_sales.title_most.up": ("拉动销售额最多：{change.name}", "增长最多：{change.name}"),
    "shop_sales.title_most.down": ("拖累销售额最多：{change.name}", "下降最多：{change.name}"),
    "shop_sales.title_most.flat": ("销售额持平：{change.name}",),
    "shop_sales.title.up": ("销售额增长：{change.name}", "卖得更多：{change.name}"),
    "shop_sales.title.down": ("销售额下降：{change.name}", "卖得更少：{change.name}"),
    "shop_sales.title.flat": ("销售额持平：{change.name}",),
    "shop_sales.lead.up": (
        "{change.name}在{change.when}的销售额较{change.against}增加{change.size}，为{sales}。",
        "{change.when}{change.name}销售额较{change.against}增加{change.size}，为{sales}。",
    ),
    "shop_sales.lead.down": (
        "{change.name}在{change.when}的销售额较{change.against}减少{change.size}，为{sales}。",
        "{change.when}{change.name}销售额较{change.against}减少{change.size}，为{sales}。",
    ),
    "shop_sales.lead.flat": ("{change.name}在{change.when}的销售额为{sales}，与{change.against}持平。",),
    "shop_sales.only.up": ("{change.name}在{change.when}的销售额较{change.against}增加{change.size}。",),
    "shop_sales.only.down": ("{change.name}在{change.when}的销售额较{change.against}减少{change.size}。",),
    "shop_sales.only.flat": ("{change.name}在{change.when}的销售额与{change.against}持平。",),
    "shop_sales.percent.up": ("增幅为{percent.size}。", "其销售额增长{percent.size}。"),
    "shop_sales.percent.down": ("降幅为{percent.size}。", "其销售额下降{percent.size}。"),
    "shop_sales.percent.flat": ("幅度很小。",),
    "shop_sales.share": ("占全部店铺销售额的{share}。", "在全部店铺中占{share}。"),
    "shop_sales.more.up": (
        "{change.name}增加{change.size}，为{sales}。",
        "另外，{change.name}增加{change.size}，为{sales}。",
    ),
    "shop_sales.more.down": (
        "{change.name}减少{change.size}，为{sales}。",
        "另外，{change.name}减少{change.size}，为{sales}。",
    ),
    "shop_sales.more.flat": ("{change.name}销售额为{sales}，没有变化。",),
    "shop_profit.title_loss": ("亏损店铺：{profit.name}", "录得亏损：{profit.name}"),
    "shop_profit.title": ("店铺利润：{profit.name}", "利润情况：{profit.name}"),
    "shop_profit.lead": (
        "{profit.name}在{profit.when}的利润为{profit}，利润率{margin}。",
        "{profit.when}{profit.name}利润为{profit}，利润率{margin}。",
    ),
    "shop_profit.only": (
        "{profit.name}在{profit.when}的利润为{profit}。",
        "{profit.when}{profit.name}利润为{profit}。",
    ),
    "shop_profit.change.up": ("广告前订单利润较{change.against}增加{change.size}。",),
    "shop_profit.change.down": ("广告前订单利润较{change.against}减少{change.size}。",),
    "shop_profit.change.flat": ("广告前订单利润与{change.against}持平。",),
    "shop_profit.tacos": ("其 TACoS 为{tacos}。", "广告花费占其总销售额（TACoS）{tacos}。"),
    "shop_profit.estimated": (
        "有{estimated}天尚未结算，费用为预估，退款与仓储费未入账。",
        "尚未结算的有{estimated}天：费用为预估，退款与仓储费未入账。",
    ),
    "shop_gaps.title_late": ("订单数据滞后：{late.name}", "数据未到齐：{late.name}"),
    "shop_gaps.title": ("数据缺失：{days.name}", "数据有缺口：{days.name}"),
    "shop_gaps.late": (
        "{late.name}的订单数据仅到{until}，本期缺{late}天。",
        "本期缺{late}天：{late.name}的订单数据仅到{until}。",
    ),
    "shop_gaps.lead": (
        "{days.name}有{reports}份报告缺数据，共缺{days}天。",
        "共有{reports}份报告缺数据的是{days.name}，合计{days}天。",
    ),
    "shop_gaps.only": ("{days.name}缺{days}天数据。", "缺{days}天数据的是{days.name}。"),
    "shop_without_rate.title": ("缺少汇率：{days.name}", "未计入合计：{days.name}"),
    "shop_without_rate.lead": (
        "{days.name}未计入任何合计：所涉两周有{days}天没有汇率。",
        "因所涉两周有{days}天没有汇率，{days.name}未计入任何合计。",
    ),
    "shop_without_rate.more": (
        "{days.name}同样未计入：{days}天没有汇率。",
        "同样未计入的还有{days.name}：{days}天没有汇率。",
    ),
}
