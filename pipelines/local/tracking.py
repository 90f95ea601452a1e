"""`tradewind track`: what is tracked, and changes of the stores' track files.

Only `suggest` needs the warehouse: the next command that opens it learns what the others have changed. How a file is
read and written is in pipelines/stores/tracking.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console

from pipelines.errors import ConfigError
from pipelines.local import arguments
from pipelines.local.arguments import Stores

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.stores.tracking import Pair

app = typer.Typer(help="Show and change which products are tracked.", no_args_is_help=True)

OneStore = Annotated[
    str | None, typer.Option("--store", metavar="STORE", help="Which store; not needed if one alone has a track_file.")
]
Own = Annotated[str, typer.Argument(metavar="OWN_ASIN", help="Your product.")]
Others = Annotated[list[str] | None, typer.Argument(metavar="[COMPETITOR_ASIN...]", help="Products beside it.")]


@app.command()
def suggest(
    store: OneStore = None,
    least: Annotated[float, typer.Option("--least", min=0, max=1, help="The lowest score that is wanted.")] = 0.3,
    most: Annotated[int, typer.Option("--most", min=1, help="How many are shown, or accepted, at most.")] = 20,
    accept: Annotated[bool, typer.Option("--accept", help="Write them into the store's track file.")] = False,
) -> None:
    """Suggest competitors, each with its score and what speaks for it.

    From first pages of keywords, Brand Analytics (clicked products of search terms, market basket) and ranks in the
    same category, as far as they have landed and staging was built.
    """
    from pipelines.landing.views.suggestions import suggestions
    from pipelines.local.opening import opened
    from pipelines.local.progress import say
    from pipelines.stores import tracking

    console, settings = Console(), _settings()
    path = track_file(settings, store) if accept else None
    if path is not None:
        tracking.add(path, ())  # makes it, if it is missing: without it the stores cannot be read
    warehouse, catalog = opened(settings)
    chosen = the_store(catalog, store)
    with warehouse.connect() as conn:
        found = suggestions(conn, catalog.stores[chosen], least)
    for each in found[:most]:
        say(console, f"{each.score:.2f}  {each.own}  {each.asin}  {'; '.join(each.evidence)}")
    if not found:
        say(console, f"Nothing speaks for another product of {chosen} with a score of {least} or more.")
    elif path is None:
        say(console, f"{min(most, len(found))} of {len(found)} suggestions. --accept writes them into the track file.")
    else:
        with _or_as_it_was(settings, path):
            new = tracking.add(path, [tracking.Pair(each.own, each.asin, ("suggested",)) for each in found[:most]])
        say(console, f"{path.name}: {len(new)} added, with the tag `suggested`.")


class Tracked(NamedTuple):
    """A product that a store tracks. competitor: the own ASIN itself for the own product."""

    store_id: str
    own: str
    competitor: str
    tags: tuple[str, ...]


@app.command("list")
def list_(
    store: Stores = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Only what has this tag (several times).")
    ] = None,
) -> None:
    """Show what is tracked: stores, own products, competitors, tags."""
    from pipelines.local.tables import print_tracked
    from pipelines.stores import load_catalog

    catalog = load_catalog(_settings())
    arguments.check_stores(catalog, store)
    print_tracked(Console(), tracked(catalog, store, tag or ()))


@app.command()
def add(
    own: Own,
    competitors: Others = None,
    store: OneStore = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Tag of these pairs, one word (several times).")
    ] = None,
) -> None:
    """Write a product of yours, or competitors beside it, into the store's track file."""
    from pipelines.local.progress import say
    from pipelines.stores import tracking

    settings = _settings()
    path = track_file(settings, store)
    pairs = pairs_of(own, competitors or (), tag or ())
    with _or_as_it_was(settings, path):
        new = tracking.add(path, pairs)
    told = f"{path.name}: {len(new)} added or with new tags, {len(pairs) - len(new)} there already."
    say(Console(), told + (" They are crawled from the next run on." if new else ""))


