"""The frames of Chinese: profit of the week, what moved it, what is settled. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "profit_week.title.loss": ("本周亏损", "一周录得亏损"),
    "profit_week.title.vs.up": ("订单利润高于前一周", "订单利润增长"),
    "profit_week.title.vs.down": ("订单利润低于前一周", "订单利润下降"),
    "profit_week.title.vs.flat": ("订单利润与前一周持平",),
    "profit_week.title": ("本周利润",),
    "profit_week.lead": (
        "{value.when}利润为{value}，利润率（占不含税收入）为{margin}。",
        "利润在{value.when}为{value}，占不含税收入的{margin}。",
    ),
    "profit_week.only": ("{value.when}利润为{value}。", "利润在{value.when}为{value}。"),
    "profit_week.vs.up": (
        "未计广告费、退款与仓储费，订单利润为{orders}，较{change.against}增加{change.size}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}，较{change.against}增加{change.size}。",
    ),
    "profit_week.vs.down": (
        "未计广告费、退款与仓储费，订单利润为{orders}，较{change.against}减少{change.size}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}，较{change.against}减少{change.size}。",
    ),
    "profit_week.vs.flat": ("未计广告费、退款与仓储费，订单利润为{orders}，与{change.against}持平。",),
    "profit_week.vs_alone.up": ("未计广告费、退款与仓储费，订单利润较{change.against}增加{change.size}。",),
    "profit_week.vs_alone.down": ("未计广告费、退款与仓储费，订单利润较{change.against}减少{change.size}。",),
    "profit_week.vs_alone.flat": ("未计广告费、退款与仓储费，订单利润与{change.against}持平。",),
    "profit_week.orders": (
        "未计广告费、退款与仓储费，订单利润为{orders}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}。",
    ),
    "profit_week.orders_before": ("订单利润在{orders_before.when}为{orders_before}。",),
    "profit_week.year.up": ("较{year_change.against}（{year}）增加{year_change.size}。",),
    "profit_week.year.down": ("较{year_change.against}（{year}）减少{year_change.size}。",),
    "profit_week.year.flat": ("与{year_change.against}（{year}）持平。",),
    "profit_week.year_alone.up": ("订单利润较{year_change.against}增加{year_change.size}。",),
    "profit_week.year_alone.down": ("订单利润较{year_change.against}减少{year_change.size}。",),
    "profit_week.year_alone.flat": ("订单利润与{year_change.against}持平。",),
    "profit_week.year_ago": ("订单利润在{year.when}为{year}。",),
    "profit_week.tacos": ("TACoS 为{tacos}。", "广告花费占总销售额（TACoS）{tacos}。"),
    "profit_week.tacos.vs.up": ("TACoS 较{tacos_change.against}上升{tacos_change.size}，为{tacos}。",),
    "profit_week.tacos.vs.down": ("TACoS 较{tacos_change.against}下降{tacos_change.size}，为{tacos}。",),
    "profit_week.tacos.vs.flat": ("TACoS 为{tacos}，变化不大。",),
    "profit_week.tacos_before": ("{tacos_before.when} TACoS 为{tacos_before}。",),
    "profit_week.day": (
        "其中{day.when}当日利润为{day}，利润率{day_margin}。",
        "单看{day.when}，利润为{day}，利润率{day_margin}。",
    ),
    "profit_week.day_alone": ("其中{day.when}当日利润为{day}。", "单看{day.when}，利润为{day}。"),
    "profit_week.left_out": (
        "有{left_out}（占销量的{left_out_share}）因成本或费用未知，未计入。",
        "未计入成本或费用未知的{left_out}（占销量的{left_out_share}）。",
    ),
    "profit_week.without_ads": ("广告费尚未到齐的天数：{without_ads}，利润因此偏高。",),
    "profit_week.open_until": (
        "结算数据截至{until}：本周有{estimated}天的佣金与配送费为预估，退款、仓储费等尚未入账。",
        "预估天数为{estimated}天：结算数据截至{until}，其后的佣金与配送费为预估，退款、仓储费等尚未入账。",
    ),
    "profit_week.open": ("尚无结算数据：{estimated}天的佣金与配送费为预估，退款、仓储费等尚未入账。",),
    "profit_week.settled": ("结算数据覆盖的最近七日，计入退款与仓储费后利润为{settled}（利润率{settled_margin}）。",),
    "profit_week.settled.vs.up": (
        "结算数据覆盖的最近七日，计入退款与仓储费后利润为{settled}（利润率{settled_margin}），"
        "较{settled_change.against}增加{settled_change.size}。",
    ),
    "profit_week.settled.vs.down": (
        "结算数据覆盖的最近七日，计入退款与仓储费后利润为{settled}（利润率{settled_margin}），"
        "较{settled_change.against}减少{settled_change.size}。",
    ),
    "profit_week.settled.vs.flat": (
        "结算数据覆盖的最近七日，计入退款与仓储费后利润为{settled}（利润率{settled_margin}），"
        "与{settled_change.against}持平。",
    ),
    "profit_parts.title.total.up": ("订单利润增长的来源", "订单利润为何增长"),
    "profit_parts.title.total.down": ("订单利润下降的原因", "订单利润为何下降"),
    "profit_parts.title.total.flat": ("利润构成的变动",),
    "profit_parts.title": ("订单利润的变动构成",),
    "profit_parts.total.up": (
        "{total.when}广告前订单利润较{total.against}增加{total.size}。",
        "广告前订单利润在{total.when}较{total.against}增加{total.size}。",
    ),
    "profit_parts.total.down": (
        "{total.when}广告前订单利润较{total.against}减少{total.size}。",
        "广告前订单利润在{total.when}较{total.against}减少{total.size}。",
    ),
    "profit_parts.total.flat": ("{total.when}广告前订单利润与{total.against}持平。",),
    "profit_parts.lead.up": (
        "{change.name}使{change.when}利润增加{change.size}（现为{value}）。",
        "其中，{change.name}使{change.when}利润增加{change.size}（现为{value}）。",
    ),
    "profit_parts.lead.down": (
        "{change.name}使{change.when}利润减少{change.size}（现为{value}）。",
        "其中，{change.name}使{change.when}利润减少{change.size}（现为{value}）。",
    ),
    "profit_parts.lead.flat": ("{change.name}在{change.when}为{value}，没有变动。",),
    "profit_parts.only.up": ("{change.name}使{change.when}利润增加{change.size}。",),
    "profit_parts.only.down": ("{change.name}使{change.when}利润减少{change.size}。",),
    "profit_parts.only.flat": ("{change.name}在{change.when}没有变动。",),
    "profit_parts.more.up": ("{change.name}使利润增加{change.size}（现为{value}）。",),
    "profit_parts.more.down": ("{change.name}使利润减少{change.size}（现为{value}）。",),
    "profit_parts.more.flat": ("{change.name}为{value}，没有变动。",),
    "profit_parts.before": ("而{before.when}为{before}。",),
    "sku_profit.title.up": ("利润增加：{change.name}", "盈利更多：{change.name}"),
    "sku_profit.title.down": ("利润减少：{change.name}", "盈利减少：{change.name}"),
    "sku_profit.title.flat": ("利润持平：{change.name}",),
    "sku_profit.lead.up": (
        "{change.name}在{profit.when}的广告前利润为{profit}，较{change.against}增加{change.size}。",
        "未计广告费，{change.name}在{profit.when}的利润为{profit}，较{change.against}增加{change.size}。",
    ),
    "sku_profit.lead.down": (
        "{change.name}在{profit.when}的广告前利润为{profit}，较{change.against}减少{change.size}。",
        "未计广告费，{change.name}在{profit.when}的利润为{profit}，较{change.against}减少{change.size}。",
    ),
    "sku_profit.lead.flat": ("{change.name}在{profit.when}的广告前利润为{profit}。",),
    "sku_profit.only.up": ("{change.name}在{change.when}的广告前利润较{change.against}增加{change.size}。",),
    "sku_profit.only.down": ("{change.name}在{change.when}的广告前利润较{change.against}减少{change.size}。",),
    "sku_profit.only.flat": ("{change.name}在{change.when}的广告前利润与{change.against}持平。",),
    "sku_profit.more.up": (
        "{change.name}在{profit.when}增加{change.size}，利润为{profit}。",
        "另外，{change.name}在{profit.when}增加{change.size}，利润为{profit}。",
    ),
    "sku_profit.more.down": (
        "{change.name}在{profit.when}减少{change.size}，利润为{profit}。",
        "另外，{change.name}在{profit.when}减少{change.size}，利润为{profit}。",
    ),
    "sku_profit.more.flat": ("{change.name}在{profit.when}的利润为{profit}。",),
    "settled_profit.title.loss": ("结算后为亏损", "已结算期间亏损"),
    "settled_profit.title.vs.up": ("已结算利润增长", "结算后利润增加"),
    "settled_profit.title.vs.down": ("已结算利润下降", "结算后利润减少"),
    "settled_profit.title.vs.flat": ("已结算利润持平",),
    "settled_profit.title": ("已结算利润",),
    "settled_profit.lead": (
        "{value.when}（结算数据覆盖的最近七日）利润为{value}，利润率{margin}，退款、仓储费均已计入。",
        "计入退款与仓储费后，{value.when}利润为{value}，利润率{margin}，这是结算数据覆盖的最近七日。",
    ),
    "settled_profit.only": ("{value.when}（结算数据覆盖的最近七日）利润为{value}，退款、仓储费均已计入。",),
    "settled_profit.vs.up": ("较{change.against}增加{change.size}。",),
    "settled_profit.vs.down": ("较{change.against}减少{change.size}。",),
    "settled_profit.vs.flat": ("与{change.against}持平。",),
    "settled_profit.estimated": (
        "其中{estimated}的件数仍有部分费用为预估。",
        "仍有{estimated}的件数含预估费用。",
    ),
}
