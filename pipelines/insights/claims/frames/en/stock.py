"""The frames of English: what is out of stock, and what runs out. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.en.inventory import BY_BOTH, BY_FORECAST, BY_VELOCITY, DEMAND
from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "out_of_stock.title": ("Out of stock", "Nothing on hand"),
    "out_of_stock.title_one": ("Out of stock: {on_hand.name}", "Nothing on hand: {on_hand.name}"),
    "out_of_stock.count": (
        "SKUs that sold recently and have nothing on hand: {count}.",
        "{count|SKU that sold recently has|SKUs that sold recently have} nothing on hand.",
    ),
    "out_of_stock.hurry": (
        "{on_hand.name} has nothing on hand; {inbound} are on the way.",
        "Nothing is on hand of {on_hand.name}; {inbound} are on the way.",
    ),
    "out_of_stock.order": (
        "{on_hand.name} has nothing on hand, and nothing is on the way.",
        "Nothing is on hand of {on_hand.name}, and nothing is on the way.",
    ),
    "out_of_stock.lead": ("{on_hand.name} has nothing on hand.", "Nothing is on hand of {on_hand.name}."),
    "out_of_stock.it_is": ("It is {on_hand.name}.", "This is {on_hand.name}."),
    "out_of_stock.among": ("One of them is {on_hand.name}.", "{on_hand.name} is among them."),
    "out_of_stock.velocity": ("It sold {velocity} while it was in stock.", "While in stock it sold {velocity}."),
    "out_of_stock.sold": ("Sold in the thirty days before: {sold}.",),
    "out_of_stock.with_inbound": (
        "What is on the way would last {with_inbound}.",
        "Once there, what is on the way lasts {with_inbound}.",
    ),
    "out_of_stock.demand": DEMAND,
    "out_of_stock.as_of": ("The inventory snapshot is of {as_of}.", "This is as of {as_of}."),
    "out_of_stock.more": ("{on_hand.name} has nothing on hand either.", "Of {on_hand.name}, too, nothing is on hand."),
    "low_stock.title": ("Stock running low", "Low stock"),
    "low_stock.title_one": ("Running low: {cover.name}", "Low stock: {cover.name}"),
    "low_stock.count": (
        "SKUs whose stock will not last long: {count}.",
        "{count|SKU has|SKUs have} stock that will not last long.",
    ),
    "low_stock.hurry": (
        "{cover.name} lasts {cover}, until about {out}; {inbound} are on the way.",
        "Around {out}, {cover.name} runs out: its stock lasts {cover}, with {inbound} on the way.",
    ),
    "low_stock.order": (
        "{cover.name} lasts {cover}, until about {out}, and nothing is on the way.",
        "Around {out}, {cover.name} runs out: its stock lasts {cover}, and nothing is on the way.",
    ),
    "low_stock.lead": (
        "{cover.name} lasts {cover} and runs out around {out}.",
        "Stock of {cover.name} lasts {cover}, until about {out}.",
        "Around {out}, {cover.name} runs out: its stock lasts {cover}.",
    ),
    "low_stock.only": ("Stock of {cover.name} lasts {cover}.", "{cover.name} lasts {cover}."),
    "low_stock.held": ("On hand: {held}.", "It has {held} on hand."),
    "low_stock.sells": ("It sells {velocity} while in stock.", "While in stock, it sells {velocity}."),
    "low_stock.sold": ("Sold in the thirty days before: {sold}.",),
    "low_stock.inbound": ("On the way: {inbound}.", "Inbound: {inbound}."),
    "low_stock.early": (
        "In the high case of demand, it is gone by {early}.",
        "By {early} it is gone in the high case of demand.",
    ),
    "low_stock.with_inbound": (
        "With what is on the way it lasts {with_inbound}, if that can be sold in time.",
        "If what is on the way can be sold in time, it lasts {with_inbound}.",
    ),
    "low_stock.demand": DEMAND,
    "low_stock.by_forecast": BY_FORECAST,
    "low_stock.by_velocity": BY_VELOCITY,
    "low_stock.by_both": BY_BOTH,
    "low_stock.as_of": ("The inventory snapshot is of {as_of}.", "This is as of {as_of}."),
    "low_stock.more": (
        "{cover.name} lasts {cover}, until about {out}.",
        "Around {out}, {cover.name} runs out after {cover}.",
        "Stock of {cover.name} lasts {cover} and ends around {out}.",
    ),
}
