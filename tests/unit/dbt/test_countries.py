"""Names of countries stand in SQL and in Python: what is loaded and what is staged must mean the same marketplace."""

from __future__ import annotations

import re

from pipelines.marketplaces import _BY_COUNTRY_NAME
from tests.support.references import ROOT


def test_landing_and_staging_know_the_same_names_of_countries() -> None:
    macro = (ROOT / "dbt_project" / "macros" / "stock.sql").read_text(encoding="utf-8")
    codes = macro.partition("macro country_codes()")[2].partition("endmacro")[0]
    assert dict(re.findall(r'"([a-z ]+)": "([A-Z]{2})"', codes)) == _BY_COUNTRY_NAME
