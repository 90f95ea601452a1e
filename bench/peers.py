"""Landing against the tools that people would take instead: the same order lines, in the same run, turn by turn.

Everybody begins with the gzip document and ends with committed rows of text columns in an empty table, each in a
process of its own, imports not counted, telemetry off; who took twice as long as the best peer is not asked again. The
peers are given their best: dlt writes CSV files that it
COPYs, from rows and from Arrow batches; pandas.to_sql writes by its default way, the fastest that it ships, over the
faster driver. Ours does all that `landing.py` tells of.

Beside them stands what somebody can write with pandas: to_sql with a function of one's own that COPYs. No loader is
eight times faster than that: psql's bare \\copy of the plain file is not (`landing_vs_copy`).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench import landing, orders
from bench.figures import Figure, Room

LINES = 200_000
FULL_LINES = 1_000_000
ROUNDS = 2
# so much slower than the best of its kind, and another round would not make it that
HOPELESS = 2.0
LEAST_TIMES = 8.0
# A bare \copy would be less than six.
LEAST_TIMES_OF_OWN_COPY = 4.0
OWN_COPY = "pandas with a COPY of one's own"
_SCHEMA = "peer"
_TABLE = "orders"


def run(room: Room) -> list[Figure]:
    """`landing_vs_best_peer`, `landing_vs_own_copy`: how many times faster, the best of two rounds on every side."""
    lines = FULL_LINES if room.full else LINES
    plain = room.folder / "orders-peers.tsv"
    orders.write_orders(plain, lines)
    document = orders.compress(plain)
    plain.unlink()
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in PEERS}
    for number in range(ROUNDS):
        ours.append(landing.land(room, document, "utf-8", lines)[0])
        for name in PEERS:
            if number == 0 or name == OWN_COPY or min(theirs[name]) < HOPELESS * _best(theirs):
                theirs[name].append(_peer(room, name, document, lines, number))
    best = {name: min(seconds) for name, seconds in theirs.items()}
    own_copy = best.pop(OWN_COPY)
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(best.items(), key=lambda each: each[1]))
    begin = f"ours {min(ours):.2f} s for {lines:,} lines"
    return [
        Figure(name, round(seconds / min(ours), 2), "times faster", least, better="higher", note=f"{begin}, {note}")
        for name, seconds, least, note in (
            ("landing_vs_best_peer", min(best.values()), LEAST_TIMES, told),
            ("landing_vs_own_copy", own_copy, LEAST_TIMES_OF_OWN_COPY, f"{OWN_COPY} {own_copy:.2f} s"),
        )
    ]


def _best(theirs: dict[str, list[float]]) -> float:
    """Seconds of the fastest tool so far."""
    return min(min(seconds) for name, seconds in theirs.items() if name != OWN_COPY)


def _peer(room: Room, name: str, document: Path, lines: int, number: int) -> float:
    """Seconds of one peer, in a process and a schema of its own."""
    with psycopg.connect(room.url, autocommit=True) as conn:
        conn.execute(f"drop schema if exists {_SCHEMA} cascade".encode())
        conn.execute(f"create schema {_SCHEMA}".encode())
        conn.execute("checkpoint")
    folder = room.folder / f"peer-{list(PEERS).index(name)}-{number}"
    folder.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}
    environment |= {
        "HOME": str(folder),
        "DLT_DATA_DIR": str(folder),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.peers", name, room.url, str(document), str(folder)],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        timeout=1800,
    )
    with psycopg.connect(room.url) as conn:
        table = sql.Identifier(_SCHEMA, _TABLE)
        row = conn.execute(sql.SQL("select count(*), count(amazon_order_id) from {}").format(table)).fetchone()
    assert row == (lines, lines), (name, row)
    return json.loads(done.stdout.splitlines()[-1])["seconds"]


# --- what runs in the peer's process ---------------------------------------------------------------------------------


def _dlt(url: str, folder: str, items: Any, columns: list[str]) -> Callable[[], object]:
    import dlt

    hints: dict[str, Any] = {column: {"data_type": "text"} for column in columns}
    resource = dlt.resource(items, name=_TABLE, columns=hints)
    pipeline = dlt.pipeline(
        "peer", pipelines_dir=folder, destination=dlt.destinations.postgres(url), dataset_name=_SCHEMA
    )
    return lambda: pipeline.run(resource, loader_file_format="csv")


def _dlt_rows(url: str, document: str, folder: str) -> Callable[[], object]:
    def rows() -> Iterator[list[dict[str, str]]]:
        with gzip.open(document, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            while batch := list(islice(reader, 10_000)):
                yield batch

    return _dlt(url, folder, rows, [each.replace("-", "_") for each in _header(document)])


def _dlt_arrow(url: str, document: str, folder: str) -> Callable[[], object]:
    import pyarrow
    from pyarrow import csv as arrow

    columns = [each.replace("-", "_") for each in _header(document)]

    def batches() -> Iterator[Any]:
        with pyarrow.input_stream(document, compression="gzip") as stream:
            yield from arrow.open_csv(
                stream,
                read_options=arrow.ReadOptions(column_names=columns, skip_rows=1, block_size=16 << 20),
                parse_options=arrow.ParseOptions(delimiter="\t", quote_char=False),
                convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(columns, pyarrow.string())),
            )

    return _dlt(url, folder, batches, columns)


def _pandas(url: str, document: str, folder: str, method: Any = None) -> Callable[[], object]:
    import pandas
    from sqlalchemy import Text, create_engine

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))

    def load() -> None:
        frames = pandas.read_csv(
            document,
            sep="\t",
            header=0,
            names=[each.replace("-", "_") for each in _header(document)],
            dtype=str,
            quoting=csv.QUOTE_NONE,
            keep_default_na=False,
            chunksize=50_000,
        )
        with engine.begin() as conn:
            for frame in frames:
                frame.to_sql(_TABLE, conn, schema=_SCHEMA, if_exists="append", index=False, method=method, dtype=Text())

    return load


def _pandas_own_copy(url: str, document: str, folder: str) -> Callable[[], object]:
    def copy(table: Any, conn: Any, keys: list[str], rows: Iterable[Any]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer).writerows(rows)
        names = ", ".join(f'"{key}"' for key in keys)
        with (
            conn.connection.cursor() as cursor,
            cursor.copy(f"copy {table.schema}.{table.name} ({names}) from stdin with (format csv)") as out,
        ):
            out.write(buffer.getvalue())

    return _pandas(url, document, folder, copy)


def _header(document: str) -> list[str]:
    with gzip.open(document, "rt", encoding="utf-8") as file:
        return file.readline().rstrip("\r\n").split("\t")


PEERS = {"dlt rows": _dlt_rows, "dlt arrow": _dlt_arrow, "pandas": _pandas, OWN_COPY: _pandas_own_copy}


if __name__ == "__main__":
    work = PEERS[sys.argv[1]](*sys.argv[2:])
    begun = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - begun}))
