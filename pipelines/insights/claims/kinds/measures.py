"""The kinds that every measure of the store has: its day against the usual, its week against the week before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Severity, Stake, Told, Tone, always
from pipelines.insights.facts import FactBook

FAR_PERCENT = Decimal(25)
"""A fall beyond this is a warning, and may be called urgent."""


def tone_of_change(role: str, *, rise_is_good: bool, else_: Severity = "info") -> Callable[[Told, FactBook], Tone]:
    """Good news where it went the good way, a warning where it went the other way far enough. else_: what it is where
    it went the other way, and not far."""

    def tone(told: Told, book: FactBook) -> Tone:
        change = told.get(role)
        if change is None or change.direction not in ("up", "down"):
            return Tone()
        if (change.direction == "up") == rise_is_good:
            return Tone("info", "good", "good")
        far = change.unit == "percent" and abs(Decimal(change.value)) >= FAR_PERCENT  # type: ignore[arg-type]
        return Tone("warning", "warning", "critical") if far else Tone("info", else_, "warning")

    return tone


def _tone_of_day(told: Told, book: FactBook) -> Tone:
    """Where it is known what is usual for the weekday, that decides, and no fixed share."""
    tone = tone_of_change("change", rise_is_good=True)(told, book)
    if "high" not in told:
        return tone
    if _is_inside(told, book):
        return Tone("info", "info", "warning") if tone.normal == "warning" else Tone()
    return Tone("info", "good", "good") if _is_above(told, book) else Tone("warning", "warning", "critical")


def _is_above(told: Told, book: FactBook) -> bool:
    """Whether the day is unusually high: above the range that follows from the same weekday before."""
    return bool(told["value"].value > told["high"].value)  # type: ignore[operator]


def _is_below(told: Told, book: FactBook) -> bool:
    return bool(told["value"].value < told["low"].value)  # type: ignore[operator]


def _is_inside(told: Told, book: FactBook) -> bool:
    """Whether the day is as usual. Where there is no low end, none is too low."""
    return not _is_above(told, book) and ("low" not in told or not _is_below(told, book))


def _is_decided(told: Told, book: FactBook) -> bool:
    """Whether the usual is told as it is: where payments decide how the day compares, it is told with them."""
    return "change" in told or "pending" not in told


def of_day(
    measure: str,
    meaning: str,
    *,
    roles: Mapping[str, Role] | None = None,
    beside: tuple[Part, ...] = (),
    parts: tuple[Part, ...] = (),
    with_it: tuple[str, ...] = (),
    whole: tuple[tuple[str, ...], ...] = (),
    open_title: bool = False,
    stake: tuple[Stake, ...] = (),
) -> Kind:
    """A measure of the store's day: against the usual of its weekday, else against the week before, else alone. It is
    called unusual only outside of its range. beside: what is said right after it; parts: what is said at the end."""
    titles = (
        Part("title.above", ("value", "high"), when=_is_above),
        Part("title.below", ("value", "low"), when=_is_below),
        Part("title.inside", ("value", "high"), when=_is_inside),
        Part("title.vs", ("change",), "change"),
        *((Part("title.open", ("final_on",)),) if open_title else ()),
        Part("title"),
    )
    return Kind(
        name=f"{measure}_day",
        meaning=meaning,
        roles={
            "value": Role(f"{measure}_day"),
            "change": Role(f"{measure}_vs_weekday", basis="weekday_average"),
            "usual": Role(f"{measure}_weekday_average"),
            "since": Role(f"{measure}_vs_week_ago", basis="week_ago"),
            "week_ago": Role(f"{measure}_week_ago"),
            "low": Role(f"{measure}_usual_low"),
            "high": Role(f"{measure}_usual_high"),
            **(roles or {}),
        },
        needs=("value",),
        titles=titles,
        parts=(
            Part("vs", ("value", "change"), "change", choice="lead"),
            *((Part("open", ("value", "final_on"), choice="lead"),) if open_title else ()),
            Part("vs_since", ("value", "since"), "since", choice="lead"),
            Part("value", ("value",), choice="lead"),
            *beside,
            Part("usual", ("usual",), when=_is_decided),
            Part("above", ("value", "high"), when=_is_above, choice="range"),
            Part("below", ("value", "low"), when=_is_below, choice="range"),
            Part("inside", ("value", "low", "high"), choice="range"),
            Part("since", ("since", "change"), "since"),
            Part("week_ago", ("week_ago",)),
            *parts,
        ),
        with_it=(*with_it, "low", "high"),
        whole=whole or (("value", "change", "since"),),
        tone=_tone_of_day,
        stake=stake,
    )


def of_week(
    measure: str,
    meaning: str,
    *,
    rise_is_good: bool | None,
    roles: Mapping[str, Role] | None = None,
    parts: tuple[Part, ...] = (),
    with_it: tuple[str, ...] = (),
    whole: tuple[tuple[str, ...], ...] = (),
    open_title: bool = False,
    stake: tuple[Stake, ...] = (),
) -> Kind:
    """A measure of the store's last seven days against the seven before. rise_is_good None: neither."""
    titles = (
        Part("title.vs", ("change",), "change"),
        *((Part("title.open", ("open_days",)),) if open_title else ()),
        Part("title"),
    )
    return Kind(
        name=f"{measure}_week",
        meaning=meaning,
        roles={
            "value": Role(f"{measure}_7d"),
            "change": Role(f"{measure}_vs_previous_7d", basis="previous_7d"),
            "before": Role(f"{measure}_previous_7d"),
            **(roles or {}),
        },
        needs=("value",),
        titles=titles,
        parts=(
            Part("vs", ("value", "change"), "change", choice="lead"),
            *((Part("open", ("value", "open_days"), choice="lead"),) if open_title else ()),
            Part("value", ("value",), choice="lead"),
            Part("before", ("before",)),
            *parts,
        ),
        with_it=with_it,
        whole=whole or (("value", "change"),),
        tone=always("info") if rise_is_good is None else tone_of_change("change", rise_is_good=rise_is_good),
        stake=stake,
    )
