"""The form of a model's answer, and how it is read: claim by claim, so that one that is wrong costs only itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_READ, MAX_CLAIMS, MAX_FACTS, MAX_ADVICE = 60, 14, 16, 3  # of an answer, of a page, of a claim
_EXCERPT = 600  # characters of a refused claim that are kept


class Claim(BaseModel):
    """One statement. kind: one of the list. facts: ids. remark: words of the model's own, where they are allowed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    kind: str
    facts: list[str] = Field(min_length=1, max_length=MAX_FACTS)
    emphasis: Literal["low", "normal", "high"] = "normal"
    advice: list[str] = Field(default_factory=list, max_length=MAX_ADVICE)
    remark: str | None = None


class Answer(BaseModel):
    """All that a model answers, in the order in which it is to be read."""

    model_config = ConfigDict(extra="forbid")

    claims: list[Claim]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may not be shown. reason: a key of the locale's REFUSALS, `about` its detail for logs and for the model.
    place: of the claim in the answer, from 0; None: the answer as a whole. part: 'claim', or what was dropped of a
    claim that stands. content: what was answered, for the record; it is on no page."""

    reason: str
    about: str = ""
    place: int | None = None
    part: str = "claim"
    content: str = ""

    def told(self) -> str:
        """In English, for logs and for the model."""
        where = "the answer" if self.place is None else f"claim number {self.place + 1}"
        if self.part != "claim":
            where += f", {self.part}"
        return f"{where}: {self.reason.replace('_', ' ')}{f' ({self.about})' if self.about else ''}"

    def as_json(self) -> dict[str, Any]:
        return {
            "refused": self.reason,
            "about": self.about,
            "place": self.place,
            "part": self.part,
            "content": self.content,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Refusal:
        names = ("about", "place", "part", "content")
        return cls(content["refused"], **{name: content[name] for name in names if name in content})


def read(text: str) -> tuple[list[tuple[int, Claim]], list[Refusal]]:
    """The claims of an answer with their places, and what was none. Words around the JSON are passed over."""
    content = _json(text)
    items = content.get("claims") if isinstance(content, dict) else content
    if not isinstance(items, list) or not items:
        return [], [
            Refusal("not_the_form", "a JSON object with a list of claims was asked for", content=_excerpt(text))
        ]
    claims: list[tuple[int, Claim]] = []
    refusals: list[Refusal] = []
    if isinstance(content, dict) and set(content) != {"claims"}:
        others = {key: value for key, value in content.items() if key != "claims"}
        refusals.append(Refusal("not_the_form", "there is more than claims", part="rest", content=_excerpt(others)))
    for place, item in enumerate(items):
        if place >= MAX_READ:
            refusals.append(Refusal("too_many", f"at most {MAX_READ} are read", place, content=_excerpt(items[place:])))
            break
        try:
            claims.append((place, Claim.model_validate(item)))
        except ValidationError as error:
            refusals.append(Refusal("not_the_form", _wrong(error), place, content=_excerpt(item)))
    return claims, refusals


def _json(text: str) -> Any:
    """The first JSON value in a text; None if there is none."""
    decoder = json.JSONDecoder()
    for start in sorted(place for place in (text.find("{"), text.find("[")) if place >= 0):
        try:
            return decoder.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _wrong(error: ValidationError) -> str:
    """Which fields are wrong and how, in words of ours: what was in them is not told, nor are names of other fields."""
    places = [each["loc"][0] if each["loc"] else "it" for each in error.errors()]
    told = [
        f"{place if place in Claim.model_fields else 'a field that there is not' if place != 'it' else place}: "
        f"{each['type']}"
        for place, each in zip(places, error.errors(), strict=True)
    ]
    return "; ".join(dict.fromkeys(told))[:200]


def _excerpt(content: Any) -> str:
    try:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(type(content))
    return text[:_EXCERPT].encode("utf-8", "replace").decode().replace("\x00", "")
