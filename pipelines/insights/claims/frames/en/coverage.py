"""The frames of English: what data is missing or late. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "missing_data.title": ("Some data is not fetched", "Days are not fetched"),
    "missing_data.lead": (
        "Not fetched of {days.name}: {days|day|days}, the last on {last}.",
        "Of {days.name}, {days|day is|days are} not fetched, the last on {last}.",
    ),
    "missing_data.only": (
        "Not fetched of {days.name}: {days|day|days}.",
        "Of {days.name}, {days|day is|days are} not fetched.",
    ),
    "unavailable_data.title": ("Some data is not available", "Days are not available"),
    "unavailable_data.lead": (
        "Not available of {days.name}: {days|day|days}, the last on {last}.",
        "Of {days.name}, {days|day is|days are} not available, the last on {last}.",
    ),
    "unavailable_data.only": (
        "Not available of {days.name}: {days|day|days}.",
        "Of {days.name}, {days|day is|days are} not available.",
    ),
    "late_data.title": ("Some data is late",),
    "late_data.lead": ("{until.name} has data until {until}.", "Until {until} there is data of {until.name}."),
}
