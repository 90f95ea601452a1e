"""The frames of English: figures by their names, and rankings. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "figures.title": ("{x.label}",),
    "figures.store": ("{x.label}: {x} ({x.when}).", "{x.When}: {x.label}, {x}."),
    "figures.of": ("{x.label}, {x.name}: {x} ({x.when}).", "{x.name}: {x.label}, {x} ({x.when})."),
    "ranking.title": ("{x.label}: in order", "In order: {x.label}"),
    "ranking.first": (
        "Of those named here, {x.name} comes first with {x} ({x.when}).",
        "{x.name} comes first of those named here, with {x} ({x.when}).",
    ),
    "ranking.next": ("{x.name} follows with {x}.", "Then comes {x.name} with {x}."),
    "nothing.title": ("A quiet day",),
    "nothing.lead": ("There is nothing to report for {day}.",),
    "open": ("Amazon still changes these figures.", "These figures are not final yet."),
}
