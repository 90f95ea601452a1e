"""Counts and sums the rows of each load: in a raw table by day, and in its staging model. One query for each table.

What the figures mean is decided in `counted.py` and `comparing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import psycopg

from pipelines.feeds import Feed, Section, column_name
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.loading.raw_tables import columns_of
from pipelines.verify.numbers import number_in_sql
from pipelines.verify.watched import Merge, staging_model, watched


@dataclass
class Held:
    """Some rows. sums, numbers, filled: by watched field, its sum, the count of numbers and of texts not blank."""

    rows: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)

    def add(self, other: Held, times: int = 1) -> None:
        """Add other rows, each `times` times."""
        self.rows += other.rows * times
        for name in other.sums:
            self.sums[name] = self.sums.get(name, Decimal(0)) + other.sums[name] * times
            self.numbers[name] = self.numbers.get(name, 0) + other.numbers[name] * times
            self.filled[name] = self.filled.get(name, 0) + other.filled[name] * times


@dataclass(frozen=True, slots=True)
class RawPart:
    """The rows of a load with the same day and document.

    day: None if the rows have no day, or one that cannot be read. document: in listed feeds, the settlement id in the
    rows.
    """

    load_id: int
    day: date | None
    document: str | None
    held: Held


def raw_parts(
    conn: psycopg.Connection, feed: Feed, section: Section, zones: Mapping[int, str], only: Sequence[int] | None
) -> Iterator[RawPart]:
    """The rows of a raw table, counted and summed.

    zones: load id -> the IANA name of its time zone. only: the loads to read; None means all.
    """
    table = feed.table(section)
    columns = columns_of(conn, table)
    if not columns:
        return  # The raw table does not exist yet.
    names = [name for name in watched(feed, section).sums if feed.is_json or column_name(name) in columns]
    day = _day_text(feed, section)
    identity = column_name(feed.identity)
    document = f"btrim(r.{_quoted(identity)})" if identity and identity in columns else "null::text"
    values = "".join(f", {number_in_sql(f'x.t{i}')} as v{i}" for i in range(len(names)))
    texts = ", ".join(["null::text as t", *(f"{_field(feed, name)} as t{i}" for i, name in enumerate(names))])
    sums = "".join(
        f", coalesce(sum(v.v{i}), 0), count(v.v{i}), count(nullif(btrim(x.t{i}), ''))" for i in range(len(names))
    )
    query = (
        f"select r.load_id, {day}, {document}, count(*){sums} from raw.{_quoted(table)} r "  # noqa: S608
        f"cross join lateral (select {texts}) x cross join lateral (select 1 as one{values}) v "
        f"{'where r.load_id = any(%s)' if only is not None else ''} group by 1, 2, 3"
    )
    with conn.cursor(name="verify_raw") as cursor:
        cursor.itersize = 20_000
        cursor.execute(query.encode(), (list(only),) if only is not None else None)
        for load_id, text, name, rows, *figures in cursor:
            named = None if text is None else marketplace_day(text, section.day_formats, zones.get(load_id, "UTC"))
            yield RawPart(load_id, named, name, _held(names, rows, figures))


def staged(
    conn: psycopg.Connection, feed: Feed, section: Section, only: Sequence[int] | None
) -> dict[int, Held] | None:
    """Load id -> its rows in a staging model, counted and summed; None if the model is not built."""
    model = staging_model(feed, section)
    if not _exists(conn, f"staging.{model}"):
        return None
    sums = watched(feed, section).sums
    figures = "".join(f", coalesce(sum({each}::numeric), 0), count({each}), count({each})" for each in sums.values())
    query = (
        f"select load_id, count(*){figures} from staging.{_quoted(model)} "  # noqa: S608
        f"{'where load_id = any(%s)' if only is not None else ''} group by 1"
    )
    rows = conn.execute(query.encode(), (list(only),) if only is not None else None)
    return {load_id: _held(list(sums), count, rest) for load_id, count, *rest in rows}


def merged(conn: psycopg.Connection, feed: Feed, section: Section, merge: Merge, load_id: int) -> int:
    """How many of a load's rows are missing in staging because of a rule. Each such row is proved in SQL."""
    raw, model = f"raw.{_quoted(feed.table(section))}", f"staging.{_quoted(staging_model(feed, section))}"
    if merge.kind == "equal":
        query = f"select count(*) - count(distinct r.item) from {raw} r where r.load_id = %(load)s"  # noqa: S608
    elif merge.kind == "other marketplace":
        query = f"""
            select count(*) from {raw} r where r.load_id = %(load)s and {merge.raw[0]} <> '' and not exists (
                select from {model} s where s.load_id = %(load)s and {merge.staging[0]} = {merge.raw[0]})
            """  # noqa: S608
    else:
        same = " and ".join(f"{here} = {there}" for here, there in zip(merge.raw, merge.staging, strict=True))
        query = f"""
            select count(*) - (select count(*) from {model} s where s.load_id = %(load)s)
            from {raw} r cross join (select scope_id from ops.loads where load_id = %(load)s) l
            where r.load_id = %(load)s and exists (select from {model} s where {same})
            """  # noqa: S608
    row = conn.execute(query.encode(), {"load": load_id}).fetchone()
    return row[0] if row else 0


def _held(names: Sequence[str], rows: int, figures: Sequence[Decimal | int]) -> Held:
    return Held(
        rows,
        {name: Decimal(figures[3 * i]) for i, name in enumerate(names)},
        {name: int(figures[3 * i + 1]) for i, name in enumerate(names)},
        {name: int(figures[3 * i + 2]) for i, name in enumerate(names)},
    )


def _day_text(feed: Feed, section: Section) -> str:
    """The SQL expression of a row's day as text. Seconds of date-times are set to 00, so that groups are fewer."""
    if not section.day or feed.write_disposition == "upsert":
        return "null::text"
    text = _field(feed, section.day)
    if section.day_formats != ("iso",):
        return text
    return f"case when length({text}) > 18 then left({text}, 17) || '00' || substr({text}, 20) else {text} end"


def _field(feed: Feed, name: str) -> str:
    if not feed.is_json:
        return f"r.{_quoted(column_name(name))}"
    return "r.item #>> '{" + name.replace(".", ",") + "}'"


def _exists(conn: psycopg.Connection, relation: str) -> bool:
    row = conn.execute("select to_regclass(%s) is not null", (relation,)).fetchone()
    return bool(row and row[0])


def _quoted(name: str) -> str:
    return f'"{name}"'
