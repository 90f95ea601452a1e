"""What verification takes for a number in a document it takes for the same number in Postgres."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.verify.numbers import number, number_in_sql

PARTS = st.sampled_from([*"0123456789", ".", ",", "-", "+", " ", "\u2212", "\u00a0", "e", "x", "'", "%"])
TEXTS = st.one_of(
    st.lists(PARTS, max_size=9).map("".join),
    st.decimals(-10_000, 10_000, places=2).map(str),
    st.decimals(-10_000_000, 10_000_000, places=2).map(lambda value: f"{value:,}"),
    st.decimals(-10_000, 10_000, places=2).map(lambda value: str(value).replace(".", ",")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=40))
def test_both_read_the_same(warehouse, texts):
    query = f"select {number_in_sql('t.v')} from unnest(%s::text[]) with ordinality as t(v, n) order by n"  # noqa: S608
    with warehouse.connect() as conn:
        read = [value for (value,) in conn.execute(query.encode(), (texts,))]
    assert read == [number(text) for text in texts], texts
    assert all(value is None or isinstance(value, Decimal) for value in read)
