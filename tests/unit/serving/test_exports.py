"""Parquet and Arrow of what Postgres copies out, without Postgres: what is long, exact, empty or null stays so."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.asking.contract import Adds, Column
from pipelines.serving.api.exports import PARSED_BLOCK, _Writer
from pipelines.serving.api.forms import Form

COLUMNS = tuple(
    Column(name, type, "", True, Adds.NEVER)
    for name, type in (("sku", "text"), ("amount", "numeric"), ("units", "bigint"), ("is_own", "boolean"))
)
LONG = "x" * (PARSED_BLOCK + 100)
BLOCKS = (
    b'A,19.90,3,t\n"",-0.000000000001,,f\n,,,\n',
    f'"{LONG}\n""quoted"", and more",12345678901234567890123456.123456789012,1,t\n'.encode() + b"B,1,2,f\n" * 9000,
)


@pytest.mark.parametrize("form", [Form.PARQUET, Form.ARROW])
def test_rows_come_out_as_they_went_in(form: Form) -> None:
    writer = _Writer(COLUMNS, form)
    content = b"".join([*(writer.write(bytearray(each)) for each in BLOCKS), writer.close()])
    rows = _rows(content, form)
    assert rows[0] == {"sku": "A", "amount": Decimal("19.900000000000"), "units": 3, "is_own": True}
    assert rows[1] == {"sku": "", "amount": Decimal("-1e-12"), "units": None, "is_own": False}
    assert rows[2] == dict.fromkeys(("sku", "amount", "units", "is_own"))
    assert rows[3]["sku"] == f'{LONG}\n"quoted", and more'
    assert rows[3]["amount"] == Decimal("12345678901234567890123456.123456789012")
    assert len(rows) == 3 + 1 + 9000


@pytest.mark.parametrize("form", [Form.PARQUET, Form.ARROW])
def test_numbers_with_more_places_are_rounded_as_postgres_does(form: Form) -> None:
    blocks = (
        b"A,1.10,1,t\n",
        b"B,0.0000000000005,2,t\nC,-0.00000000000150000,3,f\nD,,4,f\n",
        b"E,12345678901234567890123456.1234567890114999999999999999999999,5,t\n",
        b"F,2,6,t\n",
    )
    writer = _Writer(COLUMNS, form)
    content = b"".join([*(writer.write(bytearray(each)) for each in blocks), writer.close()])
    assert [row["amount"] for row in _rows(content, form)] == [
        Decimal("1.1"),
        Decimal("0.000000000001"),
        Decimal("-0.000000000002"),
        None,
        Decimal("12345678901234567890123456.123456789011"),
        Decimal(2),
    ]


def _rows(content: bytes, form: Form) -> list[dict[str, Any]]:
    if form is Form.PARQUET:
        found: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    else:
        found = pa.ipc.open_stream(content).read_all().to_pylist()
    return found
