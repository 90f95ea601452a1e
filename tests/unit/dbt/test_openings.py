"""What opens slices of a mart: each model that it reads, so that no change below is left for the next full refresh."""

from __future__ import annotations

import re

import pytest

from pipelines.warehouse.transform import PROJECT_DIR

MACROS = {
    found["name"]: found[0]
    for path in (PROJECT_DIR / "macros").glob("*.sql")
    for found in re.finditer(r"\{%-?\s*macro (?P<name>\w+)\(.*?\{%-?\s*endmacro", path.read_text(), re.DOTALL)
}
MODELS = {path.stem: path for path in (PROJECT_DIR / "models").rglob("*.sql")}
BUILT = sorted(name for name, path in MODELS.items() if not {"staging", "views"} & set(path.parts))
HOOK = re.compile(r'pre_hook="(.*?)",?\n', re.DOTALL)
BY_ANOTHER = {
    # a store that is another is a change of its account's orders
    ("sales_daily", "int_stores"),
    ("sales_store_daily", "int_stores"),
    # says by `changed_xid` which ASINs have another SKU
    ("traffic_daily", "int_asin_skus"),
    # the order's newest line is of a day that sales_daily has
    ("products", "order_items"),
    # int_orders_current and int_settlements say which document counts, and change with each
    ("order_items", "stg_amazon_sp__all_orders_by_last_update"),
    ("order_items", "stg_amazon_sp__all_orders_by_order_date"),
    ("settlement_lines", "stg_amazon_sp__settlements_v2"),
    ("settlements", "settlement_lines"),
}


def with_macros(text: str, seen: set[str]) -> str:
    """The text and that of all macros which it calls, once each."""
    for name in re.findall(r"(\w+)\(", text):
        if name in MACROS and name not in seen:
            seen.add(name)
            text += with_macros(MACROS[name], seen)
    return text


@pytest.mark.parametrize("name", BUILT)
def test_every_model_that_a_mart_reads_opens_its_slices(name):
    text = MODELS[name].read_text()
    (hook,) = HOOK.findall(text)
    openings = with_macros(hook, set())
    read = re.findall(r"ref\([\"'](\w+)[\"']\)", with_macros(HOOK.sub("", text), set()))
    for model in sorted(set(read) & set(MODELS)):
        # a staging model is its feed, of which a section is a part
        producer = re.sub(r"^stg_(\w+?)__(\w+?)(__\w+)?$", r"\1.\2", model)
        assert (name, model) in BY_ANOTHER or producer in openings, f"{name} does not take the changes of {producer}"
