"""The frames of Chinese: the inventory brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

DEMAND = (
    "未来四周需求约{demand}，大致在{low}至{high}之间。",
    "预计四周内需要约{demand}，大致在{low}至{high}之间。",
)
BY_FORECAST = ("以上按需求预测计算。", "这是按需求预测计算的。")
BY_VELOCITY = ("尚无预测，按有货日的日均销量计算。", "以上按有货日的日均销量计算，因尚无预测。")
BY_BOTH = ("以上按需求预测计算，没有预测的按有货日的日均销量。", "有预测的按需求预测计算，其余按有货日的日均销量。")

_ORDER = {
    "to_order.title": ("需要补货：{units.name}", "应当补货：{units.name}"),
    "to_order.title_late": ("立即补货：{units.name}", "补货已晚：{units.name}"),
    "to_order.late": (
        "{units.name}应补货{units}，按期到货的最晚下单日{by}已过。",
        "最晚下单日{by}已过：{units.name}应补货{units}。",
    ),
    "to_order.lead": ("{units.name}需在{by}前补货{units}。", "{by}前需补货{units.name}，数量{units}。"),
    "to_order.cost": ("单件成本{unit_cost}，合计{cost}。", "货款{cost}，单件成本{unit_cost}。"),
    "to_order.only_cost": ("货款{cost}。", "共需货款{cost}。"),
    "to_order.total": (
        "一周内需下单的 SKU 共{count}个，货款合计{total}。",
        "共有{count}个 SKU 需在一周内下单，货款合计{total}。",
    ),
    "to_order.count": ("一周内需下单的 SKU 共{count}个。", "共有{count}个 SKU 需在一周内下单。"),
    "to_order.unpriced": (
        "其中{unpriced}个 SKU 成本未知，未计入合计。",
        "未计入合计的还有{unpriced}个成本未知的 SKU。",
    ),
    "to_order.were_late": ("其中{late}个已过最晚下单日。", "已过最晚下单日的有{late}个。"),
    "to_order.empty_inbound": ("现已无可售库存，在途{inbound}。", "它已断货，在途{inbound}。"),
    "to_order.empty": ("现已无可售库存。", "它已断货。"),
    "to_order.lasts_inbound": (
        "现有库存还可销售{cover}，预计{out}断货；在途{inbound}。",
        "预计{out}断货，现有库存还可销售{cover}；在途{inbound}。",
    ),
    "to_order.lasts": ("现有库存还可销售{cover}，预计{out}断货。", "预计{out}断货，现有库存还可销售{cover}。"),
    "to_order.lost": (
        "即使今天下单，到货前仍将损失约{lost}的销售额。",
        "今天下单也来不及，到货前约损失{lost}的销售额。",
    ),
    "to_order.demand": DEMAND,
    "to_order.lead_time": ("从下单到可售需{lead}天。", "交货周期为{lead}天，即从下单到可售。"),
    "to_order.assumed": (
        "交货周期未知，按店铺设定假设为{assumed}天。",
        "因交货周期未知，按店铺设定取{assumed}天。",
    ),
    "to_order.by_forecast": BY_FORECAST,
    "to_order.by_velocity": BY_VELOCITY,
    "to_order.by_both": BY_BOTH,
    "to_order.more_cost": (
        "{units.name}：{units}，最晚{by}下单，货款{cost}。",
        "最晚{by}下单的还有{units.name}，{units}，货款{cost}。",
    ),
    "to_order.more": ("{units.name}：{units}，最晚{by}下单。", "最晚{by}下单的还有{units.name}，{units}。"),
}
_LOST = {
    "lost_sales.title": ("断货损失的销售额：{lost.name}", "因断货少卖：{lost.name}"),
    "lost_sales.total": (
        "{total.When}，有{count}个 SKU 曾断货，估计损失销售额{total}。",
        "曾断货的 SKU 有{count}个，{total.when}估计损失销售额{total}。",
    ),
    "lost_sales.days": (
        "{lost.name}{lost.when}断货{days}天，估计损失{lost}。",
        "断货{days}天的{lost.name}{lost.when}估计损失{lost}。",
    ),
    "lost_sales.lead": (
        "{lost.name}{lost.when}因断货估计损失{lost}。",
        "因断货，{lost.name}{lost.when}估计损失{lost}。",
    ),
    "lost_sales.units": ("它有货时{velocity}，折合少卖{units}。", "折合少卖{units}，因为有货时{velocity}。"),
    "lost_sales.only_units": ("折合少卖{units}。", "约少卖{units}。"),
    "lost_sales.more_days": (
        "{lost.name}断货{days}天，约{lost}。",
        "另有{lost.name}断货{days}天，约{lost}。",
    ),
    "lost_sales.more": ("{lost.name}约{lost}。", "另有{lost.name}，约{lost}。"),
}
_CLEAR = {
    "to_clear.title": ("需要清库存：{surplus.name}", "库存过多：{surplus.name}"),
    "to_clear.title_aged": ("库龄偏长：{surcharge.name}", "久存库存：{surcharge.name}"),
    "to_clear.lead_cost": (
        "{surplus.name}有{surplus}超出需求偏高时九十天的用量，占用成本{cost}。",
        "超出需求偏高时九十天用量的{surplus.name}有{surplus}，占用成本{cost}。",
    ),
    "to_clear.lead": (
        "{surplus.name}有{surplus}超出需求偏高时九十天的用量。",
        "超出需求偏高时九十天用量的{surplus.name}有{surplus}。",
    ),
    "to_clear.lead_aged": (
        "{surcharge.name}有{aged}库龄超过半年，下次超龄附加费为{surcharge}。",
        "库龄超过半年的{surcharge.name}有{aged}，下次超龄附加费为{surcharge}。",
    ),
    "to_clear.lead_surcharge": (
        "{surcharge.name}下次超龄附加费为{surcharge}。",
        "下次超龄附加费：{surcharge.name}，{surcharge}。",
    ),
    "to_clear.keeping": ("继续存放每月约需{keeping}。", "每月存放约需{keeping}。"),
    "to_clear.cover": ("现有可售库存{held}，可销售{cover}。", "可销售{cover}，现有可售库存{held}。"),
    "to_clear.aged": (
        "其中{aged}库龄超过半年，下次超龄附加费为{surcharge}。",
        "库龄超过半年的有{aged}，下次超龄附加费为{surcharge}。",
    ),
    "to_clear.surcharge": ("下次超龄附加费为{surcharge}。", "因库龄，下次附加费为{surcharge}。"),
    "to_clear.old": ("其中{aged}库龄超过半年。", "库龄超过半年的有{aged}。"),
    "to_clear.storage": (
        "全部库存{storage.when}的仓储费为{storage}。",
        "{storage.When}，全部库存的仓储费为{storage}。",
    ),
    "to_clear.of_value": (
        "过多库存的 SKU 共{count}个，占用成本{total}；全部库存的成本为{value}。",
        "全部库存的成本为{value}，其中{count}个 SKU 的过多库存占用{total}。",
    ),
    "to_clear.total": (
        "过多库存的 SKU 共{count}个，占用成本{total}。",
        "共有{count}个 SKU 库存过多，占用成本{total}。",
    ),
    "to_clear.keeping_total": (
        "{count}个待清 SKU 继续存放每月约需{keeping_total}。",
        "待清的{count}个 SKU 每月存放约需{keeping_total}。",
    ),
    "to_clear.more_keeping": (
        "{surplus.name}多出{surplus}，每月约{keeping}。",
        "另外{surplus.name}多出{surplus}，每月约{keeping}。",
    ),
    "to_clear.more": ("{surplus.name}多出{surplus}。", "另外{surplus.name}多出{surplus}。"),
    "to_clear.more_surcharge": (
        "{surcharge.name}的超龄附加费为{surcharge}。",
        "另外{surcharge.name}的超龄附加费为{surcharge}。",
    ),
}
_UNSOLD = {
    "stranded_stock.title": ("无在售商品页：{units.name}", "滞留库存：{units.name}"),
    "stranded_stock.lead_cost": (
        "{units.name}有{units}滞留在亚马逊仓库，没有在售的商品页，占用成本{cost}。",
        "没有在售商品页的{units.name}有{units}，占用成本{cost}。",
    ),
    "stranded_stock.lead": (
        "{units.name}有{units}滞留在亚马逊仓库，没有在售的商品页。",
        "没有在售商品页的{units.name}有{units}。",
    ),
    "stranded_stock.total": (
        "滞留的 SKU 共{count}个，合计{total}。",
        "共有{count}个 SKU 滞留，合计{total}。",
    ),
    "stranded_stock.more": ("{units.name}有{units}。", "另外{units.name}有{units}。"),
    "unsellable_stock.title": ("不可售库存：{units}", "不能销售：{units}"),
    "unsellable_stock.lead": ("{count}个 SKU 共有{units}不可售。", "不可售的有{units}，涉及{count}个 SKU。"),
    "unsellable_stock.only": ("有{units}不可售。", "不可售的有{units}。"),
    "unsellable_stock.cost": ("其成本为{cost}。", "这些库存的成本为{cost}。"),
    "unsellable_stock.removing": ("正在移除的有{removing}。", "移除处理中：{removing}。"),
    "unsellable_stock.fees": ("移除费用{fees.when}为{fees}。", "{fees.When}，移除费用为{fees}。"),
    "reserved_stock.title": ("预留库存：{units}", "已预留：{units}"),
    "reserved_stock.lead": ("有{units}处于预留状态。", "处于预留状态的有{units}。"),
    "reserved_stock.split": (
        "其中买家订单{orders}，仓库间调拨{transfer}，处理中{processing}。",
        "买家订单{orders}，仓库间调拨{transfer}，处理中{processing}。",
    ),
    "reserved_stock.orders": ("其中买家订单{orders}。", "买家订单占{orders}。"),
}

FRAMES: Frames = {**_ORDER, **_LOST, **_CLEAR, **_UNSOLD}
