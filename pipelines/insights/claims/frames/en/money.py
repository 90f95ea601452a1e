"""The frames of English: settlements and profit. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "settlement.title": ("Last settlement",),
    "settlement.lead": (
        "The last settlement came to {amount} for the days from {first} to {last}.",
        "For the days from {first} to {last}, the last settlement came to {amount}.",
    ),
    "settlement.only": ("The last settlement came to {amount}.", "At {amount}, the last settlement is in."),
    "settlement.paid_on": ("Amazon gives {paid} as the day of the deposit.", "Day of the deposit: {paid}."),
    "profit_not_whole.title": ("Profit is not whole", "Profit is known in part"),
    "profit_not_whole.lead": (
        "Costs, fees or a rate are missing for {units} ({share} of the units sold).",
        "For {units} ({share} of the units sold), costs, fees or a rate are missing.",
    ),
    "profit_not_whole.only": (
        "Costs, fees or a rate are missing for {units}.",
        "For {units}, costs, fees or a rate are missing.",
    ),
    "profit_not_whole.unknown": ("What these earn is not known.",),
}
