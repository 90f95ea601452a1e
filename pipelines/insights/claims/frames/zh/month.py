"""The frames of Chinese: the month in money. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

_VS = (
    "{value.when}利润为{value}，利润率（占不含税收入）{margin}，",
    "利润在{value.when}为{value}（占不含税收入的{margin}），",
)

FRAMES: Frames = {
    "month_profit.title.loss": ("{value.when}亏损：{value}", "全月亏损：{value}"),
    "month_profit.title": ("{value.when}利润：{value}", "全月利润：{value}"),
    "month_profit.vs.up": tuple(f"{begin}较{{change.against}}增加{{change.size}}。" for begin in _VS),
    "month_profit.vs.down": tuple(f"{begin}较{{change.against}}减少{{change.size}}。" for begin in _VS),
    "month_profit.vs.flat": tuple(f"{begin}与{{change.against}}持平。" for begin in _VS),
    "month_profit.lead": (
        "{value.when}利润为{value}，利润率（占不含税收入）为{margin}。",
        "利润在{value.when}为{value}，占不含税收入的{margin}。",
    ),
    "month_profit.only": ("{value.when}利润为{value}。", "利润在{value.when}为{value}。"),
    "month_profit.change.up": ("利润较{change.against}增加{change.size}。",),
    "month_profit.change.down": ("利润较{change.against}减少{change.size}。",),
    "month_profit.change.flat": ("利润与{change.against}持平。",),
    "month_profit.before": ("{before.when}利润为{before}。",),
    "month_profit.orders.vs.up": (
        "未计广告费、退款与仓储费，订单利润为{orders}，较{orders_change.against}增加{orders_change.size}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}，较{orders_change.against}增加{orders_change.size}。",
    ),
    "month_profit.orders.vs.down": (
        "未计广告费、退款与仓储费，订单利润为{orders}，较{orders_change.against}减少{orders_change.size}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}，较{orders_change.against}减少{orders_change.size}。",
    ),
    "month_profit.orders.vs.flat": ("未计广告费、退款与仓储费，订单利润为{orders}，与{orders_change.against}持平。",),
    "month_profit.orders_alone.up": (
        "未计广告费、退款与仓储费，订单利润较{orders_change.against}增加{orders_change.size}。",
    ),
    "month_profit.orders_alone.down": (
        "未计广告费、退款与仓储费，订单利润较{orders_change.against}减少{orders_change.size}。",
    ),
    "month_profit.orders_alone.flat": ("未计广告费、退款与仓储费，订单利润与{orders_change.against}持平。",),
    "month_profit.orders": (
        "未计广告费、退款与仓储费，订单利润为{orders}。",
        "订单利润（未计广告费、退款与仓储费）为{orders}。",
    ),
    "month_profit.orders_before": ("订单利润在{orders_before.when}为{orders_before}。",),
    "month_profit.lengths": (
        "本月{days}天，上个月{days_before}天，天数不同。",
        "两个月天数不同：本月{days}天，上个月{days_before}天。",
    ),
    "month_profit.year.up": ("与{year.against}相比，利润增加{year.size}。",),
    "month_profit.year.down": ("与{year.against}相比，利润减少{year.size}。",),
    "month_profit.year.flat": ("与{year.against}相比，利润持平。",),
    "month_profit.orders_year.up": ("与{orders_year.against}相比，广告前订单利润增加{orders_year.size}。",),
    "month_profit.orders_year.down": ("与{orders_year.against}相比，广告前订单利润减少{orders_year.size}。",),
    "month_profit.orders_year.flat": ("与{orders_year.against}相比，广告前订单利润持平。",),
    "month_profit.year_ago": ("一年前（{year_ago.when}）利润为{year_ago}。",),
    "month_profit.orders_year_ago": ("一年前（{orders_year_ago.when}）广告前订单利润为{orders_year_ago}。",),
    "month_profit.tacos": ("TACoS 为{tacos}。", "广告花费占总销售额（TACoS）{tacos}。"),
    "month_profit.tacos.vs.up": ("TACoS 较{tacos_change.against}上升{tacos_change.size}，为{tacos}。",),
    "month_profit.tacos.vs.down": ("TACoS 较{tacos_change.against}下降{tacos_change.size}，为{tacos}。",),
    "month_profit.tacos.vs.flat": ("TACoS 为{tacos}，变化不大。",),
    "month_profit.tacos_before": ("{tacos_before.when} TACoS 为{tacos_before}。",),
    "month_profit.known_from": (
        "销售数据自{known_from}起，此前的日子不在其中。",
        "不含{known_from}之前的日子，其销售数据未知。",
    ),
    "month_profit.left_out": ("销量的{left_out_share}因成本或费用未知，未计入。",),
    "month_profit.without_ads": ("广告费尚未到齐的天数：{without_ads}，利润因此偏高。",),
    "month_profit.open_until": (
        "结算数据截至{until}：有{estimated}天的佣金与配送费为预估，退款、仓储费等尚未入账。",
        "预估天数为{estimated}天：结算数据截至{until}，其后的佣金与配送费为预估，退款、仓储费等尚未入账。",
    ),
    "month_profit.open": ("尚无结算数据：{estimated}天的佣金与配送费为预估，退款、仓储费等尚未入账。",),
    "month_profit.ads_open": (
        "全月均已结算；有{ads_open}天的广告费仍可能被亚马逊调整。",
        "结算数据覆盖全月，但有{ads_open}天的广告费仍可能调整。",
    ),
    "month_profit.estimated_fees": (
        "其中{estimated_fees}的件数仍有部分费用为预估。",
        "仍有{estimated_fees}的件数含预估费用。",
    ),
    "month_parts.title.total.up": ("利润增长的来源", "利润为何增长"),
    "month_parts.title.total.down": ("利润下降的原因", "利润为何下降"),
    "month_parts.title.total.flat": ("利润构成的变动",),
    "month_parts.title": ("利润的变动构成",),
    "month_parts.total.up": (
        "{total.when}利润较{total.against}增加{total.size}。",
        "利润在{total.when}较{total.against}增加{total.size}。",
    ),
    "month_parts.total.down": (
        "{total.when}利润较{total.against}减少{total.size}。",
        "利润在{total.when}较{total.against}减少{total.size}。",
    ),
    "month_parts.total.flat": ("{total.when}利润与{total.against}持平。",),
    "month_parts.orders.up": (
        "{orders.when}广告前订单利润较{orders.against}增加{orders.size}。",
        "广告前订单利润在{orders.when}较{orders.against}增加{orders.size}。",
    ),
    "month_parts.orders.down": (
        "{orders.when}广告前订单利润较{orders.against}减少{orders.size}。",
        "广告前订单利润在{orders.when}较{orders.against}减少{orders.size}。",
    ),
    "month_parts.orders.flat": ("{orders.when}广告前订单利润与{orders.against}持平。",),
    "month_parts.lead.up": (
        "{change.name}使{change.when}利润增加{change.size}（现为{value}）。",
        "其中，{change.name}使{change.when}利润增加{change.size}（现为{value}）。",
    ),
    "month_parts.lead.down": (
        "{change.name}使{change.when}利润减少{change.size}（现为{value}）。",
        "其中，{change.name}使{change.when}利润减少{change.size}（现为{value}）。",
    ),
    "month_parts.lead.flat": ("{change.name}在{change.when}为{value}，没有变动。",),
    "month_parts.only.up": ("{change.name}使利润增加{change.size}。",),
    "month_parts.only.down": ("{change.name}使利润减少{change.size}。",),
    "month_parts.only.flat": ("{change.name}没有变动。",),
    "month_parts.more.up": ("{change.name}使利润增加{change.size}（现为{value}）。",),
    "month_parts.more.down": ("{change.name}使利润减少{change.size}（现为{value}）。",),
    "month_parts.more.flat": ("{change.name}为{value}，没有变动。",),
    "month_parts.before": ("而{before.when}为{before}。",),
    "month_parts.year.up": ("与{year.against}相比，{year.name}使利润增加{year.size}。",),
    "month_parts.year.down": ("与{year.against}相比，{year.name}使利润减少{year.size}。",),
    "month_parts.year.flat": ("与{year.against}相比，{year.name}没有变动。",),
    "month_parts.year_ago": ("一年前（{year_ago.when}）为{year_ago}。",),
    "month_sku_profit.title.up": ("利润增加：{change.name}", "盈利更多：{change.name}"),
    "month_sku_profit.title.down": ("利润减少：{change.name}", "盈利减少：{change.name}"),
    "month_sku_profit.title.flat": ("利润持平：{change.name}",),
    "month_sku_profit.lead.up": (
        "{change.name}在{profit.when}的广告前利润为{profit}，较{change.against}增加{change.size}。",
        "未计广告费，{change.name}在{profit.when}的利润为{profit}，较{change.against}增加{change.size}。",
    ),
    "month_sku_profit.lead.down": (
        "{change.name}在{profit.when}的广告前利润为{profit}，较{change.against}减少{change.size}。",
        "未计广告费，{change.name}在{profit.when}的利润为{profit}，较{change.against}减少{change.size}。",
    ),
    "month_sku_profit.lead.flat": ("{change.name}在{profit.when}的广告前利润为{profit}。",),
    "month_sku_profit.only.up": ("{change.name}的广告前利润增加{change.size}。",),
    "month_sku_profit.only.down": ("{change.name}的广告前利润减少{change.size}。",),
    "month_sku_profit.only.flat": ("{change.name}的广告前利润持平。",),
    "month_sku_profit.more.up": (
        "{change.name}增加{change.size}，利润为{profit}。",
        "另外，{change.name}增加{change.size}，利润为{profit}。",
    ),
    "month_sku_profit.more.down": (
        "{change.name}减少{change.size}，利润为{profit}。",
        "另外，{change.name}减少{change.size}，利润为{profit}。",
    ),
    "month_sku_profit.more.flat": ("{change.name}的利润为{profit}。",),
    "losing_skus.title": ("亏损：{loss.name}", "不赚钱的商品：{loss.name}"),
    "losing_skus.lead_many": (
        "{loss.when}扣除广告费后有{count}个 SKU 亏损，合计{total}，其中{loss.name}亏损{loss}。",
        "扣除广告费后，{loss.when}有{count}个 SKU 共亏损{total}，其中{loss.name}亏损{loss}。",
    ),
    "losing_skus.lead": (
        "扣除广告费后，{loss.name}在{loss.when}亏损{loss}。",
        "{loss.name}在{loss.when}扣除广告费后亏损{loss}。",
    ),
    "losing_skus.by_ads": (
        "广告前利润为{before}，广告花费{ads}。",
        "其广告花费{ads}，而广告前利润为{before}。",
    ),
    "losing_skus.with_ads": (
        "广告前利润已为{before}，广告花费{ads}。",
        "其广告花费{ads}，且广告前利润已为{before}。",
    ),
    "losing_skus.without_ads": (
        "未投放广告，利润即为{before}。",
        "亏损并非广告所致：没有广告时利润已为{before}。",
    ),
    "losing_skus.ads": ("其广告花费为{ads}。", "广告花费{ads}。"),
    "losing_skus.revenue": ("不含税收入为{revenue}。", "其不含税收入{revenue}。"),
    "left_out_of_profit.title.cost": ("部分商品缺少成本", "利润不完整：缺少成本"),
    "left_out_of_profit.title": ("部分商品缺少费用", "利润不完整"),
    "left_out_of_profit.lead": (
        "{units.when}有{units}未计入利润，占销量的{share}。",
        "未计入{units.when}利润的有{units}，占销量的{share}。",
    ),
    "left_out_of_profit.only": (
        "{units.when}有{units}未计入利润。",
        "未计入{units.when}利润的有{units}。",
    ),
    "left_out_of_profit.both": (
        "{no_cost}缺少成本，{no_fees}缺少费用。",
        "其中{no_cost}尚无成本，{no_fees}尚无费用。",
    ),
    "left_out_of_profit.no_cost": ("{no_cost}缺少成本。", "其中{no_cost}尚未填写成本。"),
    "left_out_of_profit.no_fees": (
        "{no_fees}缺少费用：既未结算，也无预估。",
        "其中{no_fees}的费用既未结算，也无预估。",
    ),
    "left_out_of_profit.sku": ("{of_sku.name}有{of_sku}。", "仅{of_sku.name}就有{of_sku}。"),
    "left_out_of_profit.sku_revenue": ("{sku_revenue.name}的不含税销售额为{sku_revenue}。",),
    "left_out_of_profit.revenue": ("合计不含税收入为{revenue}。", "这些商品的不含税收入为{revenue}。"),
    "month_settlements.title": ("{count.when}的结算",),
    "month_settlements.lead": (
        "{count.when}共有{count}笔结算截止，合计{total}。",
        "共有{count}笔结算在{count.when}截止，合计{total}。",
    ),
    "month_settlements.only": ("{count.when}共有{count}笔结算截止。", "共有{count}笔结算在{count.when}截止。"),
    "month_settlements.one_paid": (
        "其中{first}至{last}的一笔为{amount}，打款日为{paid}。",
        "{first}至{last}的一笔为{amount}，打款日{paid}。",
    ),
    "month_settlements.one": ("其中{first}至{last}的一笔为{amount}。", "{first}至{last}的一笔为{amount}。"),
    "month_settlements.amount": ("其中一笔为{amount}。",),
    "month_settlements.first": ("其中一笔自{first}起。",),
    "month_settlements.last": ("其中一笔至{last}止。",),
    "month_settlements.paid": ("其中一笔的打款日为{paid}。",),
}
