"""The frames of Chinese: advice; its keys are the names of `kinds/advice.py`. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

ADVICE: Frames = {
    "start_here": ("请先处理{on_hand.name}。",),
    "order_more": ("没有在途，请补货。", "请补货，目前没有在途。"),
    "hurry_inbound": ("请看在途的能否提前到仓。", "在途的能否提前到仓，值得一问。"),
    "compare_offers": ("请对比其他卖家的价格与配送时效。", "其他卖家的价格与配送时效，值得对比。"),
    "check_listing": ("请检查商品页：价格、图片、评价。", "商品页的价格、图片、评价，值得检查。"),
    "check_campaigns": ("请从花费最多的广告活动查起。", "花费最多的广告活动，值得先查。"),
    "check_targets_or_pause": ("请检查投放目标与竞价，或暂停该活动。", "投放目标与竞价值得检查，或暂停该活动。"),
    "negative_keywords": ("可考虑设为否定关键词。", "不妨设为否定关键词。"),
    "exclude_terms": (
        "请在相应广告活动中否定：词设为否定关键词，ASIN 设为否定商品。",
        "相应广告活动中，词可设为否定关键词，ASIN 可设为否定商品。",
    ),
    "lower_bids": ("请降低其竞价，或暂停其广告。", "其竞价应当下调，或暂停广告。"),
    "keep_paused": ("请保持暂停，或降低竞价后再开。", "重新开启之前，竞价应当下调。"),
    "raise_bids": ("可逐步提高其竞价或预算。", "其竞价或预算可逐步提高。"),
    "raise_budget": ("提高预算是划算的。", "其预算值得提高。"),
    "hold_budget": ("在其广告赚钱之前，不宜提高预算。", "不宜提高其预算，除非广告开始赚钱。"),
    "weigh_our_price": ("请决定跟价还是守价。", "跟价还是守价，请作决定。"),
    "check_our_price": ("请权衡提价与销量。", "提价是否值得，请对照销量权衡。"),
    "check_ads": ("请检查其广告活动的预算、竞价与状态。", "其广告活动的预算、竞价与状态，值得检查。"),
    "hold_our_price": ("我方价格可以不动。", "可以守住我方价格。"),
    "be_visible": ("这是争取其流量的好时机。", "不妨此时在其位置投放广告。"),
    "pull_again": (
        "`tradewind pull` 会获取已可取得的数据；缺失原因见 `tradewind status`。",
        "缺失原因见 `tradewind status`；已可取得的数据由 `tradewind pull` 获取。",
    ),
    "import_files": (
        "系统不会再次请求；如有文件，可用 `tradewind import` 导入。",
        "如有文件，可用 `tradewind import` 导入；系统不会再次请求。",
    ),
    # 库存简报
    "place_order": ("请现在下单：{units.name}，{units}。", "现在请为{units.name}下单{units}。"),
    "clear_stock": ("请降价、做促销，或移除多余库存。", "降价或促销可加快出清，否则请移除多余库存。"),
    "sell_before_charge": (
        "在下次月度收费前售出或移除，即可省下附加费。",
        "下次月度收费之前，请促销或移除，以省下附加费。",
    ),
    "fix_listing": ("请修复其商品页，或移除这些库存。", "其商品页需要修复，否则请移除这些库存。"),
    "remove_unsellable": ("请创建移除订单：退回或弃置。", "创建移除订单，可免去其仓储费。"),
    "order_earlier": ("请提前下单，或提高安全库存。", "提前下单或提高安全库存，可以避免。"),
    # the competitors brief
    "weigh_rise": ("可考虑小幅提价。", "不妨权衡是否小幅提价。"),
    "defend_place": ("关注我方销售，保持广告投放。", "保持广告投放，并留意我方销售变化。"),
    "look_at_page": ("查看其页面的变化：价格、图片、促销、广告。", "看看其页面变了什么：价格、图片、促销或广告。"),
    "check_own_page": ("检查我方商品的价格、库存和广告。", "我方的价格、库存与广告值得检查。"),
    "read_reviews": ("查看最新评价并处理其中的问题。", "最新评价里有原因，请查看。"),
    "offer_again": ("查明无法购买的原因：库存、价格或页面。", "请从库存、价格、页面查找无法购买的原因。"),
    "bid_on_searches": ("可对这些搜索词投放广告，并写入标题和卖点。", "把这些词写入标题和卖点，并投放广告。"),
    # 月度收支
    "spend_less_on_ads": ("降低其广告出价直至有盈余，或暂停投放。", "其广告需要降低出价，或暂停。"),
    "raise_or_clear": ("提价、压低成本，或清货。", "应提价或压低成本，否则清货。"),
    "import_costs": (
        "请补充成本：按 `manual.product_costs` 的格式准备文件，用 `tradewind import` 导入。",
        "将成本写入 `manual.product_costs` 的文件，再用 `tradewind import` 导入。",
    ),
    "await_fees": ("其费用将随结算或费用预估报告到达。", "待结算或费用预估报告到达后，其费用即可得知。"),
    "import_rates": (
        "将汇率写入 `manual.fx_rates` 的文件，再用 `tradewind import` 导入。",
        "请补充汇率：按 `manual.fx_rates` 的格式准备文件，用 `tradewind import` 导入。",
    ),
    "see_status": ("如何处理，见 `tradewind status`。", "处理办法见 `tradewind status`。"),
}
