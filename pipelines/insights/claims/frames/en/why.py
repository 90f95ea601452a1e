"""The frames of English: the SKUs that moved and what stands beside it, and what a change of sales is made of.

What is beside a change is worded as a coincidence in time, never as its reason. Data only; see `frames/__init__.py`.
"""

from pipelines.insights.claims.frames.shapes import Frames

_BESIDE: Frames = {
    "sku_sales.title_out": ("Out of stock, sales falling: {change.name}", "Sold out and losing: {change.name}"),
    "sku_sales.out_still": (
        "At the same time it was out of stock on {out|day|days}, and nothing is on hand.",
        "Meanwhile it was out of stock on {out|day|days}, and still nothing is on hand.",
    ),
    "sku_sales.out": (
        "At the same time it was out of stock on {out|day|days}.",
        "Meanwhile it was out of stock on {out|day|days}.",
    ),
    "sku_sales.empty": ("Nothing is on hand now.", "Now nothing is on hand."),
    "sku_sales.was_out": (
        "It had been out of stock on {was_out|day|days} {was_out.when}.",
        "Before, it was out of stock on {was_out|day|days} {was_out.when}.",
    ),
    **{
        f"sku_sales.buy_box.{way}": (
            f"At the same time, its buy box share {verb} {{buy_box.size}} against {{buy_box.against}}.",
            f"Meanwhile its share of the buy box {verb} {{buy_box.size}} against {{buy_box.against}}.",
        )
        for way, verb in (("up", "rose"), ("down", "fell"))
    },
    "sku_sales.buy_box_open": (
        "Amazon still changes the days behind that share.",
        "That share is of days that Amazon still changes.",
    ),
    "sku_sales.rival": (
        "At the same time, a tracked competitor cut its price by {rival.size} and is cheaper than we are.",
        "Meanwhile a tracked competitor cut its price by {rival.size} and is cheaper than we are.",
    ),
    **{
        f"sku_sales.price.{way}": (
            f"At the same time, our price on most days {verb} {{price_change.size}} to {{price}}.",
            f"Meanwhile our price on most days {verb} {{price_change.size}} to {{price}}.",
        )
        for way, verb in (("up", "rose"), ("down", "fell"))
    },
    **{
        f"sku_sales.clicks.{way}": (
            f"Clicks on its ads {verb} {{clicks_change.size}} to {{clicks}} {{clicks.when}}, against "
            "{clicks_change.against}.",
            f"{{clicks.When}}, clicks on its ads {verb} {{clicks_change.size}} to {{clicks}}, against "
            "{clicks_change.against}.",
        )
        for way, verb in (("up", "rose"), ("down", "fell"))
    },
    **{
        f"sku_sales.by_{part}.{way}": (
            f"Of the change, {{by_{part}.size}} is {what}.",
            f"{what[0].upper()}{what[1:]} makes up {{by_{part}.size}} of it.",
        )
        for part, way, what in (
            ("price", "up", "a higher price per unit"),
            ("price", "down", "a lower price per unit"),
            ("traffic", "up", "a higher number of visits"),
            ("traffic", "down", "a lower number of visits"),
            ("conversion", "up", "a higher conversion"),
            ("conversion", "down", "a lower conversion"),
            ("units", "up", "a higher number of units"),
            ("units", "down", "a lower number of units"),
        )
    },
}
_DRIVERS: Frames = {
    "sales_drivers.title.up": ("Behind the rise in sales",),
    "sales_drivers.title.down": ("Behind the fall in sales",),
    **{
        f"sales_drivers.lead.{way}": (
            f"Sales {verb} by {{change.size}} {{change.when}} against {{change.against}}.",
            f"{{change.When}}, sales {verb} by {{change.size}} against {{change.against}}.",
        )
        for way, verb in (("up", "rose"), ("down", "fell"))
    },
    **{
        f"sales_drivers.{role}.up": (
            f"{more} added {{{role}.size}}.",
            f"By {more[0].lower()}{more[1:]}, sales gained {{{role}.size}}.",
        )
        for role, more in (
            ("traffic", "More visits"),
            ("units", "More units sold"),
            ("conversion", "A higher conversion"),
            ("price", "Higher prices per unit"),
            ("mix", "A mix with dearer products"),
        )
    },
    **{
        f"sales_drivers.{role}.down": (
            f"{less} took {{{role}.size}} away.",
            f"By {less[0].lower()}{less[1:]}, sales lost {{{role}.size}}.",
        )
        for role, less in (
            ("traffic", "Fewer visits"),
            ("units", "Fewer units sold"),
            ("conversion", "A lower conversion"),
            ("price", "Lower prices per unit"),
            ("mix", "A mix with cheaper products"),
        )
    },
    "sales_drivers.same_age": (
        "Amazon still changes the visits; both periods are as they were at the same age.",
        "Visits of both periods are as they were at the same age; Amazon still changes them.",
    ),
    "sales_drivers.unsplit": (
        "Visits are not known at the same age, so units are not split into visits and conversion.",
        "For want of visits of the same age, units are not split into visits and conversion.",
    ),
}
FRAMES: Frames = {
    **_BESIDE,
    **_DRIVERS,
    "sku_sales.title.up": ("Gaining: {change.name}", "Rising sales: {change.name}"),
    "sku_sales.title.down": ("Losing: {change.name}", "Falling sales: {change.name}"),
    "sku_sales.lead.up": (
        "Sales of {change.name} rose by {change.size} {sales.when} against {change.against}, to {sales}.",
        "{change.name} gained {change.size} against {change.against} and reached {sales} in sales {sales.when}.",
        "{sales.When}, sales of {change.name} rose by {change.size} against {change.against}, to {sales}.",
    ),
    "sku_sales.lead.down": (
        "Sales of {change.name} fell by {change.size} {sales.when} against {change.against}, to {sales}.",
        "{change.name} lost {change.size} against {change.against} and came to {sales} in sales {sales.when}.",
        "{sales.When}, sales of {change.name} fell by {change.size} against {change.against}, to {sales}.",
    ),
    "sku_sales.only.up": (
        "Sales of {change.name} rose by {change.size}.",
        "{change.name} gained {change.size} in sales.",
    ),
    "sku_sales.only.down": (
        "Sales of {change.name} fell by {change.size}.",
        "{change.name} lost {change.size} in sales.",
    ),
    "sku_sales.more.up": (
        "{change.name} gained {change.size} {sales.when}, to {sales}.",
        "Sales of {change.name} rose by {change.size} {sales.when}, to {sales}.",
    ),
    "sku_sales.more.down": (
        "{change.name} lost {change.size} {sales.when}, down to {sales}.",
        "Sales of {change.name} fell by {change.size} {sales.when}, to {sales}.",
    ),
    "sku_sales.before": ("Before that, they came to {before} {before.when}.", "They came to {before} {before.when}."),
}
