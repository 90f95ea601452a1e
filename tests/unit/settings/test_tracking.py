"""Track files: what is read of them, a sentence for each wrong line, and what `tradewind track` writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import ConfigError
from pipelines.stores import MOST_PRODUCTS, load_stores, track_files
from pipelines.stores.tracking import Pair, add, read, read_or_raise, remove

HEAD = "own_asin,competitor_asin,tags\n"
STORES = """
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        stores:
          harbor-us:
            marketplace: US
            track: {B0OWNASIN1: [B0COMP0001]}
            track_file: harbor-us.tracked.csv
          harbor-ca: {marketplace: CA}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stores = tmp_path / "stores.yaml"
    stores.write_text(STORES, encoding="utf-8")
    monkeypatch.setenv("TRADEWIND_STORES", str(stores))
    return tmp_path / "harbor-us.tracked.csv"


def test_a_file_adds_to_what_the_store_tracks(file: Path) -> None:
    file.write_text(
        HEAD + "B0OWNASIN1,B0COMP0002,price-watch copycat\nB0OWNASIN2,,hero\n\nB0OWNASIN1,B0COMP0001,\n",
        encoding="utf-8",
    )
    store = load_stores(file.parent / "stores.yaml").stores["harbor-us"]
    assert store.tracked == {"B0OWNASIN1": ("B0COMP0001", "B0COMP0002"), "B0OWNASIN2": ()}
    assert store.tags == {
        ("B0OWNASIN1", "B0COMP0002"): ("price-watch", "copycat"),
        ("B0OWNASIN2", "B0OWNASIN2"): ("hero",),
    }


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffown_asin;competitor_asin;tags\r\nB0OWNASIN1;B0COMP0001;a b\r\n",  # as a German spreadsheet saves it
        'Own_ASIN\tCompetitor_ASIN\tTags\n"B0OWNASIN1"\tB0COMP0001\ta b\n',
        "tags,competitor_asin,own_asin\na b , B0COMP0001,B0OWNASIN1",
    ],
)
def test_files_of_spreadsheets_are_read(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")
    assert read_or_raise(file) == [Pair("B0OWNASIN1", "B0COMP0001", ("a", "b"))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty. Its first line must be: own_asin,competitor_asin,tags"),
        ("own,competitor\n", "line 1: the columns are own, competitor."),
        (HEAD + "B0OWNASIN1,b0comp0001,\n", "line 2: competitor_asin 'b0comp0001' is no ASIN"),
        (HEAD + ",B0COMP0001,\n", "line 2: own_asin is missing"),
        (HEAD + "\nB0OWNASIN1,B0COMP0001,a,b\n", "line 3: it has 4 fields, but the header has 3"),
        (HEAD + "B0OWNASIN1,,x\nB0OWNASIN1,B0OWNASIN1,y\n", "line 3: it names the same products as line 2"),
        (HEAD + '"B0OWN\nASIN1",,\nB0,,\n', "line 4: own_asin 'B0' is no ASIN"),
    ],
)
def test_a_wrong_line_is_told_with_file_line_and_remedy(file: Path, text: str, told: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_stores(file.parent / "stores.yaml")
    assert str(file) in str(raised.value)
    assert told in str(raised.value)


def test_of_many_wrong_lines_the_first_are_named_and_all_are_counted(file: Path) -> None:
    file.write_text(HEAD + "nothing,,\n" * 50, encoding="utf-8")
    problems: list[str] = []
    assert read(file, problems) == []
    assert len(problems) == 21
    assert problems[-1].endswith("30 more lines are wrong.")


def test_a_missing_file_is_an_error_until_it_is_made(file: Path) -> None:
    with pytest.raises(ConfigError, match="Make it with `tradewind track add`"):
        load_stores(file.parent / "stores.yaml")
    assert track_files(file.parent / "stores.yaml") == {"harbor-us": file, "harbor-ca": None}


def asin(number: int) -> str:
    return f"B{number:09}"


def test_a_tenant_may_track_a_thousand_products_and_no_more(file: Path) -> None:
    rows = [f"B0OWNASIN1,{asin(n)},\n" for n in range(MOST_PRODUCTS - 2)]  # and the two of `track`
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    assert len(load_stores(file.parent / "stores.yaml").stores["harbor-us"].tracked["B0OWNASIN1"]) == MOST_PRODUCTS - 1
    before = file.read_bytes()
    answer = CliRunner().invoke(app, ["track", "add", "B0OWNASIN1", "B0ONEMORE1"])
    assert isinstance(answer.exception, ConfigError)
    assert "Nothing was changed" in str(answer.exception)
    assert "1,001 products; at most 1,000" in str(answer.exception)
    assert file.read_bytes() == before


asins = st.integers(0, 30).map(asin)
pairs = st.builds(
    lambda own, other, tags: Pair(own, other, tuple(dict.fromkeys(tags))),
    asins,
    asins,
    st.lists(st.sampled_from(["a", "price-watch", "é;,", '"x"', "'"]), max_size=3),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(pairs, max_size=8), st.lists(pairs, max_size=8))
def test_what_was_added_is_read_again_and_what_was_removed_is_gone(first: list[Pair], second: list[Pair]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracked.csv"
        add(path, first)
        add(path, second)
        expected: dict[tuple[str, str], set[str]] = {}
        for pair in (*first, *second):
            expected.setdefault(pair.key, set()).update(pair.tags)
        assert {pair.key: set(pair.tags) for pair in read_or_raise(path)} == expected
        remove(path, [pair.key for pair in second])
        assert {pair.key for pair in read_or_raise(path)} == {p.key for p in first} - {p.key for p in second}


def told(*arguments: str) -> str:
    answer = CliRunner().invoke(app, ["track", *arguments])
    if answer.exception is not None:
        raise answer.exception
    return answer.output


def test_the_commands_change_the_file_and_show_all(file: Path) -> None:
    assert "2 added" in told("add", "B0OWNASIN2", "B0COMP0003", "B0COMP0004", "--tag", "copycat")
    assert "0 added or with new tags, 1 there already" in told("add", "B0OWNASIN2", "B0COMP0003")
    assert "1 taken out" in told("remove", "B0OWNASIN2", "B0COMP0004")
    assert file.read_text(encoding="utf-8") == HEAD + "B0OWNASIN2,B0COMP0003,copycat\n"
    shown = told("list")
    assert "harbor-us: 4 products" in shown
    assert "    B0COMP0003  copycat" in shown
    assert "B0OWNASIN1" not in told("list", "--tag", "copycat")
    with pytest.raises(ConfigError, match="is taken out there"):
        told("remove", "B0OWNASIN1", "B0COMP0001")
    with pytest.raises(ConfigError, match="is no ASIN"):
        told("add", "b0ownasin1")
    with pytest.raises(ConfigError, match=r"Write `track_file: harbor-ca\.tracked\.csv` under `harbor-ca:`"):
        told("add", "B0OWNASIN1", "--store", "harbor-ca")
