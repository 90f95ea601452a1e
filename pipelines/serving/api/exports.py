"""All rows of an answer, streamed: what Postgres copies out goes on block by block, so that memory does not grow.

CSV is Postgres's own. Parquet and Arrow are made of it by pyarrow, a block at a time, in a thread, while another thread
reads the next block; numbers of the type numeric are decimals of 38 digits with 12 places there, and what has more is
rounded. An export that cannot be finished breaks off, and is no whole file.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from psycopg import sql, waiting
from starlette.concurrency import run_in_threadpool

from pipelines.asking import statement
from pipelines.asking.contract import Column
from pipelines.asking.plan import Plan
from pipelines.asking.reader import Moment
from pipelines.errors import TradewindError
from pipelines.serving.api.forms import Form

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg import AsyncCopy
    from psycopg.abc import PQGen

MOST_ROWS = 5_000_000
PLACES = 12
_PLACE = Decimal(1).scaleb(-PLACES)
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
"""As numbers are rounded by Postgres: half away from zero."""

CSV_BLOCK = 2**18
TABLE_BLOCK = 2**23
"""Bytes of CSV that become a row group of Parquet, or a batch of Arrow."""

PARSED_BLOCK = 2**18
"""How much of it is parsed at a time: what fits into a core's cache takes two thirds of the time."""

WAKES_SECONDS = 0.1
"""How often a thread that waits for rows looks whether it is to end."""


async def stream(moment: Moment, made: Plan, form: Form) -> AsyncIterator[bytes]:
    """The bytes of an export. Raises TradewindError behind the last of `MOST_ROWS` rows, so that the answer breaks."""
    if form is Form.CSV:
        async for block in _copied(moment, made, header=True, size=CSV_BLOCK):
            yield bytes(block)
        return
    writer = await asyncio.to_thread(_Writer, made.columns, form)
    under_way: asyncio.Task[bytes] | None = None
    try:
        async for block in _copied(moment, made, header=False, size=TABLE_BLOCK):
            if under_way is not None:
                yield await under_way
            under_way = asyncio.create_task(asyncio.to_thread(writer.write, block))
        if under_way is not None:
            yield await under_way
        yield await asyncio.to_thread(writer.close)
    finally:
        if under_way is not None:
            with contextlib.suppress(Exception):  # the first error is the one that is told
                await under_way


async def _copied(moment: Moment, made: Plan, *, header: bool, size: int) -> AsyncIterator[bytearray]:
    """What Postgres copies out, in blocks of whole rows."""
    sent = statement.whole(made)
    text = sql.SQL("copy ({} limit {}) to stdout (format csv, header {})").format(
        sent.text, sql.Literal(MOST_ROWS + 1), sql.Literal(header)
    )
    async with moment.conn.cursor() as cursor:
        async with cursor.copy(text, sent.parameters) as copy:
            # the event loop waits for the first row, and gives up when who asked goes away; it does not wait for the
            # others, of which Postgres sends a few at a time: to be woken for each time costs as much as to read them
            begun, place = await moment.conn.wait(_block(copy, 1)), moment.conn.fileno()
            while block := await run_in_threadpool(waiting.wait, _block(copy, size, begun), place, WAKES_SECONDS):
                yield block
                begun = bytearray()
        if cursor.rowcount > MOST_ROWS:
            raise TradewindError(f"An export has more than {MOST_ROWS} rows; ask for fewer days at a time.")


def _block(copy: AsyncCopy, size: int, begun: bytes | bytearray = b"") -> PQGen[bytearray]:
    """Whole rows of at least so many bytes, as far as there are any, with those that are here (`begun`) before them.
    Postgres sends each row by itself, and to await each (`copy.read`) takes longer than all else: this is psycopg's own
    way to read one, many times."""
    rows = bytearray(begun)
    while len(rows) < size and (row := (yield from copy._read_gen())):
        rows += row
    return rows


class _Writer:
    """Makes Parquet or Arrow of blocks of CSV. What is written since the last block is given back each time."""

    def __init__(self, columns: tuple[Column, ...], form: Form) -> None:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        self._schema = pa.schema([(each.name, _type(each, pa)) for each in columns])
        self._numbers = [each.name for each in columns if each.type == "numeric"]
        self._long: set[str] = set()
        """Columns in which a number with more than `PLACES` places has come: there are likely to be more."""
        self._sink = _Sink()
        target = pa.PythonFile(self._sink, mode="w")
        if form is Form.PARQUET:
            others = [each.name for each in columns if each.name not in self._numbers]
            self._writer: Any = parquet.ParquetWriter(
                target,
                self._schema,
                compression="zstd",
                compression_level=1,
                # of numbers they cost as much as to compress them, and nobody looks rows up by an amount
                use_dictionary=others,
                write_statistics=others,
            )
        else:
            self._writer = pa.ipc.new_stream(target, self._schema)

    def write(self, block: bytearray) -> bytes:
        """The bytes that some rows make."""
        try:
            table = self._table(block, PARSED_BLOCK, self._long)
        except ValueError:  # a row is longer than that, or a number has more places than are told
            table = self._table(block, len(block) + 1, set(self._numbers))
        self._writer.write_table(table)
        return self._sink.take()

    def _table(self, block: bytearray, at_a_time: int, as_texts: set[str]) -> pa.Table:
        """Rows. as_texts: columns of numbers whose texts are rounded where they are too long. Raises ValueError."""
        import pyarrow as pa
        from pyarrow import csv

        types = {each.name: pa.string() if each.name in as_texts else each.type for each in self._schema}
        table: pa.Table = csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(column_names=self._schema.names, block_size=at_a_time, use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        )
        for name in sorted(as_texts):
            place = self._schema.get_field_index(name)
            table = table.set_column(place, self._schema.field(place), self._rounded(name, table[place]))
        return table.combine_chunks()

    def _rounded(self, name: str, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Numbers of texts, as Postgres would round them."""
        number = self._schema.field(name).type
        if name not in self._long:
            try:
                return texts.cast(number)
            except ValueError:
                self._long.add(name)
        import pyarrow as pa

        with localcontext(_EXACT):
            found = [None if each is None else Decimal(each).quantize(_PLACE) for each in texts.to_pylist()]
        return pa.chunked_array([pa.array(found, type=number)])

    def close(self) -> bytes:
        """The bytes of the end."""
        self._writer.close()
        return self._sink.take()


class _Sink(io.RawIOBase):
    """A file that somebody takes away as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()
        self._written = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes until they are taken."""
        self._kept += data
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were ever written."""
        return self._written

    def take(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._kept)
        self._kept.clear()
        return found


def _type(column: Column, pa: Any) -> Any:
    return {
        "text": pa.string(),
        "jsonb": pa.string(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "bigint": pa.int64(),
        "numeric": pa.decimal128(38, PLACES),
        "timestamptz": pa.timestamp("us", tz="UTC"),
    }[column.type]
