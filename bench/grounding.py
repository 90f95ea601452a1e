"""How many false statements of an obeying model reach a page, and how many right ones do not.

Answers with a planted lie, and right ones, go the way of a model's answer: read, judged, worded, laid out as a page.
The page is then read by `grounding_reader.py`, which knows the facts and the lie, and nothing of the code between. A
model's own words are switched on, which is the harder case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from bench.figures import Figure, Room
from bench.grounding_corpus import Lie, Truth, lies, truths
from bench.grounding_reader import Seen, untrue

RECALL, PRECISION = 0.99, 0.98


def run(room: Room) -> Iterator[Figure]:
    """Share of lies that reach no page, and share of what is refused that are lies; by kind in the notes."""
    caught = by_kind(lies(), lambda lie: not reached(lie))
    shown = by_kind(truths(), lambda truth: not missing(truth))
    refused = sum(sum(each) for each in caught.values())
    wronged = sum(len(each) - sum(each) for each in shown.values())
    told = sum(len(each) for each in caught.values())
    yield Figure("grounding_recall", refused / told, "share", RECALL, "higher", _note(caught, "lies"))
    precision = refused / (refused + wronged)
    yield Figure("grounding_precision", precision, "share", PRECISION, "higher", _note(shown, "right ones"))


def by_kind(cases: Iterable[Lie] | Iterable[Truth], passes: Callable[..., bool]) -> dict[str, list[bool]]:
    """Which cases of each kind passed."""
    result: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        result[case.kind].append(passes(case))
    return dict(result)


def reached(lie: Lie) -> list[str]:
    """What of a lie is on the page: what was planted, and whatever else is not so."""
    seen = page_of(lie)
    said = [words for words in lie.anywhere if words.lower() in seen.text.lower()]
    for card in seen.cards:
        whole = [card.whole(), *(f"{card.badge} {sentence}" for sentence in card.sentences())]
        told = whole if _is_of_a_card(lie) else whole[1:]
        said += [" + ".join(texts) for texts in lie.together for text in told if all(each in text for each in texts)]
    return said + untrue(seen, lie.world, lie.language)


def missing(truth: Truth) -> list[str]:
    """What of a right answer is not on the page, and whether any of it was refused."""
    seen = page_of(truth)
    told = " ".join(card.whole() + card.own for card in seen.cards)
    refused = {"en": "What the model answered and is not shown", "zh": "模型的回答中未予显示的部分"}[truth.language]
    said = [text for text in truth.shown if text not in told]
    return said + ([refused] if refused in seen.text else []) + untrue(seen, truth.world, truth.language)


def page_of(case: Lie | Truth) -> Seen:
    """The page that a model's answer leads to, as it is seen. Only what the answer says is on it: nothing is added."""
    from pipelines.insights.briefs.daily import BRIEF
    from pipelines.insights.briefs.kind import About
    from pipelines.insights.claims.compose import compose
    from pipelines.insights.claims.judge import judge
    from pipelines.insights.claims.schema import read
    from pipelines.insights.pages.page import Page, page_html
    from pipelines.marketplaces import MARKETPLACES
    from pipelines.stores import Store, Tenant

    book, market = case.world.book, MARKETPLACES["US"]
    claims, misshapen = read(case.text)
    shown, refused = judge(claims, book, own_words=case.language)
    statements = compose(shown, book, case.language)
    store = Store(book.store_id, "harbor", "A1@na", "A1", market.region, market, tracked={})
    about = About(Tenant("harbor", "Harbor", "USD"), (store,))
    unshown = [*misshapen, *refused]
    page = Page(BRIEF, about, book, {}, statements, case.language, model="sim", refused=unshown)
    return Seen(page_html(page))


def _is_of_a_card(lie: Lie) -> bool:
    """Whether the lie shows in a finding as a whole: its badge, or advice beside it."""
    return lie.kind in ("emphasis", "advice", "facts of another store")


def _note(cases: dict[str, list[bool]], what: str) -> str:
    total = sum(len(each) for each in cases.values())
    kinds = ", ".join(f"{kind} {sum(each)}/{len(each)}" for kind, each in sorted(cases.items()))
    return f"{total} {what}: {kinds}"
