"""Names of countries stand in SQL and in Python: what is loaded and what is staged must mean the same marketplace."""

from __future__ import annotations

import re

from pipelines.marketplaces import _BY_COUNTRY_NAME
from tests.support.references import ROOT


def test_landing_and_staging_know_the_same_names_of_countries() -> None:
    macro = (ROOT / "dbt_project" / "macros" / "stock.sql").read_text(encoding="utf-8")
    codes = macro.partition("macro country_codes()")[2].partition("endmacro")[0]
    staged = set(re.findall(r'"([a-z ]+)": "([A-Z]{2})"', codes))
    assert staged == set(_BY_COUNTRY_NAME.items()), (
        "_BY_COUNTRY_NAME of pipelines/marketplaces.py and country_codes of dbt_project/macros/stock.sql differ in "
        f"{staged ^ set(_BY_COUNTRY_NAME.items())}"
    )
