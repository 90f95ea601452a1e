"""The cases, a module per kind; each offers `CASES`. Nothing else stands here."""

from __future__ import annotations

import importlib
import pkgutil

from tests.real.case import Case

CASES: tuple[Case, ...] = tuple(
    case
    for module in sorted(each.name for each in pkgutil.iter_modules(__path__))
    for case in importlib.import_module(f"{__name__}.{module}").CASES
)
