"""The Sponsored Brands and Sponsored Display campaigns of a store: what they show, to whom, and what they pay.

Brands: a video for keywords, a collection for keywords and themes, and one beside products. Display: beside products,
paid by click, and to people who looked at them, paid by views. What they bring is in brand_ads.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from simulator.world.catalogue.offers import Offer
from simulator.world.catalogue.texts import ITEMS, SEARCH_WORDS
from simulator.world.model import SimStore
from simulator.world.orders.order import money
from simulator.world.product_pages.competitors import competitor_asin
from simulator.world.rng import rng

BRANDS, DISPLAY = "SPONSORED_BRANDS", "SPONSORED_DISPLAY"
THEMES = ("KEYWORDS_RELATED_TO_YOUR_BRAND", "KEYWORDS_RELATED_TO_YOUR_LANDING_PAGES")


@dataclass(frozen=True, slots=True)
class BrandAd:
    """An ad: one video or product, or a collection of products."""

    ad_id: int
    offers: tuple[Offer, ...]
    video: bool = False


@dataclass(frozen=True, slots=True)
class BrandTarget:
    """What an ad is shown for. kind: BROAD, PHRASE, EXACT, THEME (keywords) or TARGETING_EXPRESSION.

    terms: the search terms that it meets; of what is no keyword one empty term.
    """

    target_id: int
    kind: str
    text: str
    bid: Decimal
    terms: tuple[str, ...]

    @property
    def is_keyword(self) -> bool:
        """Whether it meets search terms."""
        return self.kind != "TARGETING_EXPRESSION"


@dataclass(frozen=True, slots=True)
class BrandGroup:
    """Ads and targets under one name."""

    ad_group_id: int
    name: str
    ads: tuple[BrandAd, ...]
    targets: tuple[BrandTarget, ...]


@dataclass(frozen=True, slots=True)
class BrandCampaign:
    """A campaign; budget a day in the store's currency. cost_type: CPC, or VCPM (a thousand views)."""

    product: str
    campaign_id: int
    name: str
    status: str
    budget: Decimal
    cost_type: str
    groups: tuple[BrandGroup, ...]

    @property
    def by_views(self) -> bool:
        """Whether an order may be counted that followed no click."""
        return self.product == BRANDS or self.cost_type == "VCPM"


NAMES = {
    "en": ("Video | Brand", "Collection | Home", "Beside others", "Similar products", "Seen, not bought"),
    "de": ("Video | Marke", "Kollektion | Küche & Bad", "Neben anderen", "Ähnliche Produkte", "Gesehen, nicht gekauft"),
    "fr": ("Vidéo | Marque", "Collection | Cuisine", "À côté", "Produits similaires", "Vus, non achetés"),
    "ja": ("動画｜ブランド", "コレクション｜キッチン", "競合商品ページ", "類似商品", "閲覧済み～未購入"),
}


def make_brand_campaigns(seed: int, store: SimStore, offers: tuple[Offer, ...]) -> tuple[BrandCampaign, ...]:
    """The campaigns of a store; none where there is no Ads profile or nothing to advertise."""
    sold = [offer for offer in offers if offer.channel == "Amazon"]
    if store.ads_profile_id is None or not sold:
        return ()
    result = []
    for index, name in enumerate(NAMES[store.marketplace.language]):
        random = rng(seed, store.store_id, "brand campaign", index)
        product = BRANDS if index < 3 else DISPLAY
        # the first display campaign's ids do not fit a double
        low, high = (2 * 10**17, 9 * 10**17) if index == 3 else (10**14, 9 * 10**14)
        campaign_id = random.randrange(low, high)
        ads = tuple(
            BrandAd(random.randrange(low, high), chosen, video=index == 0) for chosen in _advertised(index, sold)
        )
        groups = tuple(
            BrandGroup(
                ad_group_id=random.randrange(low, high),
                name=f"{name} / {part + 1}",
                ads=chosen,
                targets=_targets(random, seed, store, index, chosen[0].offers[0]),
            )
            for part, chosen in enumerate((ads[:2], ads[2:]))
            if chosen
        )
        status = "PAUSED" if index == 2 else "ENABLED"
        budget = money(store, random.choice(("10", "20.50", "30")))
        cost_type = "VCPM" if index == 4 else "CPC"
        result.append(BrandCampaign(product, campaign_id, name, status, budget, cost_type, groups))
    return tuple(result)


def _advertised(index: int, sold: list[Offer]) -> list[tuple[Offer, ...]]:
    """What each ad of the n-th campaign shows."""
    if index == 1:
        return [tuple(sold[:3]), tuple(sold[2:5]) or tuple(sold[:1])]
    count = (1, 0, 1, 3, 2)[index]
    return [(sold[(index * 2 + n) % len(sold)],) for n in range(count)]


def _targets(random: Random, seed: int, store: SimStore, index: int, offer: Offer) -> tuple[BrandTarget, ...]:
    noun = ITEMS[offer.rank % len(ITEMS)][store.marketplace.language].lower()
    terms = [pattern.format(x=noun) for pattern in SEARCH_WORDS[store.marketplace.language]]
    bid = money(store, random.choice(("0.55", "0.72", "0.95")))

    def target(kind: str, text: str, met: tuple[str, ...] = ("",), price: Decimal = bid) -> BrandTarget:
        return BrandTarget(random.randrange(10**14, 9 * 10**14), kind, text, price, met)

    if index == 0:
        return (
            *(target("EXACT", text, (text,)) for text in terms[:2]),
            target("PHRASE", terms[2], tuple(terms[:4])),
        )
    if index == 1:
        return (target("BROAD", terms[0], tuple(terms)), *(target("THEME", text, tuple(terms[2:])) for text in THEMES))
    if index in (2, 3):
        beside = tuple(competitor_asin(seed, store, slot) for slot in (1, 4))
        return tuple(target("TARGETING_EXPRESSION", f'asin="{asin}"') for asin in beside)
    audience = "views=(exact-product lookback=30)"
    return (target("TARGETING_EXPRESSION", audience, price=money(store, "5.50")),)
