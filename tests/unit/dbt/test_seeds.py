"""The seeds: what is written in them, and that another seed makes the marts anew."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from pipelines.transformation import dbt_runs
from pipelines.transformation.settlement_kinds import SEED, Kinds, names
from tests.support.references import SHARED

SOURCES = (
    r"official: Finances API v0|public (code|lists?)\b.+|real report, Amazon\.com 2017|law: .+|"
    r"amzn/selling-partner-api-(models|docs)#\d+"
)
TRIPLES = SHARED / "reference" / "settlement-triples.txt"


def rows() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_three_patterns_a_kind_and_a_source():
    assert all(all(value == value.strip() != "" for value in row.values()) for row in rows())
    patterns = [tuple(re.sub("[^a-z0-9%]", "", each.lower()) for each in list(row.values())[:3]) for row in rows()]
    assert len(set(patterns)) == len(patterns)


def test_every_source_is_of_a_kind_that_can_be_looked_up():
    assert [row for row in rows() if not re.fullmatch(SOURCES, row["source"])] == []


def test_no_row_matches_everything():
    """It would hide what nobody has named."""
    assert not [row for row in rows() if set("".join(list(row.values())[:3])) == {"%"}]


def test_every_row_counts_for_some_line():
    """A row that a more specific one always overrules says nothing."""
    kinds = Kinds.of_seed()
    for row in rows():
        line = tuple(row[each].replace("%", "") for each in list(row)[:3])
        assert kinds.of(line) == row["kind"], row  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("FBAFees|Something of 2027|Base fee", "fulfilment_fee"),
        ("FBAFees|Something of 2027|Tax on fee", "fee_tax"),
        ("AmazonFees|Something of 2027|Discount on Fee", "other"),
        ("Order|ItemFees|Something of 2027", "other"),
        ("ServiceFee|other-transaction|Something of 2027", "unknown"),
        ("other-transaction|other-transaction|Something of 2027", "unknown"),
        ("Something of 2027|Something|Something", "unknown"),
        ("Debt Adjustment|Debt Adjustment|Cross-Account Debt Adjustment against FR, NL", "transfer"),
        ("DebtPayment|x|y", "transfer"),
        ("fba-fees|fba inventory storage FEE|base  fee", "storage_fee"),
        ("other-transaction|other-transaction|FBAInventoryStorageFee", "storage_fee"),
        ("other-transaction|other-transaction|FBA Long-Term Storage Fee", "aged_surcharge"),
        ("FBAFees|AWD Storage Fee|Discount on fee", "other_storage_fee"),
        ("Order|ItemFees|Fixed closing fee", "referral_fee"),
        ("Order|ItemFees|FixedClosingFee", "referral_fee"),
        ("Order|ItemFees|FBA Weight Handling Fee CGST", "fee_tax"),
        ("Order|ItemTCS|TCS-SGST", "withheld_tax"),
        ("other-transaction|other-transaction|TDS Reimbursement", "withheld_tax"),
        ("Order|ItemWithheldTax|ISR", "withheld_tax"),
        ("other-transaction|other-transaction|IVA Withheld", "withheld_tax"),
        ("Order|Points|PointsGranted", "other"),
        ("Order|ItemPrice|COD", "shipping"),
        ("Order|ItemFees|CODFee", "fulfilment_fee"),
        ("ServiceFee|Refund for Advertiser|TransactionTotalAmount", "advertising"),
        ("AmazonFees|Sponsored Brands|Base fee", "advertising"),
        ("other-transaction|FBA Inventory Reimbursement|GENERAL_ADJUSTMENT", "reimbursement"),
        ("other-transaction|other-transaction|GENERAL_ADJUSTMENT", "adjustment"),
        ("Other|MCF Preferred Pricing Seller Credit|Base charge", "adjustment"),
    ],
)
def test_what_labels_are(line: str, kind: str):
    transaction, amount_type, description = line.split("|")
    assert Kinds.of_seed().of((transaction, amount_type, description)) == kind


def test_no_real_label_is_unknown():
    if not TRIPLES.exists():
        pytest.skip("../shared/reference/settlement-triples.txt is not here")
    kinds = Kinds.of_seed()
    lines = [line.split("|") for line in TRIPLES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 80
    assert [line for line in lines if kinds.of((line[0], line[1], line[2])) == "unknown"] == []


def test_a_row_of_one_s_own_counts_if_it_is_more_specific():
    own = [(("%", "%", "Prime%"), "other"), (("Order", "%", "Prime%"), "advertising"), (("%", "x", "%"), "tax")]
    kinds = Kinds(own)
    assert kinds.of(("Refund", "x", "Prime Day Fee")) == "other"
    assert kinds.of(("Order", "x", "prime-day fee")) == "advertising"
    assert kinds.of(("Order", "X", "")) == "tax"
    assert kinds.of(("Order", "y", "")) == "unknown"


def test_labels_are_compared_by_their_letters_and_digits():
    assert names(("İade", "Öffnung - 2", "全角 A_B")) == ("iade", "öffnung2", "全角ab")


def test_another_seed_is_another_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = tmp_path / "project"
    shutil.copytree(dbt_runs.PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(dbt_runs, "PROJECT_DIR", copy)
    before = dbt_runs.fingerprint.__wrapped__()
    assert before == dbt_runs.fingerprint.__wrapped__()
    with (copy / "seeds" / SEED.name).open("a", encoding="utf-8") as file:
        file.write("ServiceFee,other-transaction,Something new,other,mine\n")
    assert dbt_runs.fingerprint.__wrapped__() != before
