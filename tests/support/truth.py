"""Marts against the world's truth: every row, and every column that the truth has, for equality."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.transformation import dictionary
from simulator.seeded_world import World
from simulator.truth import columns_of, rows, text
from simulator.truth.staging import STAGING
from simulator.world.world_file import WorldFile

ROOT = Path(__file__).parents[2]
MARTS = tuple(model["name"] for _, model in dictionary.models())
"""Every mart and view over marts: each has a truth."""


def truth(mart: str, *, seed: int, state: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Columns and rows of a mart, as `python -m simulator truth` prints them for the world in the folder `state`.

    Asked in this process, where one world serves all marts; `printed_truth` is the command itself.
    """
    columns = columns_of(mart)
    assert columns is not None, (
        f"{mart} has no truth: add its columns to simulator/truth/columns.py and its rows beside"
    )
    found = records(mart, seed=seed, state=state)
    return list(columns), [tuple(text(row[name]) for name in columns) for row in found]


def records(mart: str, *, seed: int, state: Path) -> list[dict[str, Any]]:
    """The rows of the truth as values, by column."""
    known = WorldFile.read(state)
    assert known is not None and known.seed == seed, f"{state} holds no world of seed {seed}"
    world = _world(known.seed, known.first_now, known.stores, known.products, known.days, known.as_met)
    return rows(mart, world, known.now, state)


def printed_truth(mart: str, *, seed: int, state: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """The same from the command that users call."""
    command = [sys.executable, "-m", "simulator", "truth", "--mart", mart, "--seed", str(seed), "--state", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    first, *others = csv.reader(io.StringIO(done.stdout))
    return first, [tuple(row) for row in others]


@lru_cache(maxsize=1)
def _world(seed: int, first_now: datetime, stores: int, products: int, days: int, as_met: bool) -> World:
    return World(seed, first_now, stores=stores, products=products, days=days, as_met=as_met)


def written(value: Any) -> str:
    """A cell of a mart as the truth writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def mart_rows(conn: psycopg.Connection, mart: str, columns: list[str]) -> list[tuple[str, ...]]:
    """All rows of a mart or a staging model, these columns only; of a staging model of deliveries the newest ones."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    if mart not in STAGING:
        query = sql.SQL("select {} from marts.{}").format(names, sql.Identifier(mart))
    elif newest_of := STAGING[mart].newest_of:
        query = sql.SQL(
            "select {names} from (select *, dense_rank() over (partition by {entity}"
            " order by last_updated_at desc, report_created_at desc, load_id desc) as delivery"
            " from staging.{model}) as d where delivery = 1"
        ).format(
            names=names,
            entity=sql.SQL(", ").join(map(sql.Identifier, newest_of)),
            model=sql.Identifier(mart),
        )
    elif STAGING[mart].last_instant:
        query = sql.SQL(
            "select {names} from (select *, rank() over (partition by store_id order by instant desc) as age"
            " from staging.{model}) as s where age = 1"
        ).format(names=names, model=sql.Identifier(mart))
    else:
        query = sql.SQL("select {} from staging.{}").format(names, sql.Identifier(mart))
    return [tuple(written(cell) for cell in row) for row in conn.execute(query)]


def differences(conn: psycopg.Connection, mart: str, *, seed: int, state: Path) -> list[str]:
    """What only the mart or only the truth has, as readable lines; empty when they are equal."""
    columns, expected = truth(mart, seed=seed, state=state)
    may_be_empty = mart in STAGING and STAGING[mart].empty_at_times
    assert expected or may_be_empty, f"the truth of {mart} is empty: nothing would be compared"
    have, want = sorted(mart_rows(conn, mart, columns)), sorted(expected)
    lines = []
    if len(have) != len(want):
        lines.append(f"{mart}: {len(have)} rows, the truth has {len(want)}")
    extra = sorted((Counter(have) - Counter(want)).elements())
    missing = sorted((Counter(want) - Counter(have)).elements())
    named = lambda row: {name: cell for name, cell in zip(columns, row, strict=True) if cell}  # noqa: E731
    lines += [f"{mart} only in the mart:  {named(row)}" for row in extra[:3]]
    lines += [f"{mart} only in the truth: {named(row)}" for row in missing[:3]]
    if len(extra) + len(missing) > 6:
        lines.append(f"{mart}: {len(extra)} rows only in the mart, {len(missing)} only in the truth")
    return lines
