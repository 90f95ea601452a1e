"""The frames of English: visits, conversion, and the buy box. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.en.measures import UP_DOWN, of_day
from pipelines.insights.claims.frames.shapes import Frames, titles, under

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


FRAMES: Frames = {
    **titles(
        "sessions_day",
        "More visits than usual",
        "Fewer visits than usual",
        "Visits as usual",
        "Visits of the day",
        "Visits of a day that is not final",
    ),
    **of_day("sessions", "Sessions"),
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
    **of_day("conversion", "Conversion"),
    "conversion_day.open": ("Conversion known so far: {value}.", "So far, conversion is {value}."),
    **{
        f"conversion_day.since.{way}": (
            f"Against {{since.against}}, it {verb} {{since.size}}.",
            f"It {verb} {{since.size}} against {{since.against}}.",
        )
        for way, _, verb, _ in UP_DOWN
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
        for way, _, verb, less in UP_DOWN
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
        for way, _, verb, _ in UP_DOWN
    },
    "buy_box.more.flat": ("{change.name} stayed near {share}.", "That of {change.name} stayed near {share}."),
    "buy_box.before": ("Before that, it was {before} {before.when}.", "It was {before} {before.when}."),
    "buy_box.open_days": ("Days of the week that are not final: {open_days}.",),
}
