"""Reads `actors.yaml`: for each crawled feed the Apify actor, its input, and where its items hold which field.

Without the file, the built-in actors are used. An actor's input is made from a template. Its items are stored as they
come. Staging reads them by the JSON paths that were configured when the run was started (`ops.actor_mappings`), so that
items of different actors can be stored side by side. Runs of actors are started in `sources/apify.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from pipelines.errors import ConfigError
from pipelines.feeds.apify import FIELDS, SUBJECTS

if TYPE_CHECKING:
    from pipelines.marketplaces import Marketplace
    from pipelines.settings import Settings
    from pipelines.stores import Store

MOST_PATHS = 3
"""How many JSON paths may be configured for a field. The first that an item has counts."""

BATCH_SIZES: Mapping[str, int] = {"apify.products": 100, "apify.keyword_search": 20}
"""How many ASINs or keywords a run is given at most, where actors.yaml says nothing else: some minutes of a crawl, so
that what is more urgent has its turn soon."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_OF_MARKETPLACE = frozenset({"domain", "country"})
_OF_SUBJECT = {"asin": frozenset({"asin"}), "keyword": frozenset({"keyword", "keyword_url"})}
_PRODUCT_PATH = re.compile(r"/(?:dp|gp/product)/[A-Za-z0-9]{10}(?:/|$)")
_ASIN = re.compile(r"[A-Z0-9]{10}")


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor that crawls one feed.

    feed: the feed's name. actor: `user/name`. template: its input with placeholders. fields: field -> JSON paths, each
    a tuple of keys. batch_size: how many ASINs or keywords one run is given at most.
    """

    feed: str
    actor: str
    template: Mapping[str, Any]
    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    batch_size: int = 100

    @property
    def mapping_id(self) -> str:
        """An id of the feed, the actor and the paths. It changes if one of these changes."""
        text = json.dumps([self.feed, self.actor, dict(self.fields)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def subjects(self, stores: Iterable[Store]) -> list[str]:
        """What is to be crawled for these stores: ASINs or keywords, sorted."""
        return sorted({each for store in stores for each in subjects_of(self.feed, store)})

    def run_input(self, marketplace: Marketplace, subjects: Iterable[str]) -> dict[str, Any]:
        """The input of a run. It is the same for the same subjects, whatever their order."""
        kind = SUBJECTS[self.feed]
        named = [{kind: each, f"{kind}_url": quote_plus(each)} for each in sorted(set(subjects))]
        filled: dict[str, Any] = _filled(self.template, _of(marketplace), named)
        return filled

    def is_for(self, run_input: Mapping[str, Any], marketplace: Marketplace) -> bool:
        """Whether a run's input asks only for pages of this feed's kind in this marketplace."""
        ((path, element),) = _repeated(self.template, _OF_SUBJECT[SUBJECTS[self.feed]])
        found: Any = run_input
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        texts = [_text_of(each, element) for each in found] if isinstance(found, list) else []
        return bool(texts) and all(self._is_of(text, run_input, marketplace) for text in texts)

    def _is_of(self, text: str, run_input: Mapping[str, Any], marketplace: Marketplace) -> bool:
        kind = SUBJECTS[self.feed]
        if text.startswith(("http://", "https://")):
            url = urlsplit(text)
            if (url.hostname or "").removeprefix("www.") != marketplace.domain:
                return False
            return "k" in parse_qs(url.query) if kind == "keyword" else bool(_PRODUCT_PATH.search(url.path))
        ours = {key: value for key, value in self.template.items() if isinstance(value, str) and "{" in value}
        same = all(run_input.get(key) == _filled(value, _of(marketplace), []) for key, value in ours.items())
        return same and bool(text) and (kind == "keyword" or bool(_ASIN.fullmatch(text)))


def subjects_of(feed: str, store: Store) -> tuple[str, ...]:
    """What a feed is to crawl for a store: ASINs or keywords; empty for a feed that is not crawled."""
    kind = SUBJECTS.get(feed)
    if kind == "keyword":
        return store.keywords
    return tuple({each for own, others in store.tracked.items() for each in (own, *others)} if kind else ())


# --- templates ------------------------------------------------------------------------------------------------------


def _of(marketplace: Marketplace) -> dict[str, str]:
    return {"domain": marketplace.domain, "country": marketplace.country}


def _filled(template: Any, values: Mapping[str, str], subjects: Sequence[Mapping[str, str]]) -> Any:
    """A template with its placeholders filled. A list's only element that names the subject is repeated for each."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)
    if isinstance(template, Mapping):
        return {key: _filled(value, values, subjects) for key, value in template.items()}
    if isinstance(template, list):
        if len(template) == 1 and _names(template[0]) - _OF_MARKETPLACE:
            return [_filled(template[0], {**values, **subject}, ()) for subject in subjects]
        return [_filled(each, values, subjects) for each in template]
    return template


