"""What dbt gives to models and sqlfluff's templater does not: the vars of dbt_project.yml, and what is built."""

from pathlib import Path
from typing import Any

import yaml

_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project" / "dbt_project.yml"
_VARS: dict[str, Any] = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))["vars"]


def var(name: str, default: Any = None) -> Any:
    """With its own `var` always true, sqlfluff would take every model for one built `as_of`, never as an increment."""
    return _VARS.get(name, default)


def sliced(relation: object, *_: object, **__: object) -> str:
    """A query with an alias, as in an increment: dbt_project/macros/slices.sql asks dbt which rows are built."""
    return f"(select * from {relation})"


def opened(_: str, otherwise: object) -> str:
    """See `sliced`."""
    return f"(select * from {otherwise})"


def rows_before(otherwise: object) -> str:
    """See `sliced`."""
    return f"(select o.* from {otherwise} as o where false)"


def by_slices() -> bool:
    """See `sliced`."""
    return False
