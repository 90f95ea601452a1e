"""The frames of English: the week against the week before and a year earlier. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.en.measures import UP_DOWN, of_week
from pipelines.insights.claims.frames.shapes import Frames, titles, under


def _year(name: str, noun: str) -> Frames:
    """What a measure was in the same week a year earlier."""
    frames: dict[str, tuple[str, ...]] = {}
    for direction, _, verb, _ in UP_DOWN:
        frames[f"{name}.year.{direction}"] = (
            f"Against {{year_change.against}}, {noun} {verb} {{year_change.size}}; it was {{year}} then.",
            f"A year earlier, the same week had {{year}}: {noun} {verb} {{year_change.size}} since.",
        )
        frames[f"{name}.year_alone.{direction}"] = (
            f"Against {{year_change.against}}, {noun} {verb} {{year_change.size}}.",
            f"Since {{year_change.against}}, {noun} {verb} {{year_change.size}}.",
        )
    frames[f"{name}.year.flat"] = (
        f"Against {{year_change.against}}, {noun} hardly moved; it was {{year}} then.",
        "A year earlier, the same week had {year}, about as much.",
    )
    frames[f"{name}.year_alone.flat"] = (f"Against {{year_change.against}}, {noun} hardly moved.",)
    frames[f"{name}.year_ago"] = (
        "A year earlier, the same week had {year}.",
        "The same week a year earlier had {year}.",
    )
    return frames


def _moved(key: str, role: str, up: str, down: str, flat: str) -> Frames:
    return {
        f"{key}.up": (up.format(role=role),),
        f"{key}.down": (down.format(role=role),),
        f"{key}.flat": (flat.format(role=role),),
    }


_OPEN: Frames = {
    "same_age": (
        "Days of the week whose visits are not final: {open_days}; Amazon changes them until {final_on}. "
        "Compared is what was known at the same age.",
    ),
    "uncompared": (
        "Days of the week whose visits are not final: {open_days}; Amazon changes them until {final_on}. "
        "Nothing is compared, as the week before was not read at the same age.",
    ),
    "not_final": ("Days of the week whose visits are not final: {open_days}; Amazon changes them until {final_on}.",),
    "open_days": ("Days of the week whose visits are not final: {open_days}.",),
}
_ADS_OPEN: Frames = {
    "same_age": (
        "Days of the week whose ads are not final: {open_days}; Amazon changes them until {final_on}. "
        "Compared is what was known at the same age.",
    ),
    "uncompared": (
        "Days of the week whose ads are not final: {open_days}; Amazon changes them until {final_on}. "
        "Nothing is compared, as the week before was not read at the same age.",
    ),
    "not_final": ("Days of the week whose ads are not final: {open_days}; Amazon changes them until {final_on}.",),
    "open_days": ("Days of the week whose ads are not final: {open_days}.",),
}
FRAMES: Frames = {
    **titles(
        "week_sales",
        "Sales are up on the week before",
        "Sales are down on the week before",
        "Sales hold the level of the week before",
        "Sales of the week",
    ),
    "week_sales.title.missing": ("Sales of a week that is not whole",),
    "week_sales.vs.up": (
        "{value.When}, {value} was sold, {change.size} more than {change.against}.",
        "Sales came to {value} {value.when}, {change.size} above {change.against}.",
    ),
    "week_sales.vs.down": (
        "{value.When}, {value} was sold, {change.size} less than {change.against}.",
        "Sales came to {value} {value.when}, {change.size} below {change.against}.",
    ),
    "week_sales.vs.flat": (
        "{value.When}, {value} was sold, about as much as {change.against}.",
        "Sales came to {value} {value.when}, close to {change.against}.",
    ),
    "week_sales.value": ("{value.When}, {value} was sold.", "Sales came to {value} {value.when}."),
    "week_sales.before": ("Before that, it was {before} {before.when}.",),
    **_year("week_sales", "they"),
    "week_sales.orders": (
        "Behind them are {orders|order|orders} with {units}.",
        "{orders|order|orders} with {units} brought them in.",
    ),
    "week_sales.only_orders": ("Behind them are {orders|order|orders}.", "{orders|order|orders} brought them in."),
    "week_sales.only_units": ("{units} were sold.", "Sold were {units}."),
    "week_sales.missing": (
        "Days of the week whose orders are not here: {missing}. So nothing is compared with it.",
        "Not here are the orders of {missing|day|days} of the week. So nothing is compared with it.",
    ),
    "week_sales.pending": (
        "Not counted yet: {pending|that awaits|that await} payment.",
        "Another {pending|awaits|await} payment, not counted yet.",
    ),
    "week_sales.undecided": ("They decide whether sales fell, so that nothing is compared.",),
    **titles(
        "week_traffic",
        "More visits than the week before",
        "Fewer visits than the week before",
        "As many visits as the week before",
        "Visits of the week",
        "Visits of a week that is not final",
    ),
    "week_traffic.vs.up": (
        "Visits rose {change.size} {value.when} against {change.against}, to {value}.",
        "{value.When}, visits came to {value}, {change.size} more than {change.against}.",
    ),
    "week_traffic.vs.down": (
        "Visits fell {change.size} {value.when} against {change.against}, to {value}.",
        "{value.When}, visits came to {value}, {change.size} fewer than {change.against}.",
    ),
    "week_traffic.vs.flat": (
        "Visits came to {value} {value.when}, about as many as {change.against}.",
        "{value.When}, visits came to {value}, close to {change.against}.",
    ),
    "week_traffic.open": ("Visits known so far: {value}.", "So far, {value|visit is|visits are} known."),
    "week_traffic.value": ("Visits came to {value} {value.when}.", "{value.When}, visits came to {value}."),
    "week_traffic.before": ("Before that, it was {before} {before.when}.",),
    **_year("week_traffic", "visits"),
    **_moved(
        "week_traffic.conversion",
        "conversion",
        "Conversion (units per visit) rose {{{role}_change.size}}, to {{{role}}}.",
        "Conversion (units per visit) fell {{{role}_change.size}}, to {{{role}}}.",
        "Conversion (units per visit) stayed near {{{role}}}.",
    ),
    "week_traffic.conversion_alone": ("Conversion (units per visit) came to {conversion}.",),
    **_moved(
        "week_traffic.conversion_year",
        "conversion_year_change",
        "Conversion is {{{role}.size}} above {{{role}.against}}.",
        "Conversion is {{{role}.size}} below {{{role}.against}}.",
        "Conversion is close to {{{role}.against}}.",
    ),
    **under("week_traffic", _OPEN),
    **titles(
        "week_ads",
        "Ads cost more than the week before",
        "Ads cost less than the week before",
        "Ads cost as much as the week before",
        "Ads of the week",
        "Ads of a week that is not final",
    ),
    "week_ads.vs.up": (
        "Ad spend on Sponsored Products came to {value} {value.when}, {change.size} more than {change.against}.",
        "{value.When}, ad spend on Sponsored Products came to {value}, {change.size} more than {change.against}.",
    ),
    "week_ads.vs.down": (
        "Ad spend on Sponsored Products came to {value} {value.when}, {change.size} less than {change.against}.",
        "{value.When}, ad spend on Sponsored Products came to {value}, {change.size} less than {change.against}.",
    ),
    "week_ads.vs.flat": (
        "Ad spend on Sponsored Products came to {value} {value.when}, about as much as {change.against}.",
        "{value.When}, ad spend on Sponsored Products came to {value}, about as much as {change.against}.",
    ),
    "week_ads.open": ("Ad spend known so far: {value}.", "So far, ad spend of {value} is known."),
    "week_ads.value": (
        "Ad spend on Sponsored Products came to {value} {value.when}.",
        "{value.When}, ad spend on Sponsored Products came to {value}.",
    ),
    "week_ads.before": ("Before that, it was {before} {before.when}.",),
    **_year("week_ads", "ad spend"),
    **_moved(
        "week_ads.sales",
        "sales",
        "Ad sales rose {{{role}_change.size}}, to {{{role}}}.",
        "Ad sales fell {{{role}_change.size}}, to {{{role}}}.",
        "Ad sales stayed near {{{role}}}.",
    ),
    "week_ads.only_sales": ("Ad sales came to {sales}.", "{sales} of ad sales came in."),
    **_moved(
        "week_ads.acos",
        "acos",
        "ACoS rose {{{role}_change.size}}, to {{{role}}}.",
        "ACoS fell {{{role}_change.size}}, to {{{role}}}.",
        "ACoS stayed near {{{role}}}.",
    ),
    "week_ads.only_acos": ("ACoS came to {acos}.",),
    **_moved(
        "week_ads.acos_year",
        "acos_year_change",
        "ACoS is {{{role}.size}} above {{{role}.against}}.",
        "ACoS is {{{role}.size}} below {{{role}.against}}.",
        "ACoS is close to {{{role}.against}}.",
    ),
    "week_ads.tacos": ("Of all sales, {tacos} went into advertising (TACoS).", "TACoS came to {tacos}."),
    **under("week_ads", _ADS_OPEN),
    "settlements_paid.title": ("Paid out in the week",),
    "settlements_paid.lead": (
        "A settlement of {amount}, for the days from {first} to {last}, has {on} as its day of deposit.",
        "With {on} as its day of deposit, a settlement of {amount} covers the days from {first} to {last}.",
    ),
    "settlements_paid.only": (
        "A settlement of {amount} has {on} as its day of deposit.",
        "With {on} as its day of deposit, there is a settlement of {amount}.",
    ),
    "coming_week.title": ("The coming week",),
    "coming_week.worth": (
        "{units} are expected to be asked for {units.when}, worth {sales} at recent prices without tax.",
        "Demand {units.when} is expected to be {units}, worth {sales} at recent prices without tax.",
    ),
    "coming_week.store": (
        "{units} are expected to be asked for {units.when}.",
        "Demand {units.when} is expected to be {units}.",
    ),
    "coming_week.range": (
        "If its products did badly at once it would be {low}, if they did well {high}.",
        "It would be {low} if its products did badly at once, and {high} if they did well.",
    ),
    "coming_week.sku": (
        "Of {likely.name}, {likely} are likely; in one case of ten it is under {least}, in one over {most}.",
        "{likely.name} is likely to be asked for {likely}; in one case of ten it is under {least}, in one over {most}.",
    ),
    "coming_week.sku_alone": ("Of {likely.name}, {likely} are likely.", "{likely} of {likely.name} are likely."),
    **titles("units_week", "More units", "Fewer units", "Units hold their level", "Units of the week"),
    **of_week("units", "Units"),
    **_year("units_week", "they"),
    **titles("orders_week", "More orders", "Fewer orders", "Orders hold their level", "Orders of the week"),
    **of_week("orders", "Orders"),
    **_year("orders_week", "they"),
    **titles(
        "conversion_week",
        "Conversion is up",
        "Conversion is down",
        "Conversion unchanged",
        "Conversion of the week",
    ),
    **of_week("conversion", "Conversion"),
    **_year("conversion_week", "it"),
    **under("conversion_week", _OPEN),
    "acos_year.title.up": ("ACoS is above a year earlier",),
    "acos_year.title.down": ("ACoS is below a year earlier",),
    "acos_year.title.flat": ("ACoS is as a year earlier",),
    **_moved(
        "acos_year.lead",
        "year_change",
        "ACoS came to {{value}} {{value.when}}, {{{role}.size}} above {{{role}.against}} with {{year}}.",
        "ACoS came to {{value}} {{value.when}}, {{{role}.size}} below {{{role}.against}} with {{year}}.",
        "ACoS came to {{value}} {{value.when}}, close to {{{role}.against}} with {{year}}.",
    ),
    "acos_year.not_final": _ADS_OPEN["not_final"],
    "acos_year.open_days": _ADS_OPEN["open_days"],
}
