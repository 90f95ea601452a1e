"""Decides which columns of a document are personal: by the feed's lists, the tenant's choice, and the column's name.

The same judge is used for headers of tables and for JSON keys at any depth. A column that the feed knows is personal if
the catalogue lists it so. A column that the feed does not know is judged by its name (`names.py`), until the tenant
decides in stores.yaml. Fields are removed in `formats/redact_lines.py`, `formats/redact_quoted.py` and
`formats/redact_json.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pipelines.feeds import FEEDS
from pipelines.landing.personal.names import looks_personal, words
from pipelines.stores import UNDECIDED, PersonalChoice

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.stores import Scope, Tenant

_LONGEST_NAME = 400  # Characters; what stands behind them is no name. Judging takes longer the longer a text is.

Verdict = Literal["kept", "listed", "looks personal"]

_MOST_SHOWN = 100
_LEFT_OUT = (
    "{whose} named like personal data and nobody has decided on {them}: {names}. {They} left out of the tables and of "
    "the archive. Decide in stores.yaml: name {them} under `columns` of the tenant, in `keep` or in `drop`."
)


class Judge:
    """Judges the columns of one document.

    feed: None for an unknown document; then everything that any feed lists is personal. choice: the tenant's. read: the
    JSON keys that an actor's mapping reads, as pairs of a key and the key of the object that holds it.
    """

    def __init__(
        self,
        feed: Feed | None,
        choice: PersonalChoice = UNDECIDED,
        read: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.choice = choice
        self._keep, drop = _of_choice(choice)
        needed = (each for section in feed.sections for each in section.required) if feed is not None else ()
        self._drop = drop - set(map(words, needed))
        self._listed = _listed_anywhere() if feed is None else _listed(feed)
        self._known = frozenset() if feed is None else _known(feed)
        self._read = read

    @property
    def keeps_everything(self) -> bool:
        """Whether the tenant keeps all personal data."""
        return self.choice.everything

    def verdict(self, name: str, parent: str = "") -> Verdict:
        """What becomes of a column.

        'kept'; 'listed': the feed or the tenant lists it as personal; 'looks personal': only its name says so. The last
        two are removed. parent: for a JSON key, the key of the object that holds it.
        """
        if self.choice.everything:
            return "kept"
        name, parent = name[:_LONGEST_NAME], parent[:_LONGEST_NAME]
        plain = words(name)
        if plain in self._keep:
            return "kept"
        if plain in self._listed or plain in self._drop:
            return "listed"
        if plain in self._known or (name, parent) in self._read or not looks_personal(name, parent):
            return "kept"
        return "looks personal"


def left_out(names: Iterable[str]) -> str:
    """A warning about columns that were left out because of their names; '' for none. It has no values."""
    all_names = list(names)
    if not all_names:
        return ""
    shown = [" ".join(name[:400].split())[:60] for name in all_names[:_MOST_SHOWN]]
    if len(all_names) > len(shown):
        shown.append(f"and {len(all_names) - len(shown)} more")
    one = len(all_names) == 1
    return _LEFT_OUT.format(
        whose="A column is" if one else f"{len(all_names)} columns are",
        them="it" if one else "them",
        They="It was" if one else "They were",
        names=", ".join(shown),
    )


def undecided(choice: PersonalChoice, name: str) -> bool:
    """Whether a tenant has not decided yet on a column that was left out."""
    keep, drop = _of_choice(choice)
    return not choice.everything and words(name) not in keep | drop


def choice_for(tenants: Mapping[str, Tenant], scope: Scope) -> PersonalChoice:
    """The choice for the documents of a scope. If tenants share it (crawls), only what all of them keep is kept."""
    choices = {tenants[store.tenant_id].personal for store in scope.stores if store.tenant_id in tenants}
    return common_choice(choices)


def common_choice(choices: Collection[PersonalChoice]) -> PersonalChoice:
    """The choice for a document of several tenants: what all of them keep is kept.

    >>> common_choice([PersonalChoice(everything=True), PersonalChoice(keep=frozenset({"a"}))]).keep
    frozenset({'a'})
    """
    careful = [each for each in choices if not each.everything]
    if not careful:
        return PersonalChoice(everything=bool(choices))
    keep = frozenset.intersection(*(each.keep for each in careful))
    return PersonalChoice(False, keep, frozenset().union(*(each.drop for each in careful)))


def stored_choice(stored: Iterable[Mapping[str, Any] | None] | None) -> PersonalChoice:
    """The choice for a document that is stored already, from its tenants' choices in `ops.tenants.personal`.

    If no choice is known, everything is kept.
    """
    known = [each for each in stored or () if each is not None]
    if not known:
        return PersonalChoice(everything=True)
    return common_choice(
        [PersonalChoice(each["everything"], frozenset(each["keep"]), frozenset(each["drop"])) for each in known]
    )


def read_by_actors(conn: psycopg.Connection, feed: Feed) -> frozenset[tuple[str, str]]:
    """The JSON keys that actors' mappings read from a crawl's items, each with the key of the object that holds it."""
    if feed.shape != "crawl":
        return frozenset()
    rows = conn.execute("select fields from ops.actor_mappings where feed = %s", (feed.name,)).fetchall()
    found = set()
    for (fields,) in rows:
        for path in (path for paths in fields.values() for path in paths):
            keys = ["", *(step for step in path if not step.isdigit())]
            found |= set(zip(keys[1:], keys[:-1], strict=True))
    return frozenset(found)


def _listed(feed: Feed) -> frozenset[str]:
    return frozenset(words(each) for each in (*feed.personal, *feed.hashed))


@functools.cache
def _listed_anywhere() -> frozenset[str]:
    return frozenset(name for feed in FEEDS.values() for name in _listed(feed))


def _known(feed: Feed) -> frozenset[str]:
    known = (*(each for s in feed.sections for each in (*s.known, *s.required)), *feed.not_personal)
    return frozenset(words(each) for each in known)


@functools.lru_cache(maxsize=1000)
def _of_choice(choice: PersonalChoice) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(map(words, choice.keep)), frozenset(map(words, choice.drop))
