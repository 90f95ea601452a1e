"""The benchmark of grounding: its corpus is large enough, and its reader finds what a page gets wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from bench import grounding
from bench.grounding_corpus import WORLDS, Lie, Truth, answer, claim, lies, truths
from bench.grounding_reader import untrue
from pipelines.insights.claims import judge, words
from pipelines.insights.claims.frames import en
from pipelines.insights.claims.kinds.advice import ADVICE
from pipelines.insights.claims.kinds.catalogue import KINDS
from pipelines.insights.claims.kinds.types import Kind, Tone

# the benchmark's own reader: `make bench ARGS=grounding` is what it serves
pytestmark = pytest.mark.thorough

FIFTEEN = {
    "digits", "unicode digits", "markup and addresses", "chinese number words", "english number words", "foreign names",
    "wrong subject", "instructions", "direction", "unit", "measure", "period", "absolutes", "negation",
    "comparison basis",
}  # fmt: skip


ALL_TRUTHS, ALL_LIES = cache(lambda: list(truths())), cache(lambda: list(lies()))


def _lies(kind: str, language: str = "en") -> list[Lie]:
    return [lie for lie in ALL_LIES() if (lie.kind, lie.language) == (kind, language)]


def test_there_are_enough_of_each_kind_in_each_language() -> None:
    counted = Counter((lie.kind, lie.language) for lie in lies())
    assert sum(counted.values()) >= 400 and min(counted.values()) >= 15
    assert {kind for kind, _ in counted} >= FIFTEEN
    assert len(list(truths())) >= 100
    assert [lie.text for lie in lies()] == [lie.text for lie in lies()]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(FIFTEEN))
def test_no_lie_of_a_kind_reaches_a_page(kind: str, language: str) -> None:
    assert [lie.text for lie in _lies(kind, language)[::24] if grounding.reached(lie)] == []


@pytest.mark.thorough
def test_right_answers_are_shown() -> None:
    assert [found for truth in ALL_TRUTHS()[::27] if (found := grounding.missing(truth))] == []


@pytest.mark.parametrize("seed", range(20))
def test_whatever_facts_are_cited_for_whatever_kind_the_page_is_true(seed: int) -> None:
    dice = random.Random(seed)
    world, language = dice.choice(WORLDS), dice.choice(["en", "zh"])
    claims = []
    for _ in range(4):
        kind = dice.choice(list(KINDS.values()))
        fitting = [fact for fact in world.book.facts if kind.role_of(fact) or dice.random() < 0.05]
        facts = dice.sample(fitting, min(len(fitting), dice.randint(1, 6)))
        emphasis, advice = dice.choice(["low", "normal", "high"]), dice.sample(list(ADVICE), 2)
        claims.append(claim(kind.name, *facts, emphasis=emphasis, advice=advice))
    case = Truth("any", language, world, answer(*claims), ())
    assert untrue(grounding.page_of(case), world, language) == []


# a code that lets something through, and a kind of lies of which the reader must find some then
HOLES: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "any words": ("absolutes", lambda patch: patch.setattr(words, "are_harmless", lambda remark, language: True)),
    "any fact": (
        "measure",
        lambda patch: patch.setattr(Kind, "role_of", lambda self, fact: next(iter(self.roles))),
    ),
    "any advice": ("advice", lambda patch: patch.setattr(judge, "_is_admissible", lambda *_: True)),
    "any emphasis": (
        "emphasis",
        lambda patch: patch.setattr(Tone, "at", lambda self, emphasis: "good"),
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("hole", HOLES)
def test_the_reader_finds_what_a_hole_lets_through(hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, open_it = HOLES[hole]
    of_the_kind = _lies(kind)
    open_it(monkeypatch)
    assert any(grounding.reached(lie) for lie in of_the_kind)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "word", "other"),
    [("sales_day", "above", "below"), ("sales_day", "rose", "fell"), ("sku_sales", "Sales of", "Clicks of"),
     ("sales_week", "ver the week", "n the day"), ("sku_sales", "{change.name}", "HG-OTHER"),
     ("buy_box", "buy box", "home page"), ("campaign_without_sales", "sold nothing", "sold 7 units"),
     ("out_of_stock", "nothing on hand", "all sold")],
)  # fmt: skip
def test_the_reader_finds_a_frame_that_says_otherwise(
    kind: str, word: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = [truth for truth in ALL_TRUTHS() if (truth.kind, truth.language) == (kind, "en")][::3]
    assert not any(grounding.missing(truth) for truth in right)
    swapped = {
        key: tuple(_swapped(frame, word, other) for frame in frames) if key.startswith(kind) else frames
        for key, frames in en.FRAMES.items()
    }
    monkeypatch.setattr(en, "FRAMES", swapped)
    if word == "ver the week":
        from pipelines.insights.locales import en as words_of_page

        monkeypatch.setattr(words_of_page, "WHEN", words_of_page.WHEN | {"week": "on the day"})
    assert any(grounding.missing(replace(truth, shown=())) for truth in right)


def _swapped(frame: str, word: str, other: str) -> str:
    return frame.replace(word, other).replace(word.lower(), other.lower())


@pytest.mark.thorough
def test_what_is_not_shown_of_a_right_answer_is_found() -> None:
    truth = ALL_TRUTHS()[0]
    assert grounding.missing(Truth(truth.kind, truth.language, truth.world, truth.text, (*truth.shown, "$0.01")))
    assert grounding.missing(replace(truth, text=truth.text.replace('"emphasis"', '"stress"')))
