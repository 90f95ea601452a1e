"""Decides which feed and store a file belongs to, if the user does not say it.

`sniffing.py` reads the evidence in the file's header and rows, `known_ids.py` whose ids in it have landed before. A
feed or store that the user names takes precedence over the evidence. Where it fits several, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.formats.moments import day_range_text, days_of
from pipelines.landing.formats.written_dates import in_feeds_way
from pipelines.landing.imports.sniffing import Evidence, look, opener
from pipelines.marketplaces import MARKETPLACES
from pipelines.sources.transport.download import is_address

if TYPE_CHECKING:
    from pipelines.stores import Catalog, Store


Owners = Callable[["Feed", Evidence], Collection[str]]
"""The accounts or stores, by id, of which the ids in a document are known; see `known_ids.py`."""


class Ambiguous(ConfigError):
    """A document may be of several feeds, or of several stores. option: `--feed` or `--store`, by which the user says
    which. candidates: what may be given."""

    def __init__(self, message: str, option: str, candidates: Sequence[str]) -> None:
        super().__init__(message)
        self.option = option
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is. store: None if its feed belongs to no store.

    summary: a sentence to print before the file is loaded. notes: further sentences.
    """

    feed: Feed
    store: Store | None
    summary: str
    notes: tuple[str, ...] = ()


def recognise(
    catalog: Catalog,
    path: Path | str,
    feed_name: str | None = None,
    store_id: str | None = None,
    owners: Owners | None = None,
) -> Recognised:
    """Find out a file's feed and store. feed_name, store_id: those that the user names; they must exist. owners: whose
    the ids in it are known to be; it is asked only where nothing else tells.

    Raises DocumentError for a file that is no feed's document, Ambiguous if the user must name the feed or the store,
    ConfigError if no store fits.
    """
    if isinstance(path, str) and is_address(path):
        if feed_name is None:
            raise ConfigError("Of an address say which feed it is: give --feed, as manual.fx_rates.")
        name, feed, evidence = path, FEEDS[feed_name], Evidence()
        others: tuple[str, ...] = ()
    else:
        path = Path(path)
        name = path.name
        opened = opener(path)
        feed, evidence, others = look(catalog, name, opened, FEEDS[feed_name] if feed_name else None)
    if others:
        fitting = (feed.name, *others)
        titles = " or ".join(f'"{FEEDS[each].title}" ({each})' for each in fitting)
        raise Ambiguous(f"{name} may be {titles}: their columns are the same. Give --feed.", "--feed", fitting)
    if feed.scope == "shop":
        raise ConfigError(
            f"{name} is a {feed.title} document ({feed.name}), which is not imported: the shop's API gives it. Enter "
            "the shop under `channels`."
        )
    notes: list[str] = []
    store = None
    if feed.scope != "global":
        found = stores_of(tuple(catalog.stores.values()), feed, evidence)
        store = catalog.stores[store_id] if store_id else _only(catalog, name, feed, evidence, found, owners)
        if store_id and found and store not in found and _says(evidence):
            notes.append(f"Its rows are of {_says(evidence)}, but --store {store_id} was given.")
    parts = [f'{name} is a "{feed.title}" document ({feed.name})' + (f" of {store.store_id}" if store else "")]
    if evidence.rows is not None:
        parts.append(f"{evidence.rows:,} {'line' if evidence.rows == 1 else 'lines'}")
    if days := _days(feed, evidence, store):
        parts.append(day_range_text(days))
    return Recognised(feed, store, ", ".join(parts) + ".", tuple(notes))


def stores_of(stores: Sequence[Store], feed: Feed, evidence: Evidence) -> list[Store]:
    """The stores to which a document may belong, the likeliest first; for account-wide feeds, one store per account.

    Empty if the rows are of marketplaces or currencies in which no store sells.
    """
    found = list(stores)
    if evidence.regions:
        found = [each for each in found if each.region in evidence.regions] or found
    if evidence.sellers:
        found = [each for each in found if each.seller_id in evidence.sellers]
    if evidence.marketplaces:
        found = [each for each in found if each.country in evidence.marketplaces]
    elif evidence.currencies and feed.shape != "file":
        found = [each for each in found if each.currency in evidence.currencies]
    elif evidence.currencies:
        found = [each for each in found if each.currency in evidence.currencies] or found
    if not evidence.marketplaces and evidence.countries:
        found = [each for each in found if each.country in evidence.countries] or found
    found.sort(key=lambda each: -(evidence.marketplaces[each.country] or evidence.countries[each.country]))
    if feed.scope == "store":
        return found
    first: dict[str, Store] = {}
    for each in found:
        first.setdefault(each.account_id if feed.scope == "account" else each.country, each)
    return list(first.values())


def _only(
    catalog: Catalog, name: str, feed: Feed, evidence: Evidence, found: list[Store], owners: Owners | None
) -> Store:
    if len(found) > 1 and owners is not None and evidence.ids:
        known = set(owners(feed, evidence))
        found = [each for each in found if known & {each.store_id, each.account_id}] or found
    if len(found) == 1:
        return found[0]
    everybody = ", ".join(catalog.stores)
    said = _says(evidence)
    if not found:
        raise ConfigError(
            f"{name} is a {feed.title} document ({feed.name}); its rows are of {said}, and no store of stores.yaml "
            f"sells there. The stores are: {everybody}."
        )
    said = said or ", ".join(sorted(evidence.countries) or sorted(evidence.regions))
    hint = f"its rows are of {said}, which fits" if said else "nothing in it tells whose it is; it fits"
    ids = [each.store_id for each in found]
    raise Ambiguous(
        f"{name} is a {feed.title} document ({feed.name}); {hint} {', '.join(ids)}. Give --store.", "--store", ids
    )


def _says(evidence: Evidence) -> str:
    names = [MARKETPLACES[each].sales_channel for each in evidence.marketplaces]
    sellers = [f"the seller {each}" for each in sorted(evidence.sellers)]
    return ", ".join([*sellers, *(sorted(names) or sorted(evidence.currencies))])


def _days(feed: Feed, evidence: Evidence, store: Store | None) -> set[date]:
    section = feed.sections[0]
    day_first = store is None or store.marketplace.day_first
    writers, _ = in_feeds_way(section, {section.day: evidence.days} if section.dates else {}, day_first=day_first)
    write = writers.get(section.day, str)
    zone = store.time_zone if store else "UTC"
    return days_of(map(write, evidence.days), section.day_formats, zone)
