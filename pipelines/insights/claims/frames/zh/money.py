"""The frames of Chinese: settlements and profit. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "settlement.title": ("最近的结算",),
    "settlement.lead": (
        "最近结算金额为{amount}，结算期间为{first}至{last}。",
        "结算期间为{first}至{last}的最近结算，金额为{amount}。",
    ),
    "settlement.only": ("最近结算金额为{amount}。", "金额为{amount}的结算是最近的一笔。"),
    "settlement.paid_on": ("亚马逊标明的打款日为{paid}。", "打款日：{paid}。"),
    "profit_not_whole.title": ("利润不完整", "利润仅部分可知"),
    "profit_not_whole.lead": (
        "有{units}（占销量的{share}）缺少成本、费用或汇率。",
        "缺少成本、费用或汇率的有{units}（占销量的{share}）。",
    ),
    "profit_not_whole.only": ("有{units}缺少成本、费用或汇率。", "缺少成本、费用或汇率的有{units}。"),
    "profit_not_whole.unknown": ("这部分的利润尚不可知。",),
}
