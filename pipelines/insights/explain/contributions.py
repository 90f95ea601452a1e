"""Which parts a change of sales has: by price and units, and units by visits and conversion. The parts add up exactly.

Price and units are the indicators of Bennet (1920), The Theory of Measurement of Changes in Cost of Living, Journal of
the Royal Statistical Society 83, 455-462: a factor's change times the average of the other one. Of two factors that is
the Shapley value, which has no rest, gives the opposite for the opposite change, and needs no logarithm, so that what
was not sold at all can be told too (Albrecht, Francois and Schoors 2002, A Shapley decomposition of carbon emissions
without residuals, Energy Policy 30, 727-736). It is applied twice: sales are units times price, and units are sessions
times conversion. So the price parts of the SKUs add up to that of the store, whatever is known of visits.

Amounts are of one currency. Parts are fractions until `to_the_cent` rounds them. What stands beside them is in
`causes.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

ZERO, HALF = Fraction(0), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold in a period. amount: in the currency. units: that it was paid for. sessions: visits of the same
    days; None where they are not known, or not as old as those that they are compared with."""

    amount: Decimal = Decimal(0)
    units: int = 0
    sessions: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a change, in the currency; they add up to it.

    price: by the average price per unit. units: by units sold. traffic and conversion: the two parts of `units`, by
    sessions and by units per session; None where visits are not known. mix: by which products were sold, dearer or
    cheaper ones; of a single product it is 0.
    """

    price: Fraction
    units: Fraction
    traffic: Fraction | None = None
    conversion: Fraction | None = None
    mix: Fraction = ZERO

    def named(self) -> dict[str, Fraction]:
        """The parts that together are the whole change: `units` only where it cannot be split."""
        split = {"units": self.units}
        if self.traffic is not None and self.conversion is not None:
            split = {"traffic": self.traffic, "conversion": self.conversion}
        return {**split, "price": self.price, "mix": self.mix}


def of_product(before: Sold, after: Sold) -> Parts | None:
    """The parts of the change of one product's sales; None where money came without units, which no price explains."""
    if not (_has_price(before) and _has_price(after)):
        return None
    prices = _rates(before.amount, before.units, after.amount, after.units)
    units = Fraction(after.units - before.units) * _middle(prices)
    price = (prices[1] - prices[0]) * Fraction(before.units + after.units) * HALF
    return Parts(price, units, *_visits(before, after, _middle(prices)))


def of_store(before: Mapping[str, Sold], after: Mapping[str, Sold], visits: tuple[int, int] | None) -> Parts:
    """The parts of the change of a store's sales, from those of its products by SKU.

    visits: sessions of the store in both periods, which are not the sum of its products' (a visitor may see several);
    None where they are not known. Units are told at the average price of all, and `mix` is what the products differ
    from it, with what came without units.
    """
    price = total = ZERO
    sold = [Sold(), Sold()]
    for sku in {**before, **after}:
        pair = before.get(sku, Sold()), after.get(sku, Sold())
        total += Fraction(pair[1].amount) - Fraction(pair[0].amount)
        parts = of_product(*pair)
        if parts is not None:
            price += parts.price
            sold = [Sold(sum_.amount + each.amount, sum_.units + each.units) for sum_, each in zip(sold, pair)]  # noqa: B905
    first, last = sold
    middle = _middle(_rates(first.amount, first.units, last.amount, last.units))
    units = Fraction(last.units - first.units) * middle
    split: tuple[Fraction | None, Fraction | None] = (None, None)
    if visits is not None:
        split = _visits(Sold(units=first.units, sessions=visits[0]), Sold(units=last.units, sessions=visits[1]), middle)
    return Parts(price, units, *split, mix=total - price - units)


def to_the_cent(parts: Mapping[str, Fraction], places: int) -> dict[str, Decimal]:
    """The parts rounded to the currency's decimals, so that they still add up to their rounded sum: each is rounded
    half away from zero, and the largest (of equals the first) takes what rounding has left over."""
    result = {name: _round(part, places) for name, part in parts.items()}
    largest = max(parts, key=lambda name: abs(parts[name]))
    result[largest] += _round(sum(parts.values(), ZERO), places) - sum(result.values(), Decimal(0))
    return result


def _has_price(sold: Sold) -> bool:
    return sold.units > 0 or (sold.units == 0 and not sold.amount)


def _rates(part0: Decimal | int, whole0: int, part1: Decimal | int, whole1: int) -> tuple[Fraction, Fraction]:
    """part / whole of both periods. Of a period without any, it is taken to be that of the other one."""
    first = Fraction(part0) / whole0 if whole0 else None
    second = Fraction(part1) / whole1 if whole1 else None
    known = first if first is not None else second if second is not None else ZERO
    return (known, known) if first is None or second is None else (first, second)


def _middle(pair: tuple[Fraction, Fraction]) -> Fraction:
    return (pair[0] + pair[1]) * HALF


def _visits(before: Sold, after: Sold, price: Fraction) -> tuple[Fraction | None, Fraction | None]:
    """The change of units by sessions and by conversion, at a price; None where units came without a visit."""
    if before.sessions is None or after.sessions is None:
        return None, None
    if (before.units and not before.sessions) or (after.units and not after.sessions):
        return None, None
    conversion = _rates(before.units, before.sessions, after.units, after.sessions)
    traffic = Fraction(after.sessions - before.sessions) * _middle(conversion)
    rate = (conversion[1] - conversion[0]) * Fraction(before.sessions + after.sessions) * HALF
    return traffic * price, rate * price


def _round(value: Fraction, places: int) -> Decimal:
    """Half away from zero, as the marts round. Python's own round() of a fraction goes to the even neighbour."""
    shifted = abs(value) * 10**places + HALF
    size = Decimal(shifted.numerator // shifted.denominator).scaleb(-places)
    return size if value >= 0 else -size
