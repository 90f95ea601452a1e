"""The cases that lie beside the project, in `../shared/samples`, with their right values; none where that is missing.

Only what is right is said here; the documents stay where they are. Their stores are those of their own `stores.yaml`.
"""

from __future__ import annotations

from tests.real.case import Case
from tests.real.shared import channels, files, money, stock
from tests.real.shared.samples import CASES, RATES, shared_tenants

__all__ = ["RATES", "SHARED", "shared_tenants"]


def _cases() -> tuple[Case, ...]:
    return (
        *money.money(),
        *channels.channels(),
        *files.files(),
        *stock.stock_and_sales(),
        *channels.identity(),
        *files.real_reports(),
    )


SHARED: tuple[Case, ...] = _cases() if CASES.exists() else ()
