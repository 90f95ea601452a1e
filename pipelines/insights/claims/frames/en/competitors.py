"""The frames of English: competitors' prices and stock. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "competitor_price.title.down": ("Competitor cut its price: {change.name}", "Cheaper competitor: {change.name}"),
    "competitor_price.title.up": ("Competitor raised its price: {change.name}", "Dearer competitor: {change.name}"),
    "competitor_price.title.flat": ("Competitor hardly moved its price: {change.name}",),
    "competitor_price.lead.down": (
        "{change.name} cut its price by {change.size} to {price} on {on}.",
        "On {on}, {change.name} cut its price by {change.size} to {price}.",
    ),
    "competitor_price.lead.up": (
        "{change.name} raised its price by {change.size} to {price} on {on}.",
        "On {on}, {change.name} raised its price by {change.size} to {price}.",
    ),
    "competitor_price.lead.flat": (
        "{change.name} hardly moved its price on {on}, to {price}.",
        "On {on}, {change.name} hardly moved its price, to {price}.",
    ),
    "competitor_price.price.down": ("{change.name} cut its price by {change.size} to {price}.",),
    "competitor_price.price.up": ("{change.name} raised its price by {change.size} to {price}.",),
    "competitor_price.price.flat": ("{change.name} hardly moved its price, to {price}.",),
    "competitor_price.only.down": ("{change.name} cut its price by {change.size}.",),
    "competitor_price.only.up": ("{change.name} raised its price by {change.size}.",),
    "competitor_price.only.flat": ("{change.name} hardly moved its price.",),
    "competitor_price.before": ("Before, it was {before}.", "It was {before} before."),
    "competitor_price.gap.down": (
        "That is {gap.size} below our {own.name} at {own}.",
        "Our {own.name} costs {own}; theirs is {gap.size} below.",
    ),
    "competitor_price.gap.up": (
        "That is still {gap.size} above our {own.name} at {own}.",
        "Our {own.name} costs {own}; theirs is still {gap.size} above.",
    ),
    "competitor_price.gap.flat": (
        "That is about the price of our {own.name}, {own}.",
        "Our {own.name} costs about the same, {own}.",
    ),
    "competitor_price.own": ("Our {own.name} costs {own}.", "We sell {own.name} for {own}."),
    "competitor_out.title": ("Competitor out of stock: {since.name}", "Sold out elsewhere: {since.name}"),
    "competitor_out.lead": (
        "{since.name} has been out of stock since {since}.",
        "Since {since}, {since.name} has been out of stock.",
    ),
}
