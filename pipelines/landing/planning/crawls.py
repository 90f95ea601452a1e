"""The rules of crawls: which products or keywords are due, and in which batches and order. Pure functions.

A crawl is due once per marketplace day for each product or keyword (its *subjects*) that a store tracks. One run of the
actor crawls a batch of them, whose tenants bear its cost together. The batch's slice names its subjects in its options,
so that it can be asked for again and found again. Which runs exist already is decided in `adoption.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipelines.actors import subjects_of
from pipelines.landing.planning.slices import NEVER_CAME, OPEN_STATES, KnownSlice, retry_reason
from pipelines.sources.base import SUBJECTS_OPTION

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.stores import Store

# The urgency of a crawl: the smallest goes first, whichever process asks.
BY_HAND = 0
ADDED = 10
SCHEDULED = 20
WORDS: Mapping[int, str] = {BY_HAND: "by hand", ADDED: "added", SCHEDULED: "first of the day"}


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run of an actor crawls. tenants: who track all of it. repeats: the earlier attempt of the day."""

    subjects: tuple[str, ...]
    tenants: tuple[str, ...]
    why: str
    urgency: int = SCHEDULED
    repeats: KnownSlice | None = None


def wanted(
    feed: str, stores: Iterable[Store], of_categories: Mapping[str, Collection[str]] = MappingProxyType({})
) -> dict[str, tuple[str, ...]]:
    """What a feed crawls for these stores, with the tenants that track it. Subjects and tenants are sorted.

    of_categories: store id -> products that are crawled besides, because a category of the store has found them.
    """
    found: dict[str, set[str]] = {}
    for store in stores:
        for subject in (*subjects_of(feed, store), *of_categories.get(store.store_id, ())):
            found.setdefault(subject, set()).add(store.tenant_id)
    return {subject: tuple(sorted(found[subject])) for subject in sorted(found)}


def subjects_in(row: KnownSlice) -> tuple[str, ...] | None:
    """The subjects of a slice's crawl; None if it names none, because it is adopted or imported."""
    text = (row.options or {}).get(SUBJECTS_OPTION)
    return tuple(text.split("\n")) if text else None


def as_option(subjects: Iterable[str]) -> dict[str, str]:
    """The options of a slice whose crawl has these subjects."""
    return {SUBJECTS_OPTION: "\n".join(subjects)}


def due(
    feed: Feed,
    tenants_of: Mapping[str, tuple[str, ...]],
    known: Iterable[KnownSlice],
    today: date,
    now: datetime,
    size: int,
    *,
    urgency: int = SCHEDULED,
    force: bool = False,
    credential: str | None = None,
) -> list[Batch]:
    """The batches that are due, those that are tried again first.

    tenants_of: all that is wanted, as `wanted` gives it. known: the slices of the scope. today: the marketplace day.
    size: the most subjects of a run. By hand, everything is due, whatever has been crawled. With `force` everything is
    due that was not crawled within the feed's `min_interval`.
    """
    if urgency == BY_HAND:
        return batches(tenants_of, tenants_of, size, urgency, WORDS[BY_HAND])
    of_today = [row for row in known if row.day == today]
    fresh = feed.min_interval if force else timedelta(days=2)
    again: list[Batch] = []
    done: set[str] = set()
    for row in of_today:
        subjects = subjects_in(row)
        if row.busy or row.state in OPEN_STATES or (row.checked_at is not None and row.checked_at + fresh > now):
            done.update(tenants_of if subjects is None else subjects)
    for row in of_today:
        left = [each for each in subjects_in(row) or () if each in tenants_of and each not in done]
        if row.busy or row.state not in NEVER_CAME or not left:
            continue
        done.update(left)
        why = "asked for again" if row.state == "due" else retry_reason(row, now, force, credential)
        if why is not None:
            again.append(Batch(subjects_in(row) or (), tenants_of[left[0]], why, urgency, row))
    missing = [each for each in tenants_of if each not in done]
    why = WORDS[urgency] if not of_today or not force else "forced"
    return [*again, *batches(missing, tenants_of, size, urgency, why)]


def only_batch(found: Sequence[Batch], tenants_of: Mapping[str, tuple[str, ...]]) -> Batch | None:
    """The batch that has all that is wanted; None if there is none."""
    return found[0] if len(found) == 1 and set(found[0].subjects) == set(tenants_of) else None


def batches(
    subjects: Collection[str], tenants_of: Mapping[str, tuple[str, ...]], size: int, urgency: int, why: str
) -> list[Batch]:
    """Subjects in batches of at most `size`, as even as can be; all of a batch have the same tenants."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for subject in sorted(subjects):
        groups.setdefault(tenants_of[subject], []).append(subject)
    return [
        Batch(tuple(part), tenants, why, urgency)
        for tenants, group in sorted(groups.items())
        for part in _even(group, -(-len(group) // size))
    ]


def _even(items: Sequence[str], parts: int) -> Iterable[Sequence[str]]:
    bounds = [len(items) * number // parts for number in range(parts + 1)]
    return (items[first:last] for first, last in itertools.pairwise(bounds))
