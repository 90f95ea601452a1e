"""The frames of English: what data is missing or late. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "missing_data.title": ("Some data is missing", "Days are missing"),
    "missing_data.lead": (
        "Days missing in {days.name}: {days}, the last on {last}.",
        "Missing from {days.name}: {days|day|days}, the last on {last}.",
    ),
    "missing_data.only": ("Days missing in {days.name}: {days}.", "Missing from {days.name}: {days|day|days}."),
    "late_data.title": ("Some data is late",),
    "late_data.lead": ("{until.name} has data until {until}.", "Until {until} there is data of {until.name}."),
}
