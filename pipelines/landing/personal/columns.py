"""Which columns of a document are personal: what the feed lists, what its tenant decided, and what names look like.

One judge for headers of tables and for keys of JSON at any depth. What is known to the feed and not listed there as
personal is a decision of the catalogue; of a column that nobody knows its name decides (`names.py`), until somebody
does in stores.yaml. How the fields are taken out is in `formats/redact_lines.py`, `formats/redact_quoted.py` and
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

Verdict = Literal["kept", "listed", "looks personal"]

_FOLLOWS = (
    "{whose} named like personal data and nobody has decided on {them}: {names}. {They} left out of the tables and of "
    "the archive. Decide in stores.yaml: name {them} under `columns` of the tenant, in `keep` or in `drop`."
)


class Judge:
    """What becomes of the columns of one document.

    feed: None for a document of which nobody knows what it is: what any feed lists is personal then. read: paths into
    JSON whose values somebody has said are to be read, as pairs of a key and the key that holds it.
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
        return self.choice.everything

    def verdict(self, name: str, parent: str = "") -> Verdict:
        """'kept', 'listed' (somebody has decided that it is personal), or 'looks personal' (its name alone says so).

        parent: of a JSON key, the key of the object that holds it.
        """
        if self.choice.everything:
            return "kept"
        plain = words(name)
        if plain in self._keep:
            return "kept"
        if plain in self._listed or plain in self._drop:
            return "listed"
        if plain in self._known or (name, parent) in self._read or not looks_personal(name, parent):
            return "kept"
        return "looks personal"


def left_out(names: Iterable[str]) -> str:
    """A sentence for the columns that were left out because of their names; '' for none. Names only, never values."""
    shown = [" ".join(name.split())[:60] for name in names]
    if not shown:
        return ""
    one = len(shown) == 1
    return _FOLLOWS.format(
        whose="A column is" if one else f"{len(shown)} columns are",
        them="it" if one else "them",
        They="It was" if one else "They were",
        names=", ".join(shown),
    )


def undecided(choice: PersonalChoice, name: str) -> bool:
    """Whether a tenant has said nothing of a column that was left out."""
    keep, drop = _of_choice(choice)
    return not choice.everything and words(name) not in keep | drop


def choice_for(tenants: Mapping[str, Tenant], scope: Scope) -> PersonalChoice:
    """What goes for the documents of a scope. Tenants that share one (crawls) keep what all of them keep."""
    choices = {tenants[store.tenant_id].personal for store in scope.stores if store.tenant_id in tenants}
    return common_choice(choices)


def common_choice(choices: Collection[PersonalChoice]) -> PersonalChoice:
    """What several tenants have decided together: kept is what all of them keep.

    >>> common_choice([PersonalChoice(everything=True), PersonalChoice(keep=frozenset({"a"}))]).keep
    frozenset({'a'})
    """
    careful = [each for each in choices if not each.everything]
    if not careful:
        return PersonalChoice(everything=bool(choices))
    keep = frozenset.intersection(*(each.keep for each in careful))
    return PersonalChoice(False, keep, frozenset().union(*(each.drop for each in careful)))


def stored_choice(stored: Iterable[Mapping[str, Any] | None] | None) -> PersonalChoice:
    """What goes for what is kept already: the choices of its tenants as `ops.tenants.personal` has them.

    Where nobody's choice is known, all of it stays as it is.
    """
    known = [each for each in stored or () if each is not None]
    if not known:
        return PersonalChoice(everything=True)
    return common_choice(
        [PersonalChoice(each["everything"], frozenset(each["keep"]), frozenset(each["drop"])) for each in known]
    )


def read_by_actors(conn: psycopg.Connection, feed: Feed) -> frozenset[tuple[str, str]]:
    """The keys of a crawl's items, each with the key that holds it, on the paths that an actor's mapping names."""
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
