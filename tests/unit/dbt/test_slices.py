"""What models say of their slices fits what they read; what is wrong says what to write."""

from __future__ import annotations

import re

import pytest

from pipelines.feeds import FEEDS
from pipelines.transformation.transform import PROJECT_DIR

MODELS = {path.stem: path for path in (PROJECT_DIR / "models").rglob("*.sql")}
BUILT = sorted(name for name, path in MODELS.items() if {"marts", "intermediate"} & set(path.parts))
MACROS = "\n".join(path.read_text() for path in (PROJECT_DIR / "macros").glob("*.sql"))
SLICED = re.compile(r'sliced\(\s*ref\("stg_(\w+?)__(\w+?)(?:__\w+)?"\)(?:,(.*?))?\)\s*\}\}', re.DOTALL)
# slices by which a report of whole accounts is read whole
OTHER_SLICES = ("account_id", "load_id")


def meta(text: str) -> str:
    found = re.search(r"meta=(\{.*?\})", text)
    return found[1] if found else ""


@pytest.mark.parametrize("name", BUILT)
def test_reports_of_several_stores_are_read_by_whole_accounts(name):
    text = MODELS[name].read_text()
    several = re.findall(r'"(\w+\.\w+)"', re.search(r"macro reports_of_several\(\).*?endmacro", MACROS, re.DOTALL)[0])
    for source, short, arguments in SLICED.findall(text):
        feed = FEEDS[f"{source}.{short}"]
        if feed.scope != "account" and feed.name not in several:
            continue
        by_account = 'within="_account_days"' in arguments and '"opens"' in meta(text)
        assert by_account or any(key in meta(text) + arguments for key in OTHER_SLICES), (
            f"{name} reads {feed.name}, whose documents tell of several stores, by stores: a row that moves to another "
            f'store would be there twice. Write meta={{"opens": "open_account_days"}} and '
            f'sliced(ref("stg_{source}__{short}"), within="_account_days"), as docs/dbt.md says.'
        )


@pytest.mark.parametrize("name", BUILT)
def test_an_opening_is_a_macro(name):
    for opening in re.findall(r'"opens": "(\w+)"', meta(MODELS[name].read_text())):
        assert f"macro {opening}()" in MACROS, (
            f"{name} names the opening {opening}, which is no macro without arguments: write it into "
            "dbt_project/macros/openings.sql, or take `opens` out of the model's meta."
        )


@pytest.mark.parametrize("name", BUILT)
def test_models_read_slices_through_macros(name):
    text = MODELS[name].read_text()
    for word, cure in {
        "by_slices()": 'read through {{ sliced(ref("...")) }}',
        "depends_on:": "take it out: the hooks find what a model reads",
        "pre_hook": 'name the opening in the meta: meta={"opens": "..."}',
    }.items():
        assert word not in text, f"{name} says {word}: {cure}."


@pytest.mark.parametrize("path", sorted((PROJECT_DIR / "models" / "parts").rglob("*.sql")), ids=lambda path: path.stem)
def test_a_part_stands_in_the_folder_of_the_one_model_that_reads_it(path):
    whole = path.parent.name
    read = f'ref("{path.stem}")'
    families = {name for name, other in MODELS.items() if read in other.read_text() and other.parent != path.parent}
    # profit_daily and sales_reconciliation name their parts in a list
    assert families <= {whole} and whole in MODELS, (
        f"{path.stem} is read by {sorted(families)}: a part is of one model, that of its folder {whole}. Move what "
        "several models read to dbt_project/models/intermediate."
    )
