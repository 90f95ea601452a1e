"""Kinds of statements of the competitors brief: prices beside ours, stock, ranks, ratings, sellers, and searches."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.insights.claims.kinds.types import FOR_INFORMATION, Kind, Part, Role, Stake, Told, Tone, always, number
from pipelines.insights.facts import FactBook

_OF_RIVAL, _OF_OWN = "rival_tenth_a_week", "watched_tenth_a_week"


def _by_direction(role: str, down: Tone, up: Tone) -> Callable[[Told, FactBook], Tone]:
    """By which way it went; of what did not move only for information."""
    tones = {"down": down, "up": up}
    return lambda told, book: tones.get(told[role].direction or "", Tone())


WARNING, GOOD, INFO = Tone("info", "warning", "warning"), Tone("info", "good", "good"), Tone()

_GAP = (
    Part("lead", ("gap", "price", "own"), "gap", choice="lead"),
    Part("ours", ("gap", "own"), "gap", choice="lead"),
    Part("only", ("gap",), "gap", choice="lead"),
)
PRICE_STANDING = Kind(
    name="price_standing",
    meaning="competitors' prices beside ours, whether or not they changed; several may be named",
    about="competitor",
    roles={
        "gap": Role("price_gap", "competitor", basis="own_price"),
        "price": Role("competitor_price", "competitor"),
        "own": Role("own_price", "asin"),
    },
    needs=("gap",),
    titles=(Part("title", ("gap",), "gap"),),
    parts=_GAP,
    more=_GAP,
    with_it=("price",),
    tone=_by_direction("gap", WARNING, GOOD),
    stake=(Stake("price_below_a_week", "gap"), Stake("headroom_a_week", "gap")),
)
COMPETITOR_BACK = Kind(
    name="competitor_back",
    meaning="competitors that are in stock again, and since when; several may be named",
    about="competitor",
    roles={"since": Role("competitor_back_on", "competitor")},
    needs=("since",),
    titles=(Part("title", ("since",)),),
    parts=(Part("lead", ("since",), choice="lead"),),
    more=(Part("lead", ("since",), choice="lead"),),
    stake=(Stake(_OF_RIVAL, "since"),),
)
COMPETITOR_SELLER = Kind(
    name="competitor_seller",
    meaning="competitors whose buy box another seller has taken, and since when; several may be named",
    about="competitor",
    roles={"since": Role("competitor_seller_changed_on", "competitor")},
    needs=("since",),
    titles=(Part("title", ("since",)),),
    parts=(Part("lead", ("since",), choice="lead"),),
    more=(Part("lead", ("since",), choice="lead"),),
)


def _moved(name: str, meaning: str, fact: str, about: str, *, rise: Tone, fall: Tone, stake: str = "") -> Kind:
    """A kind about a figure of a page that changed, with what it was before."""
    parts = (
        Part("lead", ("now", "before"), "now", choice="lead"),
        Part("only", ("now",), "now", choice="lead"),
    )
    return Kind(
        name=name,
        meaning=f"{meaning}; several may be named",
        about=about,  # type: ignore[arg-type]
        roles={
            "now": Role(fact, about, basis="page_before", when=lambda fact: fact.direction in ("up", "down")),  # type: ignore[arg-type]
            "before": Role(f"{fact}_before", about),  # type: ignore[arg-type]
        },
        needs=("now",),
        with_it=("before",),
        titles=(Part("title", ("now",), "now"),),
        parts=parts,
        more=parts,
        whole=(("now", "before"),),
        tone=_by_direction("now", fall, rise),
        stake=(Stake(stake, "now"),) if stake else (),
    )


COMPETITOR_RANK = _moved(
    "competitor_rank",
    "competitors whose best sellers rank halved or doubled, which means that they sell better or worse",
    "competitor_rank",
    "competitor",
    rise=INFO,
    fall=WARNING,
    stake=_OF_RIVAL,
)
OWN_RANK = _moved(
    "own_rank",
    "our products whose best sellers rank halved or doubled, which means that they sell better or worse",
    "own_rank",
    "asin",
    rise=WARNING,
    fall=GOOD,
    stake=_OF_OWN,
)
COMPETITOR_RATING = _moved(
    "competitor_rating", "competitors whose rating changed", "competitor_rating", "competitor", rise=INFO, fall=INFO
)
OWN_RATING = _moved(
    "own_rating", "our products whose rating changed", "own_rating", "asin", rise=GOOD, fall=WARNING, stake=_OF_OWN
)
OWN_PAGE_OUT = Kind(
    name="own_page_out",
    meaning="our products whose pages offer nothing to buy, and since when; several may be named",
    about="asin",
    roles={"since": Role("own_out_since", "asin")},
    needs=("since",),
    titles=(Part("title", ("since",)),),
    parts=(Part("lead", ("since",), choice="lead"),),
    more=(Part("lead", ("since",), choice="lead"),),
    tone=always("warning", "critical", "critical"),
    stake=(Stake("watched_sales_a_week", "since"),),
)


def _places_tone(told: Told, book: FactBook) -> Tone:
    return WARNING if number(told["behind"]) else INFO


_PLACES = (
    Part("behind_in_one", ("behind", "shared", "own_place", "place"),
         when=lambda told, book: told["shared"].value == told["behind"].value == 1, choice="lead"),
    Part("behind", ("behind", "shared", "own_place", "place"), when=lambda told, book: number(told["behind"]) > 0,
         choice="lead"),
    Part("ahead", ("behind", "shared", "own_place", "place"), choice="lead"),
    Part("only", ("behind", "shared"), choice="lead"),
)  # fmt: skip
SEARCH_PLACES = Kind(
    name="search_places",
    meaning="in how many of the watched searches that show both a competitor stands before us, and the best places; "
    "several may be named",
    about="competitor",
    roles={
        "behind": Role("searches_behind", "competitor"),
        "shared": Role("searches_shared", "competitor"),
        "own_place": Role("own_place", "competitor"),
        "place": Role("competitor_place", "competitor"),
        "paid": Role("competitor_paid_places", "competitor", when=lambda fact: bool(fact.value)),
        "found": Role("own_searches", "asin"),
    },
    needs=("behind", "shared"),
    titles=(
        Part("title_behind", ("behind",), when=lambda told, book: number(told["behind"]) > 0),
        Part("title_ahead", ("behind",)),
    ),
    parts=(
        *_PLACES,
        Part("paid", ("paid",)),
        Part("found", ("found",), when=lambda told, book: bool(told["found"].value)),
    ),
    more=_PLACES,
    whole=(("behind", "shared", "own_place", "place", "paid"),),
    tone=_places_tone,
    stake=(Stake(_OF_RIVAL, "behind"),),
)
NOT_FOUND = Kind(
    name="not_in_searches",
    meaning="our products that none of the watched searches shows among its results; several may be named",
    about="asin",
    roles={
        "found": Role("own_searches", "asin", when=lambda fact: fact.value == 0),
        "read": Role("searches_read", "asin"),
    },
    needs=("found", "read"),
    titles=(Part("title", ("found",)),),
    parts=(Part("lead", ("found", "read"), choice="lead"),),
    more=(Part("lead", ("found", "read"), choice="lead"),),
    whole=(("found", "read"),),
    stake=(Stake(_OF_OWN, "found"),),
)
WATCH_SUMMARY = Kind(
    name="watch_summary",
    meaning="the week of all tracked competitors: how many are cheaper than we are, cut or raised prices, or are out",
    roles={
        "watched": Role("competitors_watched"),
        "compared": Role("competitors_compared", when=lambda fact: bool(fact.value)),
        "cheaper": Role("competitors_cheaper"),
        "cut": Role("competitors_cut"),
        "raised": Role("competitors_raised"),
        "out": Role("competitors_out"),
    },
    needs=("watched",),
    titles=(Part("title", ("watched",)),),
    parts=(
        Part("lead", ("watched",), choice="lead"),
        Part("cheaper", ("compared", "cheaper")),
        Part("moves", ("cut", "raised")),
        Part("out", ("out",)),
    ),
    tone=FOR_INFORMATION,
)
WATCHED_PRODUCT = Kind(
    name="watched_product",
    meaning="how one of our products stands: price, competitors that are cheaper, rank, rating, new ratings, sales",
    about="asin",
    roles={
        "price": Role("own_price", "asin"),
        "cheaper": Role("rivals_cheaper", "asin"),
        "compared": Role("rivals_compared", "asin"),
        "rank": Role("own_rank", "asin"),
        "rating": Role("own_rating", "asin"),
        "new": Role("own_new_ratings", "asin"),
        "sales": Role("watched_sales_a_week", "asin"),
    },
    needs=("price",),
    titles=(Part("title", ("price",)),),
    parts=(
        Part("lead", ("price", "cheaper", "compared"), choice="lead"),
        Part("only", ("price",), choice="lead"),
        Part("rank", ("rank",)),
        Part("rating", ("rating", "new"), choice="rating"),
        Part("only_rating", ("rating",), choice="rating"),
        Part("sales", ("sales",)),
    ),
)
RIVAL_PAGE = Kind(
    name="rival_page",
    meaning="how a competitor's page stands: price, rank, rating, and new ratings of the week",
    about="competitor",
    roles={
        "price": Role("competitor_price", "competitor"),
        "rank": Role("competitor_rank", "competitor"),
        "rating": Role("competitor_rating", "competitor"),
        "new": Role("competitor_new_ratings", "competitor"),
    },
    needs=("price|rank|rating",),
    titles=(Part("title_price", ("price",)), Part("title_rank", ("rank",)), Part("title_rating", ("rating",))),
    parts=(
        Part("price", ("price",), choice="lead"),
        Part("rank", ("rank",), choice="lead_rank"),
        Part("rating", ("rating", "new"), choice="lead_rating"),
        Part("only_rating", ("rating",), choice="lead_rating"),
    ),
)
KINDS = (
    PRICE_STANDING,
    COMPETITOR_BACK,
    COMPETITOR_SELLER,
    COMPETITOR_RANK,
    OWN_RANK,
    COMPETITOR_RATING,
    OWN_RATING,
    OWN_PAGE_OUT,
    SEARCH_PLACES,
    NOT_FOUND,
    WATCH_SUMMARY,
    WATCHED_PRODUCT,
    RIVAL_PAGE,
)
