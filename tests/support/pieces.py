"""What a report needs beyond its `Feed`, told by name: what is missing, where it is written, and an example.

Each check returns one sentence for each thing that is missing. What can be derived is not asked for here: `make pages`
writes it. Checks look at files and tables only; that a report lands, and that its figures are the world's, is tested
elsewhere (tests/contract/test_feeds.py, tests/integration/test_end_to_end.py).
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml

from pipelines.feeds import FEEDS, Feed, Section, column_name
from pipelines.feeds.other_reports import OTHER_REPORTS
from pipelines.insights.locales.feeds import NAMES
from pipelines.transformation.transform import PROJECT_DIR
from pipelines.verify.marts import NOT_SUMMED, SUMS
from pipelines.verify.watched import staging_model, watched
from simulator.documents.amazon_sp.by_report_type import DOCUMENTS
from simulator.seeded_world import World
from simulator.truth import rows
from simulator.truth.staging import STAGING
from tests.support.landing import DAY, FIXTURES

ROOT = Path(__file__).parents[2]
MODELS = PROJECT_DIR / "models" / "staging"
ENDINGS = {"delimited": "tsv", "json": "json", "jsonl": "jsonl"}


def missing(feed: Feed) -> list[str]:
    """All that a feed lacks, in the order in which it is best written."""
    return [sentence for check in CHECKS for sentence in check(feed)]


def _catalogue(feed: Feed) -> Iterator[str]:
    if feed.name not in FEEDS:
        yield (
            f"The catalogue does not have it. Add its Feed to a module of pipelines/feeds/{feed.source}, and the "
            f"module to FEEDS in pipelines/feeds/{feed.source}/__init__.py."
        )


def _fixture(feed: Feed) -> Iterator[str]:
    if not list(FIXTURES.glob(f"{feed.name}.*")):
        yield (
            f"It has no fixture. Write tests/fixtures/{feed.name}.{ENDINGS[feed.format]}: a document of {DAY} as "
            "Amazon writes it, with two rows at least. Example: tests/fixtures/amazon_sp.removal_orders.tsv."
        )


def _other_report(feed: Feed) -> Iterator[str]:
    known = {column.lower() for section in feed.sections for column in section.known}
    for other in OTHER_REPORTS if not feed.is_json else ():
        if any(headers <= known for headers in other.headers):
            yield f"Its file is said to be no feed: «{other.what}» has to leave pipelines/feeds/other_reports.py."


def _staging(feed: Feed) -> Iterator[str]:
    for section in feed.sections:
        model = staging_model(feed, section)
        place = f"dbt_project/models/staging/{feed.source}"
        path = MODELS / feed.source / f"{model}.sql"
        if not path.is_file():
            yield (
                f"It has no staging model. Write {place}/{model}.sql: its columns by `as_text`, `as_integer` and the "
                "other casts of macros/casts.sql. Example: stg_amazon_sp__removal_orders.sql."
            )
        elif _must_read_day(feed, section) and "row_day(" not in path.read_text():
            short = model.removeprefix(f"stg_{feed.source}__")
            yield (
                f"{place}/{model}.sql must find a row's slice by its day as landing does: "
                f'`and l.day = {{{{ row_day("{feed.source}", "{short}", "a.time_zone") }}}}`.'
            )
        tests = _tests_of_models().get(model)
        if tests is None or not any("castable" in test for test in tests):
            yield (
                f"{model} needs an entry under `models:` in {place}/_{feed.source}.yml, or in one beside it: a "
                "description (what a row is), and `data_tests: [castable]`. Example: _amazon_sp_removals.yml."
            )


def _must_read_day(feed: Feed, section: Section) -> bool:
    return bool(section.day) and not feed.is_json and feed.write_disposition == "replace"


@functools.cache
def _tests_of_models() -> dict[str, list[str]]:
    found = {}
    for path in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", ()):
            if model.get("description", "").strip():
                found[model["name"]] = [next(iter(test), "") if isinstance(test, dict) else test
                                        for test in model.get("data_tests", ())]  # fmt: skip
    return found


def _verification(feed: Feed) -> Iterator[str]:
    summed = {name for each in SUMS for relation in each.below for name in re.findall(r"staging\.stg_(\w+)", relation)}
    for section in feed.sections:
        table = feed.table(section)
        try:
            watch = watched(feed, section)
        except KeyError:
            yield (
                f"Nothing of {table} is summed up: its staging model casts no `*_quantity`, `*_units` or `*_amount` by "
                "`as_integer` or `as_numeric`. Say in WATCHED (pipelines/verify/watched.py) what is, or why nothing: "
                f'`"{table}": Watched(why_none="ranks and shares: no sum of them means anything"),`.'
            )
        else:
            known = {column_name(each) for each in (*section.known, *section.required)}
            for name in watch.sums:
                first = name.partition(".")[0] if feed.is_json else name
                if known and (section.known or not feed.is_json) and column_name(first) not in known:
                    yield f"WATCHED (pipelines/verify/watched.py) sums {name} of {table}, which is no header of it."
        if table not in summed and table not in NOT_SUMMED:
            yield (
                f"No mart is compared with {table}. Add a Sum to SUMS in pipelines/verify/marts.py for the mart that "
                f"sums it up, or say there in NOT_SUMMED why none does: "
                f'`"{table}": "no mart sums it up",`.'
            )


def _names(feed: Feed) -> Iterator[str]:
    if feed.source != "manual" and feed.name not in NAMES:
        yield (
            "Briefs do not know what it is called. Add to NAMES in pipelines/insights/locales/feeds.py its name in "
            f'English and in Chinese, without digits: `"{feed.name}": ("{feed.title}", "…"),`.'
        )


def _world(feed: Feed) -> Iterator[str]:
    if feed.shape == "notification":  # messages are no documents: the world tells a queue of them, if there is one
        return
    if feed.source == "amazon_sp" and feed.shape != "listed" and feed.report_type not in DOCUMENTS:
        yield (
            f"The simulator has no documents of it. Write what happens in simulator/world, the document in "
            f'simulator/documents/amazon_sp, and name it in that module\'s DOCUMENTS: `"{feed.report_type}": '
            "..._document,`. A new module goes into simulator/documents/amazon_sp/by_report_type.py. Example: "
            "simulator/documents/amazon_sp/removals.py."
        )
    for section in feed.sections:
        model = staging_model(feed, section)
        if model not in STAGING:
            yield (
                f"{model} has no truth. Add to STAGING of a module in simulator/truth/staging its columns, its key and "
                f'its rows from the world\'s events: `"{model}": StagingTruth(columns, key, rows, by_days=TIMING),`. A '
                "new module goes into simulator/truth/staging/__init__.py. Example: "
                "simulator/truth/staging/removals.py."
            )
        elif (timing := STAGING[model].by_days) is not None and (
            (timing.latency, {1, *timing.ages}) != (feed.latency, {1, *feed.restate_after})
        ):
            yield (
                f"The world shows it {timing.latency} after a day's end and at ages {timing.ages} "
                f"(simulator/world/publishing.py), but the catalogue asks for it after {feed.latency} and at ages "
                f"{feed.restate_after}: one of them is wrong."
            )
    if feed.source != "manual" and feed.name not in covered():
        yield (
            "Its coverage has no truth. Give its StagingTruth `by_days=` and a Timing of simulator/world/publishing.py "
            "if it is asked for by days; else add its `states` to a module in simulator/truth/coverages."
        )


@functools.cache
def covered() -> frozenset[str]:
    """The feeds of whose days the truth tells: of a small world, some days old."""
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return frozenset(row["feed"] for row in rows("data_coverage", World(7, now, stores=1, products=4, days=60), now))


CHECKS: tuple[Callable[[Feed], Iterator[str]], ...] = (
    _catalogue,
    _fixture,
    _other_report,
    _staging,
    _verification,
    _names,
    _world,
)


def left_out(package: str, table: str) -> dict[str, set[str]]:
    """Module of a package -> what its `table` (a tuple of feeds, or a mapping) has and that of the package has not."""
    whole = importlib.import_module(package)
    found = {}
    for each in pkgutil.iter_modules(whole.__path__, f"{package}."):
        part = getattr(importlib.import_module(each.name), table, None)
        if part is not None:
            lost = _keys(part) - _keys(getattr(whole, table))
            if lost:
                found[each.name] = lost
    return found


def _keys(table: object) -> set[str]:
    return {getattr(each, "name", each) for each in table}  # type: ignore[attr-defined]
