"""The frames of English: alerts that last. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "open_alerts.title": ("Alerts that last", "What still lasts"),
    "open_alerts.count": (
        "{open|alert lasts|alerts last}, {critical} of them critical.",
        "Critical are {critical} of {open|alert that lasts|alerts that last}.",
    ),
    "open_alerts.only": ("{open|alert lasts|alerts last}.", "Lasting: {open|alert|alerts}."),
    "open_alerts.lead": ("{since.name}, since {since}.", "Since {since}: {since.name}."),
}
