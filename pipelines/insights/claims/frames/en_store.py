"""The frames of English, the store's own measures: sales, visits, advertising. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles, under, with_since

_UP_DOWN = (("up", "above", "rose", "more"), ("down", "below", "fell", "less"))


def _day(name: str, noun: str) -> Frames:
    """A measure of the day. The verbs have one form for singular and plural."""
    lower = noun if noun.isupper() or noun == "ACoS" else noun[0].lower() + noun[1:]
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb, _ in _UP_DOWN:
        frames[f"{name}_day.vs.{direction}"] = (
            f"{noun} {{value.when}} came to {{value}}, {{change.size}} {side} {{change.against}}.",
            f"At {{value}}, {lower} {{value.when}} stood {{change.size}} {side} {{change.against}}.",
            f"{{value.When}}, {lower} {verb} {{change.size}} against {{change.against}}, to {{value}}.",
            f"{noun} {verb} {{change.size}} {{value.when}} against {{change.against}}, to {{value}}.",
        )
        frames[f"{name}_day.since.{direction}"] = (
            f"Against {{since.against}}, they {verb} {{since.size}}.",
            f"They {verb} {{since.size}} against {{since.against}}.",
        )
    frames[f"{name}_day.vs.flat"] = (
        f"{noun} {{value.when}} came to {{value}}, close to {{change.against}}.",
        f"At {{value}}, {lower} {{value.when}} stayed near {{change.against}}.",
        f"{{value.When}}, {lower} came to {{value}}, close to {{change.against}}.",
    )
    frames[f"{name}_day.since.flat"] = (
        "Against {since.against}, they hardly moved.",
        "They stayed near {since.against}.",
    )
    frames[f"{name}_day.value"] = (
        f"{noun} {{value.when}} came to {{value}}.",
        f"{{value.When}}, {lower} came to {{value}}.",
    )
    frames[f"{name}_day.usual"] = ("The usual level is {usual}.", "{usual} is usual for this weekday.")
    frames[f"{name}_day.week_ago"] = (
        "The same day a week earlier had {week_ago}.",
        "A week earlier, the same day had {week_ago}.",
    )
    return with_since(name, frames)


def _week(name: str, noun: str) -> Frames:
    lower = noun if noun == "ACoS" else noun[0].lower() + noun[1:]
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb, _ in _UP_DOWN:
        frames[f"{name}_week.vs.{direction}"] = (
            f"{noun} {verb} {{change.size}} {{value.when}} against {{change.against}}, to {{value}}.",
            f"{{value.When}}, {lower} {verb} {{change.size}} against {{change.against}}, to {{value}}.",
            f"At {{value}}, {lower} {{value.when}} stood {{change.size}} {side} {{change.against}}.",
        )
    frames[f"{name}_week.vs.flat"] = (
        f"{noun} came to {{value}} {{value.when}}, about the same as {{change.against}}.",
        f"{{value.When}}, {lower} came to {{value}}, close to {{change.against}}.",
    )
    frames[f"{name}_week.value"] = (
        f"{noun} came to {{value}} {{value.when}}.",
        f"{{value.When}}, {lower} came to {{value}}.",
    )
    frames[f"{name}_week.before"] = ("Before that, {before} {before.when}.", "It was {before} {before.when}.")
    return frames


_PENDING = (
    "Another {pending} await payment and are not counted yet.",
    "Not counted yet are {pending} that await payment.",
)
_ADS_OPEN = {
    "same_age": (
        "Days of the week that are not final: {open_days}; Amazon changes them until {final_on}. "
        "The week before is taken as it was at the same age.",
    ),
    "uncompared": (
        "Days of the week that are not final: {open_days}; Amazon changes them until {final_on}. "
        "The week before was not read at the same age, so nothing is compared.",
    ),
    "not_final": ("Days of the week that are not final: {open_days}; Amazon changes them until {final_on}.",),
    "open_days": ("Days of the week that are not final: {open_days}.",),
}
_TRAFFIC_OPEN = {
    "same_age": (
        "Amazon still changes this day until {final_on}; earlier days are as they were at the same age.",
        "Until {final_on} Amazon still changes this day; earlier days are as they were at the same age.",
    ),
    "uncompared": (
        "Amazon still changes this day until {final_on}. Earlier days were not read at the same age, so nothing is "
        "compared.",
    ),
    "not_final": ("Amazon still changes this day until {final_on}.", "It is not final until {final_on}."),
}


_SALES = {
    **titles(
        "sales_day",
        "Sales above the usual level",
        "Sales below the usual level",
        "Sales at their usual level",
        "Sales of the day",
    ),
    **_day("sales", "Sales"),
    "sales_day.orders": (
        "They came from {orders|order|orders} with {units}.",
        "Behind them are {orders|order|orders} with {units}.",
        "{orders|order|orders} with {units} brought them in.",
    ),
    "sales_day.only_orders": ("They came from {orders|order|orders}.", "Behind them are {orders|order|orders}."),
    "sales_day.only_units": ("{units} were sold.", "They came from {units}."),
    "sales_day.week.up": (
        "{week.When}, sales rose {week_change.size} against {week_change.against}, to {week}.",
        "Sales rose {week_change.size} {week.when} against {week_change.against}, to {week}.",
    ),
    "sales_day.week.down": (
        "{week.When}, sales fell {week_change.size} against {week_change.against}, to {week}.",
        "Sales fell {week_change.size} {week.when} against {week_change.against}, to {week}.",
    ),
    "sales_day.week.flat": (
        "{week.When}, sales came to {week}, about the same as {week_change.against}.",
        "At {week}, sales {week.when} stayed near {week_change.against}.",
    ),
    "sales_day.only_week": ("{week.When}, sales came to {week}.", "Sales came to {week} {week.when}."),
    "sales_day.pending": _PENDING,
    "sales_day.undecided": (
        "They decide how the day compares with {usual}, the usual for this weekday.",
        "How the day compares with {usual}, the usual for this weekday, depends on them.",
    ),
    **titles(
        "sales_week",
        "Sales of the week are up",
        "Sales of the week are down",
        "Sales of the week hold their level",
        "Sales of the week",
    ),
    **_week("sales", "Sales"),
    **titles("units_day", "More units than usual", "Fewer units than usual", "Units as usual", "Units of the day"),
    **_day("units", "Units sold"),
    "units_day.cancelled": ("Cancelled: {cancelled}.",),
    "units_day.pending": _PENDING,
    **titles("orders_day", "More orders than usual", "Fewer orders than usual", "Orders as usual", "Orders of the day"),
    **_day("orders", "Orders"),
    "orders_day.pending": _PENDING,
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
_TRAFFIC = {
    **titles(
        "sessions_day",
        "More visits than usual",
        "Fewer visits than usual",
        "Visits as usual",
        "Visits of the day",
        "Visits of a day that is not final",
    ),
    **_day("sessions", "Sessions"),
    "sessions_day.open": ("Sessions known so far: {value}.", "So far, {value} sessions are known."),
    "sessions_day.conversion.up": (
        "Conversion rose {conversion_change.size} to {conversion}.",
        "At {conversion}, conversion stood {conversion_change.size} above {conversion_change.against}.",
    ),
    "sessions_day.conversion.down": (
        "Conversion fell {conversion_change.size} to {conversion}.",
        "At {conversion}, conversion stood {conversion_change.size} below {conversion_change.against}.",
    ),
    "sessions_day.conversion.flat": (
        "Conversion stayed near its usual level, at {conversion}.",
        "At {conversion}, conversion stayed near its usual level.",
    ),
    "sessions_day.conversion_open": ("Conversion so far: {conversion}.", "So far, conversion is {conversion}."),
    "sessions_day.conversion_alone": ("Conversion came to {conversion}.", "{conversion} was the conversion."),
    **under("sessions_day", _TRAFFIC_OPEN),
    **titles(
        "conversion_day",
        "Conversion above its usual level",
        "Conversion below its usual level",
        "Conversion at its usual level",
        "Conversion of the day",
        "Conversion of a day that is not final",
    ),
    **_day("conversion", "Conversion"),
    "conversion_day.open": ("Conversion known so far: {value}.", "So far, conversion is {value}."),
    **{
        f"conversion_day.since.{way}": (
            f"Against {{since.against}}, it {verb} {{since.size}}.",
            f"It {verb} {{since.size}} against {{since.against}}.",
        )
        for way, _, verb, _ in _UP_DOWN
    },
    "conversion_day.since.flat": ("Against {since.against}, it hardly moved.", "It stayed near {since.against}."),
    **under("conversion_day", _TRAFFIC_OPEN),
    "buy_box.title.up": ("Buy box regained in part: {change.name}", "More of the buy box: {change.name}"),
    "buy_box.title.down": ("Buy box lost in part: {change.name}", "Less of the buy box: {change.name}"),
    "buy_box.title.flat": ("Buy box as before: {change.name}",),
    **{
        f"buy_box.lead.{way}": (
            f"The buy box share of {{change.name}} {verb} {{change.size}} {{share.when}} against {{change.against}}, "
            "to {share}.",
            f"{{change.name}} had the buy box in {{share}} of its page views {{share.when}}, {{change.size}} {less} "
            "than {change.against}.",
            f"{{share.When}}, the buy box share of {{change.name}} {verb} {{change.size}} against {{change.against}}, "
            "to {share}.",
        )
        for way, _, verb, less in _UP_DOWN
    },
    "buy_box.lead.flat": (
        "The buy box share of {change.name} stayed near {share} {share.when}.",
        "{change.name} kept its share of the buy box, {share} {share.when}.",
    ),
    **{
        f"buy_box.more.{way}": (
            f"{{change.name}} {verb} {{change.size}} to {{share}}.",
            f"That of {{change.name}} {verb} {{change.size}}, to {{share}}.",
        )
        for way, _, verb, _ in _UP_DOWN
    },
    "buy_box.more.flat": ("{change.name} stayed near {share}.", "That of {change.name} stayed near {share}."),
    "buy_box.before": ("Before that, it was {before} {before.when}.", "It was {before} {before.when}."),
    "buy_box.open_days": ("Days of the week that are not final: {open_days}.",),
}
_ADS = {
    **titles(
        "ad_spend_week",
        "Ad spend is up",
        "Ad spend is down",
        "Ad spend unchanged",
        "Ad spend of the week",
        "Ad spend of a week that is not final",
    ),
    **_week("ad_spend", "Ad spend"),
    "ad_spend_week.open": ("Ad spend known so far: {value}.", "So far, ad spend of {value} is known."),
    "ad_spend_week.acos.up": (
        "ACoS rose {acos_change.size} to {acos}.",
        "At {acos}, ACoS stood {acos_change.size} above {acos_change.against}.",
    ),
    "ad_spend_week.acos.down": (
        "ACoS fell {acos_change.size} to {acos}.",
        "At {acos}, ACoS stood {acos_change.size} below {acos_change.against}.",
    ),
    "ad_spend_week.acos.flat": ("ACoS stayed near {acos}.", "At {acos}, ACoS hardly moved."),
    "ad_spend_week.acos_open": ("ACoS so far: {acos}.", "So far, ACoS is {acos}."),
    "ad_spend_week.acos_alone": ("ACoS came to {acos}.", "{acos} was the ACoS."),
    **under("ad_spend_week", _ADS_OPEN),
    **titles("ad_sales_week", "Ad sales are up", "Ad sales are down", "Ad sales unchanged", "Ad sales of the week"),
    **_week("ad_sales", "Ad sales"),
    **under("ad_sales_week", _ADS_OPEN),
    **titles("acos_week", "ACoS is up", "ACoS is down", "ACoS unchanged", "ACoS of the week"),
    **_week("acos", "ACoS"),
    **under("acos_week", _ADS_OPEN),
}

FRAMES: Frames = {**_SALES, **_TRAFFIC, **_ADS}
