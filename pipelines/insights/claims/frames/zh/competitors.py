"""The frames of Chinese: competitors' prices and stock. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "competitor_price.title.down": ("竞品降价：{change.name}", "竞品更便宜了：{change.name}"),
    "competitor_price.title.up": ("竞品涨价：{change.name}", "竞品更贵了：{change.name}"),
    "competitor_price.title.flat": ("竞品价格变化不大：{change.name}",),
    "competitor_price.lead.down": (
        "{change.name}于{on}降价{change.size}，现价{price}。",
        "{on}，{change.name}降价{change.size}，现价{price}。",
    ),
    "competitor_price.lead.up": (
        "{change.name}于{on}涨价{change.size}，现价{price}。",
        "{on}，{change.name}涨价{change.size}，现价{price}。",
    ),
    "competitor_price.lead.flat": (
        "{change.name}于{on}略调价格，现价{price}。",
        "{on}，{change.name}略调价格，现价{price}。",
    ),
    "competitor_price.price.down": ("{change.name}降价{change.size}，现价{price}。",),
    "competitor_price.price.up": ("{change.name}涨价{change.size}，现价{price}。",),
    "competitor_price.price.flat": ("{change.name}略调价格，现价{price}。",),
    "competitor_price.only.down": ("{change.name}降价{change.size}。",),
    "competitor_price.only.up": ("{change.name}涨价{change.size}。",),
    "competitor_price.only.flat": ("{change.name}略调价格。",),
    "competitor_price.before": ("原价为{before}。", "此前为{before}。"),
    "competitor_price.gap.down": (
        "比我方{own.name}的{own}低了{gap.size}。",
        "我方{own.name}为{own}，竞品低了{gap.size}。",
    ),
    "competitor_price.gap.up": (
        "仍比我方{own.name}的{own}高出{gap.size}。",
        "我方{own.name}为{own}，竞品仍高出{gap.size}。",
    ),
    "competitor_price.gap.flat": ("与我方{own.name}的{own}相当。", "我方{own.name}为{own}，与之相当。"),
    "competitor_price.own": ("我方{own.name}为{own}。", "而我方{own.name}为{own}。"),
    "competitor_out.title": ("竞品断货：{since.name}", "别家已断货：{since.name}"),
    "competitor_out.lead": ("{since.name}自{since}起断货。", "自{since}起，{since.name}断货。"),
}
