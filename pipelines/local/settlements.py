"""`tradewind settlements`: what settlements on disk hold, before they are imported.

No warehouse and no account is needed, and nothing is kept. The rule by which lines have kinds is in
pipelines/transformation/settlement_kinds.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.console import Console

if TYPE_CHECKING:
    from pipelines.transformation.settlement_kinds import Kinds, Triple

app = typer.Typer(help="Look at settlement files before they are imported.", no_args_is_help=True)

_FEED = "amazon_sp.settlements_v2"
_NO_LINES = "It has no lines."


@app.callback()
def settlements() -> None:
    """Look at settlement files before they are imported."""


@app.command()
def kinds(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True, help="V2 settlements, gzip too."),
    ],
) -> None:
    """Print what the lines of settlement files would be.

    By kind: lines, amount and labels, and the sum against the total that Amazon states. What has no kind comes first.
    Nothing is imported, and no account is needed.
    """
    from pipelines.local.progress import waiting
    from pipelines.transformation.settlement_kinds import Kinds

    console, rule = Console(), Kinds.of_seed()
    for file in files:
        with waiting(console, f"Reading {file.name}"):
            found = read(file, rule)
        _print(console, file, found)


@dataclass
class Found:
    """A settlement of a file. total: None where it states none. labels: kind -> label -> amounts of its lines."""

    currency: str = ""
    total: Decimal | None = None
    unread: int = 0
    labels: dict[str, dict[Triple, list[Decimal]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def sum(self, kind: str | None = None) -> Decimal:
        """Of the lines of a kind, or of all."""
        of = [self.labels[kind]] if kind else self.labels.values()
        return sum((amount for labels in of for amounts in labels.values() for amount in amounts), Decimal(0))


def read(file: Path, rule: Kinds) -> dict[str, Found]:
    """The settlements of a file, by their id. Raises DocumentError with the file's name."""
    from datetime import UTC, datetime

    from pipelines.errors import DocumentError
    from pipelines.feeds import FEEDS
    from pipelines.landing.incoming import Incoming
    from pipelines.landing.loading.delimited import rows
    from pipelines.landing.loading.load_job import LoadJob
    from pipelines.stores import UNDECIDED, Scope

    incoming = Incoming(open=lambda: file.open("rb"), origin="import", report_created_at=datetime.now(UTC))
    nothing = cast(Any, None)  # neither warehouse nor archive: the document is only looked at
    feed = next(each for each in FEEDS.values() if each.name == _FEED)
    job = LoadJob(nothing, nothing, feed, Scope("", (), "UTC"), incoming, None, UNDECIDED)
    try:
        return by_settlement(rows(job), rule)
    except DocumentError as error:
        raise DocumentError(f"{file} cannot be read. {error}", kind=error.kind) from None


def by_settlement(rows: Iterable[Mapping[str, str]], rule: Kinds) -> dict[str, Found]:
    """Rows of settlement documents, each line with its kind. A settlement's summary row has its total and no line."""
    from pipelines.landing.loading.plausibility import parse_amount

    result: dict[str, Found] = defaultdict(Found)
    known: dict[Triple, str] = {}
    for row in rows:
        found = result[row["settlement_id"].strip()]
        label = (row["transaction_type"].strip(), row["amount_type"].strip(), row["amount_description"].strip())
        if not label[0] and row["total_amount"].strip():
            found.total, found.currency = parse_amount(row["total_amount"]), row.get("currency", "").strip()
            continue
        amount = parse_amount(row["amount"])
        if amount is None:
            found.unread += 1
        if label not in known:
            known[label] = rule.of(label)
        found.labels[known[label]][label].append(amount or Decimal(0))
    return dict(result)


def _print(console: Console, file: Path, settlements: Mapping[str, Found]) -> None:
    from pipelines.local.progress import say
    from pipelines.transformation.settlement_kinds import UNKNOWN

    if not settlements:
        say(console, f"\n{file.name}: {_NO_LINES}", "bold")
    for settlement_id, found in settlements.items():
        say(console, f"\n{file.name}, settlement {settlement_id} {found.currency}".rstrip(), "bold")
        for kind in sorted(found.labels, key=lambda each: (each != UNKNOWN, each)):
            labels = found.labels[kind]
            lines = sum(map(len, labels.values()))
            style = "bold red" if kind == UNKNOWN else "bold"
            mark = "  <- no kind" if kind == UNKNOWN else ""
            say(console, f"  {kind:34} {_count(lines):>15} {found.sum(kind):>20,.2f}{mark}", style)
            for label, amounts in sorted(labels.items(), key=lambda item: sum(item[1])):
                say(console, f"    {len(amounts):>7,} {sum(amounts):>18,.2f}  {' / '.join(filter(None, label))}")
        _print_sum(console, found)
    if unknown := Counter(label for found in settlements.values() for label in found.labels.get(UNKNOWN, ())):
        say(
            console,
            f"\n{len(unknown)} label{'s have' if len(unknown) > 1 else ' has'} no kind: these lines would be profit or "
            "loss of kind `unknown`. Add a row for each to dbt_project/seeds/settlement_kinds.csv.",
        )


def _print_sum(console: Console, found: Found) -> None:
    from pipelines.local.progress import say

    lines, summed = sum(len(each) for labels in found.labels.values() for each in labels.values()), found.sum()
    text = f"  {'sum':34} {_count(lines):>15} {summed:>20,.2f}"
    if found.total is None:
        say(console, f"{text}\n  The file states no total.")
    elif found.total == summed:
        say(console, f"{text}\n  The total that Amazon states is the same.")
    else:
        say(
            console,
            f"{text}\n  Amazon states {found.total:,.2f}: {found.total - summed:,.2f} more. Is the file whole?",
            "red",
        )
    if found.unread:
        say(console, f"  The amount of {found.unread:,} lines cannot be read; they count as 0.", "red")


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"
