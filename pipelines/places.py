"""Where the files lie that belong to the program and are no Python: the dbt project and Dagster's configuration.

In a checkout they lie at its top. A wheel has them in the package, where setup.py puts them. What belongs to a user
(homes, stores.yaml) is not here: see `home.py` and `settings.py`.
"""

from __future__ import annotations

from pathlib import Path

CODE = Path(__file__).resolve().parents[1]
"""The folder in which the packages lie: a checkout, or an environment's site-packages."""

_IN_A_WHEEL = Path(__file__).resolve().parent / "shipped"
ROOT = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else CODE
DBT_PROJECT = ROOT / "dbt_project"
DAGSTER = ROOT / "dagster.yaml"
IS_CHECKOUT = ROOT == CODE
