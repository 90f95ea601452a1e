"""What a call of a model costs, and what may be spent. Pure: settings and counts in, USD out.

The account of what was spent is in `calls.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Tenant

# what is assumed of a model without a known price, so that a budget still ends: USD per million tokens in, out
CAUTIOUS_PRICE = (Decimal(5), Decimal(25))
# English prose has about four bytes to a token, and Chinese three. JSON full of ids, dates and amounts has fewer: small
# models have a token for each digit, and one of them (SmolLM2) had 2.6 bytes to a token of such prompts.
BYTES_PER_TOKEN = Decimal("2.5")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens in and out. is_known: False: it is the cautious one."""

    usd_in: Decimal
    usd_out: Decimal
    is_known: bool

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        """What so many tokens cost, in USD."""
        return (tokens_in * self.usd_in + tokens_out * self.usd_out) / 1_000_000


def price_of(settings: Settings) -> Price:
    """The price of the settings' model; the cautious one if they have none for it."""
    price = settings.llm_prices.get(settings.llm_model or "")
    if price is None:
        return Price(*CAUTIOUS_PRICE, is_known=False)
    return Price(Decimal(str(price[0])), Decimal(str(price[1])), is_known=True)


def tokens_of(texts: Iterable[str]) -> int:
    """About how many tokens texts have; models differ, and this is meant to be rather too many."""
    return math.ceil(sum(len(text.encode("utf-8", "replace")) for text in texts) / BYTES_PER_TOKEN)


def month_budget(settings: Settings, tenant: Tenant) -> Decimal:
    """What briefs of a tenant may cost in a calendar month (UTC), in USD: the tenant's own limit, or the settings'."""
    own = tenant.brief_budget_month_usd
    return Decimal(str(settings.brief_budget_month_usd)) if own is None else own
