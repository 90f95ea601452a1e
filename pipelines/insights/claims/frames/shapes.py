"""What the frames of all languages have in common: how their keys are made."""

from __future__ import annotations

from collections.abc import Mapping

Frames = Mapping[str, tuple[str, ...]]


def titles(name: str, up: str, down: str, flat: str, alone: str, unfinished: str = "") -> Frames:
    """The titles of a measure: by direction, without one, and while it is not final."""
    made = {"title.vs.up": (up,), "title.vs.down": (down,), "title.vs.flat": (flat,), "title": (alone,)}
    return under(name, made | ({"title.open": (unfinished,)} if unfinished else {}))


def under(name: str, frames: Frames) -> Frames:
    """Frames of parts as those of a kind."""
    return {f"{name}.{part}": variants for part, variants in frames.items()}


def with_since(name: str, frames: Frames) -> Frames:
    """Frames of a day, and those that set it beside the same day a week earlier instead of the usual."""
    key = f"{name}_day.vs."
    return {
        **frames,
        **{
            each.replace(".vs.", ".vs_since."): tuple(frame.replace("{change", "{since") for frame in variants)
            for each, variants in frames.items()
            if each.startswith(key)
        },
    }
