"""The frames of English: what all measures of a store have. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, with_since

UP_DOWN = (("up", "above", "rose", "more"), ("down", "below", "fell", "less"))


def of_day(name: str, noun: str) -> Frames:
    """A measure of the day. The verbs have one form for singular and plural."""
    lower = noun if noun.isupper() or noun == "ACoS" else noun[0].lower() + noun[1:]
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb, _ in UP_DOWN:
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
    frames[f"{name}_day.title.above"] = (f"{noun} unusually high",)
    frames[f"{name}_day.title.below"] = (f"{noun} unusually low",)
    frames[f"{name}_day.title.inside"] = (f"{noun} within the usual range",)
    frames[f"{name}_day.above"] = (
        "The day is unusual: for this weekday the usual range ends at {high}.",
        "Usual for this weekday is no more than {high}.",
    )
    frames[f"{name}_day.below"] = (
        "The day is unusual: for this weekday the usual range begins at {low}.",
        "Usual for this weekday is {low} at least.",
    )
    frames[f"{name}_day.inside"] = (
        "The day is within the usual range for this weekday, {low} to {high}.",
        "Between {low} and {high} is usual for this weekday.",
    )
    frames[f"{name}_day.week_ago"] = (
        "The same day a week earlier had {week_ago}.",
        "A week earlier, the same day had {week_ago}.",
    )
    return with_since(name, frames)


def of_week(name: str, noun: str) -> Frames:
    lower = noun if noun == "ACoS" else noun[0].lower() + noun[1:]
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb, _ in UP_DOWN:
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