@app.command()
def remove(own: Own, competitors: Others = None, store: OneStore = None) -> None:
    """Take competitors out of the store's track file; without any, the own product with all of them."""
    from pipelines.local.progress import say
    from pipelines.stores import tracking

    settings = _settings()
    path = track_file(settings, store)
    there = [pair for pair in tracking.read_or_raise(path) if pair.own == own]
    wanted = [pair.key for pair in there if not competitors or (not pair.is_own and pair.competitor in competitors)]
    missing = sorted(set(competitors or [own]) - {key[1] if competitors else own for key in wanted})
    if missing:
        beside = f" beside {own}" if competitors else ""
        raise ConfigError(
            f"{path} does not name {', '.join(missing)}{beside}, so nothing was taken out. What stands under `track` "
            f"in {settings.stores_path} is taken out there; `tradewind track list` shows all."
        )
    gone = tracking.remove(path, wanted)
    say(Console(), f"{path.name}: {len(gone)} taken out. What was crawled of them stays.")


def tracked(catalog: Catalog, stores: Sequence[str] | None = None, tags: Collection[str] = ()) -> list[Tracked]:
    """What is tracked, by store and own product. stores, tags: only of these stores, or with one of these tags."""
    found = [
        Tracked(store.store_id, own, other, store.tags.get((own, other), ()))
        for store in catalog.stores.values()
        if not stores or store.store_id in stores
        for own, others in sorted(store.tracked.items())
        for other in dict.fromkeys((own, *others))
    ]
    return [each for each in found if not tags or set(tags) & set(each.tags)]


def pairs_of(own: str, competitors: Sequence[str], tags: Sequence[str]) -> list[Pair]:
    """The pairs that are to be written. Raises ConfigError for what is no ASIN, and for a tag of several words."""
    from pipelines.stores.tracking import ASIN, Pair

    for each in (own, *competitors):
        if not ASIN.fullmatch(each):
            raise ConfigError(f"{each!r} is no ASIN; an ASIN is ten capital letters and digits.")
    for each in tags:
        if len(each.split()) != 1:
            raise ConfigError(f"The tag {each!r} is not one word; write it like price-watch.")
    return [Pair(own, other, tuple(tags)) for other in competitors or (own,)]


def the_store(catalog: Catalog, store: str | None) -> str:
    """A store's id, checked; without one, the only one with a track file, or the only store. Raises ConfigError."""
    if store is not None:
        arguments.check_stores(catalog, [store])
        return store
    with_file = [each.store_id for each in catalog.stores.values() if each.track_file is not None]
    for ids in (with_file, list(catalog.stores)):
        if len(ids) == 1:
            return ids[0]
    raise ConfigError(f"Say for which store, with --store: {', '.join(catalog.stores)}.")


def track_file(settings: Settings, store: str | None) -> Path:
    """The track file of a store; without one, of the only store that names one. Raises ConfigError with what to do."""
    from pipelines.stores import track_files

    files = track_files(settings.stores_path)
    if store is not None and store not in files:
        raise ConfigError(f"{settings.stores_path} has no store {store}. The stores are: {', '.join(files)}.")
    named = {name: path for name, path in files.items() if path is not None and store in (None, name)}
    if len(named) == 1:
        return next(iter(named.values()))
    if named:
        raise ConfigError(f"Several stores have a track file: {', '.join(named)}. Say which with --store.")
    who, name = (f"Store {store}", store) if store else ("No store", next(iter(files), "my-store"))
    raise ConfigError(
        f"{who} has {'no' if store else 'a'} track file. Write `track_file: {name}.tracked.csv` under `{name}:` in "
        f"{settings.stores_path}; `tradewind track add` then makes the file."
    )


def _settings() -> Settings:
    from pipelines.local.homes import open_settings

    return open_settings(None)


@contextmanager
def _or_as_it_was(settings: Settings, path: Path) -> Iterator[None]:
    """A change of a track file. Where it makes the stores wrong (too many products), the file is put back.

    Raises ConfigError with what would be wrong.
    """
    from pipelines.stores import load_catalog

    before = path.read_bytes() if path.exists() else None
    yield
    try:
        load_catalog(settings)
    except ConfigError as error:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)
        raise ConfigError(f"Nothing was changed. With this change {error}") from None
