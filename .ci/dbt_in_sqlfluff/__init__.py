"""What dbt gives to models and sqlfluff's templater does not: the vars of dbt_project.yml."""

from pathlib import Path
from typing import Any

import yaml

_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project" / "dbt_project.yml"
_VARS: dict[str, Any] = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))["vars"]


def var(name: str, default: Any = None) -> Any:
    """With its own `var` always true, sqlfluff would take every model for one built `as_of`, never as an increment."""
    return _VARS.get(name, default)
