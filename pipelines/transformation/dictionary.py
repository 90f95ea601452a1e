"""The marts as a page: `python -m pipelines.transformation.dictionary` prints docs/marts.md. A test compares the two.

With `--write` (`make pages`) it writes the page, and the lists of models/_exposures.yml (exposures.py) with it.

Everything said there comes from the models' yml files in dbt_project; what a column means is changed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigError

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
# libyaml's, where PyYAML has it: ten times as fast, with the same result
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DOMAINS = ("dimensions", "sales", "money", "inventory", "advertising", "competitor", "channels", "coverage")
FOLDERS = {**{domain: MODELS / "marts" / domain for domain in DOMAINS}, "views": MODELS / "views"}
INTRODUCTION = """# The marts

Made from `dbt_project/models/marts` and `views` by `make pages`. All are in the schema
`marts`, tables but for the view at the end; the role `tradewind_bi` may read them. Days are days of the marketplace.
Money is numeric, with its currency in the column beside it; columns in `*_reporting` are in the tenant's currency:
amount x rate, the rate being the last one on or before the day and at most 7 days old. Ratios are made from sums. A
type in **bold** is never null.

The profit of the last 30 days by tenant: only of rows of which nothing is missing, and beside it the share of units
that is left out, because their store is not configured, or what they cost or their fees are not known. More of the
kind is in [the cookbook](cookbook.md).

```sql
select
    tenant_id,
    reporting_currency,
    sum(profit_amount_reporting) filter (where is_complete) as profit,
    round(sum(units) filter (where not is_complete)::numeric / nullif(sum(units), 0), 6) as incomplete_share
from marts.profit_daily
where date > (select max(date) from marts.profit_daily) - 30
group by tenant_id, reporting_currency
order by tenant_id;
```

What buyers pay contains VAT (GST, consumption tax) in all marketplaces but Amazon.com and Amazon.ca, where tax is put
on top. Columns with `net` in their name are without it and comparable between countries; Amazon's own figures that are
not are beside them. Amazon tells the tax of an order line (`item-tax`, contained in `item-price`: "Allow Amazon to
create invoices for you" in the SP-API documentation), and none of ordered product sales in the sales and traffic
report, which is therefore estimated by the orders of the day.

What settlement lines are about (`kind`) is written in `dbt_project/seeds/settlement_kinds.csv`, each row with the
source of its label. Labels are compared by their letters and digits only: case, blanks, hyphens do not matter. A row
is matched with a line's transaction type, amount type and label; the label is the description, or, where that says
only which part of a fee it is (`Base fee`, `Discount on fee`), the amount type, which names the fee since 2026. Of
several rows that match the most specific one counts: with the most letters and digits in the label, then in the
amount type, then in the transaction type. Where no name is known the family by type counts:

| family | what a line with an unknown name is |
| --- | --- |
| transaction type `FBAFees` (`FBA Transaction Fees`, `Fulfilment by Amazon ...`), label `FBA...` | `fulfilment_fee` |
| transaction type `AmazonFees`; amount type `ItemFees`, `ItemPrice` | `other` |
| `Tax on fee`; a fee's name with IGST, CGST, SGST or UTGST behind it | `fee_tax` |
| amount type `ItemWithheldTax`, `ItemTCS`, `ItemTDS` | `withheld_tax` |
| amount type `Promotion` | `promotion` |
| any label with `Reimbursement` or `Clawback` | `reimbursement` |
| transaction type `Transfer`, `Debt...`, `Loan...` | `transfer`: a balance moves, nobody earns or pays |
| all others (`other-transaction`, `ServiceFee`): they may be anything, advertising too | `unknown` |

Add rows of your own for what builds report as `unknown`; `tradewind settlements kinds FILE...` prints what the lines
of files would be, before they are imported. `tax` is what buyers paid, `fee_tax` the VAT or GST on Amazon's fees
where it has lines of its own (with `other_fees_amount` in `settlements`, `other_amount` in `profit_daily`; where it
has none, fees are with it). Storage is in profit once, whether a settlement or the storage fees report tells it
first; advertising once, from the Ads reports.

Rows of an account's document that belong to no configured store are kept under `unmapped:<seller id>:<sales channel in
lower case>`, on days of the zone of the account's first store (the first by `store_id`, wherever one speaks for its
account); they move to the store once it stands in `stores.yaml`. With `tradewind transform --as-of T` the same tables
show, in the schema `marts_as_of`, what was known at T.

To recompute a figure from what Amazon sent: rows of `raw.<source>__<feed>` ([feeds.md](feeds.md) names the feeds, and
the lineage in Dagster, or `dbt docs`, leads from each mart to them) count where their `load_id` is the
`current_load_id` of a slice in `ops.slices`, and where rows carry a day, for the slice of that day. Of snapshots each
instant stands for itself, and the newest one of a day for the day; of a settlement, and of an order, the newest
delivery counts as a whole. Staging (schema `staging`) has these rows with types and names, and nothing computed.

Ads reports are JSON, an element a row; an element that stands in one document twice counts once. Sponsored Products
have a key for each window: `purchases_14d`, `units_14d` and `sales_14d` are `purchases14d`, `unitsSoldClicks14d`
and `sales14d`, and so for 1, 7 and 30 days. Brands and Display have 14 days only: `purchasesClicks`,
`unitsSoldClicks` (Display) and `salesClicks` are the columns in `_14d`, `purchases`, `unitsSold` and `sales` those
in `_14d_with_views`.
"""


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    """(domain, model) of every mart, as its yml describes it."""
    for domain, folder in FOLDERS.items():
        for path in sorted(folder.glob("_*.yml")):
            if not path.stem.endswith("_unit_tests"):
                for model in read(path)["models"]:
                    yield domain, model


def read(path: Path) -> Any:
    """What a yml file of the project says."""
    # a SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # nosec B506


def key(model: dict[str, Any]) -> list[str]:
    """The columns that make a row of the mart one of a kind: those that a test holds, or by which a view groups.

    Raises ConfigError if the yml names none.
    """
    for test in model.get("data_tests", ()):
        if isinstance(test, dict) and "key_holds" in test:
            return test["key_holds"]["arguments"]["columns"]
    found = model.get("config", {}).get("meta", {}).get("key")
    if not found:
        raise ConfigError(f"The yml of {model['name']} names no key: add a `key_holds` test with the key's columns.")
    return found


def page() -> str:
    """docs/marts.md as text."""
    return INTRODUCTION + "".join(_section(domain, model) for domain, model in models())


def _section(domain: str, model: dict[str, Any]) -> str:
    bare = [column["name"] for column in model["columns"] if not column.get("description", "").strip()]
    if bare:
        raise ConfigError(f"The yml of {model['name']} does not say what these columns mean: {', '.join(bare)}.")
    rows = "".join(_row(column) for column in model["columns"])
    names = ", ".join(f"`{name}`" for name in key(model))
    title = f"\n## {model['name']}\n\n{_line(model['description'])}\n\nDomain: {domain}. Key: {names}.\n"
    return f"{title}\n| column | type | meaning |\n| --- | --- | --- |\n{rows}"


def _row(column: dict[str, Any]) -> str:
    filled = any(constraint["type"] == "not_null" for constraint in column.get("constraints", ()))
    kind = f"**{column['data_type']}**" if filled else column["data_type"]
    return f"| `{column['name']}` | {kind} | {_line(column['description'])} |\n"


def _line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    import sys

    from pipelines.transformation import exposures

    if "--write" in sys.argv[1:]:
        (exposures.ROOT / "docs" / "marts.md").write_text(page(), encoding="utf-8")
        exposures.FILE.write_text(exposures.page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