def _names(template: Any) -> set[str]:
    """The names of all placeholders in a template."""
    if isinstance(template, str):
        return set(_PLACEHOLDER.findall(template))
    parts = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return {name for part in parts for name in _names(part)}


def _repeated(
    template: Any, wanted: frozenset[str], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each list whose only element names the subject: the keys that lead to the list, and that element."""
    for key, value in template.items():
        if isinstance(value, list) and len(value) == 1 and _names(value[0]) & wanted:
            yield (*path, key), value[0]
        elif isinstance(value, Mapping):
            yield from _repeated(value, wanted, (*path, key))


def _text_of(element: Any, template: Any) -> str:
    """The text in an element of a run's input at the place where the template names the subject."""
    if isinstance(element, Mapping) and isinstance(template, Mapping):
        key = next(key for key, value in template.items() if _names(value))
        element = element.get(key)
    return element if isinstance(element, str) else ""


# --- the file -------------------------------------------------------------------------------------------------------


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Path_ = Annotated[str, StringConstraints(pattern=r"^[^.\s]+(\.[^.\s]+)*$")]
Paths = Annotated[list[Path_], BeforeValidator(_one_or_more), Field(min_length=1, max_length=MOST_PATHS)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    actor: Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$")]
    input: dict[str, Any]
    fields: dict[str, Paths]
    batch_size: Annotated[int, Field(ge=1, le=1000)] | None = None


def load_actors(settings: Settings) -> dict[str, Actor]:
    """Feed name -> its actor. Actors in the settings' file replace the built-in ones.

    Raises ConfigError if the file cannot be read or has mistakes; the message lists all of them.
    """
    path = settings.actors_path
    if not path.is_file():
        if path != settings.stores_path.parent / "actors.yaml":
            raise ConfigError(
                f"There is no {path}, which TRADEWIND_ACTORS names. Copy actors.example.yaml there, or take the "
                "variable out: the built-in actors are used then."
            )
        return dict(BUILT_IN)
    return {**BUILT_IN, **read_actors(path)}


def read_actors(path: Path) -> dict[str, Actor]:
    """The actors in a file, by feed name; see `load_actors`."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {' '.join(str(error).split())}.") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must name feeds, like `products:`; see actors.example.yaml.")
    problems: list[str] = []
    actors = {}
    for short, entry in content.items():
        feed = f"apify.{short}"
        if feed not in FIELDS:
            known = ", ".join(each.removeprefix("apify.") for each in FIELDS)
            problems.append(f"{short}: there is no such crawl; there are {known}.")
            continue
        actor = _actor(feed, entry, problems)
        if actor is not None:
            actors[feed] = actor
    if problems:
        raise ConfigError(f"{path} is wrong: " + " ".join(problems))
    return actors


def _actor(feed: str, entry: Any, problems: list[str]) -> Actor | None:
    short = feed.removeprefix("apify.")
    try:
        read = _Entry.model_validate(entry)
    except ValidationError as error:
        problems += [f"{short}.{_sentence(problem)}" for problem in error.errors()]
        return None
    found = [*_wrong_fields(feed, read.fields), *_wrong_template(feed, read.input)]
    problems += [f"{short}.{each}" for each in found]
    paths = {name: tuple(tuple(path.split(".")) for path in read.fields[name]) for name in sorted(read.fields)}
    return None if found else Actor(feed, read.actor, read.input, paths, read.batch_size or BATCH_SIZES[feed])


def _wrong_fields(feed: str, fields: Mapping[str, list[str]]) -> Iterator[str]:
    known = FIELDS[feed]
    for name in fields:
        if name not in known:
            yield f"fields.{name}: nothing reads this; known are {', '.join(known)}."
    needed = ("asin", "url") if feed == "apify.products" else ("query",)
    if not set(needed) & set(fields):
        yield f"fields: {' or '.join(needed)} must be there; without it, it is not known what an item is about."


def _wrong_template(feed: str, template: Mapping[str, Any]) -> Iterator[str]:
    kind = SUBJECTS[feed]
    mine = _OF_SUBJECT[kind]
    names = _names(template)
    for name in sorted(names - _OF_MARKETPLACE - mine):
        allowed = ", ".join(f"{{{each}}}" for each in sorted(_OF_MARKETPLACE | mine))
        yield f"input: {{{name}}} means nothing here; there are {allowed}."
    lists = list(_repeated(template, mine))
    if len(lists) != 1:
        yield (
            f"input: exactly one list must have {{{kind}}} in its only element, like "
            f'startUrls: ["https://www.{{domain}}/..."]; it is repeated for every {kind}, and {len(lists)} were found.'
        )
    elif names & mine and _outside(template, mine):
        yield f"input: {{{kind}}} stands outside of the list that is repeated for every {kind}; a run is for all."


def _outside(template: Any, mine: frozenset[str]) -> bool:
    """Whether the subject is named anywhere else than in the element of the repeated list."""
    if isinstance(template, str):
        return bool(_names(template) & mine)
    if isinstance(template, Mapping):
        return any(_outside(value, mine) for value in template.values())
    if isinstance(template, list) and len(template) != 1:
        return any(_outside(value, mine) for value in template)
    return False


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{place}: this is missing."
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such setting here."
    if problem["loc"][:1] == ("actor",):
        return f"actor: {problem['input']!r} is no actor; write it like user/name."
    if problem["type"] == "too_long":
        return f"{place}: at most {MOST_PATHS} places of a field can be named."
    where = place or "entry"
    return f"{where}: {problem['input']!r} is not allowed ({problem['msg']}); a place is written like price.value."


# --- built in -------------------------------------------------------------------------------------------------------

_CRAWLER = "junglee/amazon-crawler"
_CRAWLER_INPUT = {
    "scrapeSellers": False,
    "useCaptchaSolver": True,
    "proxyCountry": "AUTO_SELECT_PROXY_COUNTRY",
    "countryCode": "{country}",
}


def _built_in(feed: str, template: Mapping[str, Any], fields: Mapping[str, str]) -> Actor:
    paths = {name: tuple(tuple(path.split(".")) for path in fields[name].split()) for name in sorted(fields)}
    return Actor(feed, _CRAWLER, template, paths, BATCH_SIZES[feed])


BUILT_IN: Mapping[str, Actor] = {
    "apify.products": _built_in(
        "apify.products",
        {
            "categoryOrProductUrls": [{"url": "https://www.{domain}/dp/{asin}"}],
            "maxItemsPerStartUrl": 1,
            "maxOffers": 10,
            "scrapeProductDetails": True,
            **_CRAWLER_INPUT,
        },
        {
            "asin": "originalAsin asin",
            "url": "url input.url input",
            "error": "error",
            "error_description": "errorDescription",
            "title": "title",
            "brand": "brand",
            "price": "price.value",
            "list_price": "listPrice.value",
            "currency": "price.currency listPrice.currency",
            "in_stock": "inStock",
            "stars": "stars",
            "reviews_count": "reviewsCount",
            "bsr_rank": "bestsellerRanks.0.rank",
            "bsr_category": "bestsellerRanks.0.category",
            "seller_name": "seller.name",
            "seller_id": "seller.id",
            "offers": "offers",
            # not among what is known of this actor's items; read where it names them so, as others do
            "coupon": "coupon couponText",
            "parent_asin": "parentAsin",
            "image": "thumbnailImage",
            "bought_past_month": "monthlyPurchaseVolume",
        },
    ),
    "apify.keyword_search": _built_in(
        "apify.keyword_search",
        {
            "categoryOrProductUrls": [{"url": "https://www.{domain}/s?k={keyword_url}"}],
            "maxItemsPerStartUrl": 100,
            "maxSearchPagesPerStartUrl": 2,
            "maxOffers": 0,
            "scrapeProductDetails": False,
            **_CRAWLER_INPUT,
        },
        {
            "query": "input.url input",
            "asin": "asin originalAsin",
            "url": "url",
            "error": "error",
            "error_description": "errorDescription",
            "page": "categoryPageData.pageNumber",
            "position": "categoryPageData.productPosition",
            "is_sponsored": "categoryPageData.isSponsored",
            "title": "title",
            "brand": "brand",
            "price": "price.value",
            "list_price": "listPrice.value",
            "currency": "price.currency listPrice.currency",
            "stars": "stars",
            "reviews_count": "reviewsCount",
        },
    ),
}
