"""The frames of Chinese: what is out of stock, and what runs out. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames
from pipelines.insights.claims.frames.zh.inventory import BY_BOTH, BY_FORECAST, BY_VELOCITY, DEMAND

FRAMES: Frames = {
    "out_of_stock.title": ("已经断货", "没有库存"),
    "out_of_stock.title_one": ("已经断货：{on_hand.name}", "没有库存：{on_hand.name}"),
    "out_of_stock.count": (
        "近期有销量、现已无货的 SKU 数：{count}。",
        "有{count}个 SKU 近期有销量、现已无货。",
    ),
    "out_of_stock.hurry": (
        "{on_hand.name}已无可售库存，在途{inbound}。",
        "已无可售库存的是{on_hand.name}，在途{inbound}。",
    ),
    "out_of_stock.order": ("{on_hand.name}已无可售库存，也没有在途。", "已无可售库存的是{on_hand.name}，也没有在途。"),
    "out_of_stock.lead": ("{on_hand.name}已无可售库存。", "已无可售库存的是{on_hand.name}。"),
    "out_of_stock.it_is": ("即{on_hand.name}。", "也就是{on_hand.name}。"),
    "out_of_stock.among": ("其中包括{on_hand.name}。", "{on_hand.name}是其中之一。"),
    "out_of_stock.velocity": ("它有货时{velocity}。", "有货时{velocity}。"),
    "out_of_stock.sold": ("此前三十天售出{sold}。",),
    "out_of_stock.with_inbound": ("在途到仓后可销售{with_inbound}。", "到仓之后，在途可销售{with_inbound}。"),
    "out_of_stock.demand": DEMAND,
    "out_of_stock.as_of": ("库存快照日期为{as_of}。", "以{as_of}的库存快照为准。"),
    "out_of_stock.more": ("{on_hand.name}也已无可售库存。", "同样断货的还有{on_hand.name}。"),
    "low_stock.title": ("库存偏低", "库存不多"),
    "low_stock.title_one": ("库存偏低：{cover.name}", "库存不多：{cover.name}"),
    "low_stock.count": ("库存维持不了多久的 SKU 数：{count}。", "有{count}个 SKU 的库存维持不了多久。"),
    "low_stock.hurry": (
        "{cover.name}还可销售{cover}，预计{out}断货；在途{inbound}。",
        "预计{out}，{cover.name}断货：其库存还可销售{cover}，在途{inbound}。",
    ),
    "low_stock.order": (
        "{cover.name}还可销售{cover}，预计{out}断货，且没有在途。",
        "预计{out}，{cover.name}断货：其库存还可销售{cover}，且没有在途。",
    ),
    "low_stock.lead": (
        "{cover.name}还可销售{cover}，预计{out}断货。",
        "预计{out}，{cover.name}断货：其库存还可销售{cover}。",
    ),
    "low_stock.only": ("{cover.name}还可销售{cover}。", "还可销售{cover}的是{cover.name}。"),
    "low_stock.held": ("可售库存{held}。", "现有可售库存{held}。"),
    "low_stock.sells": ("它有货时{velocity}。", "有货时{velocity}。"),
    "low_stock.sold": ("此前三十天售出{sold}。",),
    "low_stock.inbound": ("在途{inbound}。", "它在途{inbound}。"),
    "low_stock.early": ("需求偏高时，{early}即断货。", "若需求偏高，{early}即断货。"),
    "low_stock.with_inbound": (
        "若在途及时到仓，合计可销售{with_inbound}。",
        "含在途合计可销售{with_inbound}，前提是及时到仓。",
    ),
    "low_stock.demand": DEMAND,
    "low_stock.by_forecast": BY_FORECAST,
    "low_stock.by_velocity": BY_VELOCITY,
    "low_stock.by_both": BY_BOTH,
    "low_stock.as_of": ("库存快照日期为{as_of}。", "以{as_of}的库存快照为准。"),
    "low_stock.more": (
        "{cover.name}还可销售{cover}，预计{out}断货。",
        "预计{out}断货的还有{cover.name}，还可销售{cover}。",
    ),
}
