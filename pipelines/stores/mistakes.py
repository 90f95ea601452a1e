"""Tells the mistakes in stores.yaml one a line, each with its line's number and an example of what is right.

What a mistake is, is found in `reading.py`, `channels.py` and `tracking.py`; what the file is, in `yaml_file.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import yaml

Keys = tuple[str | int, ...]
"""Where something is in the file: the keys and places in lists that lead to it."""

EXAMPLES: Mapping[str, str] = {
    "tenants": "tenants: {acme: {name: Acme Ltd, reporting_currency: USD, accounts: [...]}}",
    "name": "name: Acme Ltd",
    "reporting_currency": "reporting_currency: USD",
    "keep_personal_data": "keep_personal_data: false",
    "retention": "retention: {months: 18}",
    "months": "months: 18",
    "buyers_kept_by_law": 'buyers_kept_by_law: "HGB, section 257"',
    "columns": "columns: {keep: [supplier-contact-name], drop: []}",
    "keep": "keep: [supplier-contact-name]",
    "drop": "drop: [lieferhinweis]",
    "analyst": "analyst: {budget_month_usd: 5}",
    "budget_month_usd": "budget_month_usd: 5",
    "crawls": "crawls: {budget_day_usd: 5}",
    "budget_day_usd": "budget_day_usd: 5",
    "send": "send: [{to_env: TRADEWIND_SEND_ACME, kinds: [daily]}]",
    "to_env": "to_env: TRADEWIND_SEND_ACME",
    "to_file": "to_file: recipients.txt",
    "kinds": "kinds: [daily, weekly]",
    "languages": "languages: [en]",
    "versions": "versions: first",
    "accounts": "accounts: [{seller_id: A1EXAMPLE, region: na, stores: {acme-us: {marketplace: US}}}]",
    "seller_id": "seller_id: A1EXAMPLE",
    "region": "region: na",
    "refresh_token_env": "refresh_token_env: TRADEWIND_SP_REFRESH_TOKEN_ACME_NA",
    "ads_refresh_token_env": "ads_refresh_token_env: TRADEWIND_ADS_REFRESH_TOKEN_ACME_NA",
    "stores": "stores: {acme-us: {marketplace: US}}",
    "marketplace": "marketplace: US",
    "ads_profile_id": 'ads_profile_id: "1234567890"',
    "history_from": "history_from: 2026-01-01",
    "track": "track: {B0OWNASIN1: [B0COMP0001]}",
    "track_file": "track_file: acme-us.tracked.csv",
    "category_file": "category_file: acme-us.categories.yaml",
    "keywords": 'keywords: [desk lamp, "lamp 8\\" brass"]',
    "categories": "categories: [{name: desk lamps, keywords: [led desk lamp]}]",
    "auto_crawl": "auto_crawl: true",
    "feeds": "feeds: [amazon_data_kiosk.economics]",
    "skip_feeds": "skip_feeds: [amazon_sp.ledger_summary]",
    "cost_method": "cost_method: fifo",
    "lead_time_days": "lead_time_days: 30",
    "cover_days": "cover_days: 30",
    "channels": "channels: {acme-shop: {kind: shopify, domain: acme.myshopify.com, time_zone: Europe/Berlin, ...}}",
    "kind": "kind: shopify",
    "domain": "domain: acme.myshopify.com",
    "client_id": "client_id: 0123456789abcdef0123456789abcdef",
    "client_secret_env": "client_secret_env: TRADEWIND_SHOPIFY_SECRET_ACME",
    "stock_location": "stock_location: Main warehouse",
    "access_token_env": "access_token_env: TRADEWIND_SHOPIFY_TOKEN_ACME",
    "time_zone": "time_zone: Europe/Berlin",
    "currency": "currency: EUR",
    "account": "account: harbor_goods",
    "url": "url: https://shop.acme.com",
    "consumer_key": "consumer_key: ck_0123456789abcdef0123456789abcdef01234567",
    "consumer_secret_env": "consumer_secret_env: TRADEWIND_WOOCOMMERCE_SECRET_ACME",
    "skus": "skus: {HG-0006: KNIFE-8}",
}
"""Setting -> a line that is right. A test holds them against the settings that there are."""

_MEANT = " Did you mean {}?"


class Mistakes(list[str]):
    """Sentences about one file, each with the keys that lead to what it is about. `at` goes down; what is added there
    is known above, too."""

    def __init__(self, keys: Keys = (), found: list[tuple[Keys, str]] | None = None) -> None:
        super().__init__()
        self._keys = keys
        self.found: list[tuple[Keys, str]] = [] if found is None else found

    def at(self, *keys: str | int) -> Mistakes:
        """The mistakes of what lies below these keys."""
        return Mistakes((*self._keys, *keys), self.found)

    def append(self, sentence: str) -> None:
        """Add a mistake of this place."""
        super().append(sentence)
        self.found.append((self._keys, sentence))

    def extend(self, sentences: Iterable[str]) -> None:
        """Add mistakes of this place."""
        for each in sentences:
            self.append(each)

    def __iadd__(self, sentences: Iterable[str]) -> Self:  # type: ignore[override,misc]
        self.extend(sentences)
        return self


def told(path: Path, root: yaml.Node, found: Sequence[tuple[Keys, str]]) -> str:
    """The message of all mistakes, in the order of the file. root: the node of the file's content."""
    lines = sorted({(line_of(root, keys), f"{sentence}{_example(keys, sentence)}") for keys, sentence in found})
    return f"{path} is wrong:\n" + "\n".join(f"  line {line}: {sentence}" for line, sentence in lines)


def meant(name: str) -> str:
    """` Did you mean region?` for a setting that does not exist; '' where none is near."""
    near = difflib.get_close_matches(name, EXAMPLES, 1)
    return _MEANT.format(near[0]) if near else ""


def line_of(root: yaml.Node, keys: Keys) -> int:
    """The number of the line where the keys lead to, as far as they are there."""
    node, mark = root, root.start_mark
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next(((name, value) for name, value in node.value if name.value == str(key)), None)
            if pair is None:  # it is missing, or names a form of the entry instead of a key
                continue
            mark, node = pair[0].start_mark, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            mark = node.start_mark
        else:
            break
    return int(mark.line) + 1


def _example(keys: Keys, sentence: str) -> str:
    """Of the setting that was meant, else of the innermost one that there is: below it are names of the user's own."""
    guessed = next((key for key in EXAMPLES if sentence.endswith(_MEANT.format(key))), None)
    named = guessed or next((key for key in reversed(keys) if key in EXAMPLES), None)
    return f" Right is, for example: {EXAMPLES[str(named)]}" if named is not None else ""
