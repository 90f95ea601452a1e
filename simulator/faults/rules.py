"""Faults on request: which rule strikes which request, and the named scenarios. What a fault does is done elsewhere:
in apis/server.py for transport, in the API modules for outcomes, in mutations.py for documents.

A rule is JSON: {"match": {"api", "operation", "report_type", "seller", "path_regex"}, "nth": 1 or [1, 3], "times": n,
"probability": p, "do": kind, ...options of the kind}. Everything but "do" may be left out; without "operation" a kind
strikes where it makes sense. docs/simulator.md lists the kinds.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

CREATES = ("sp.createReport", "kiosk.createQuery", "ads.createReport", "apify.startRun")
DOWNLOADS = ("sp.download", "ads.download")
KIOSK = ("kiosk.createQuery", "kiosk.getQuery", "kiosk.getQueries", "kiosk.getDocument")
EBAY = ("ebay.token", "ebay.getInventoryItems", "ebay.getOffers", "ebay.getOrders", "ebay.getShippingFulfillments")
WOO = tuple(f"woocommerce.{name}" for name in ("listProducts", "listVariations", "listOrders", "listRefunds"))
REMOTE = (
    "lwa.token", "sp.createReport", "sp.getReport", "sp.getReports", "sp.getReportDocument", "sp.download",
    "ads.getProfiles", "ads.createReport", "ads.getReport", "ads.download", "apify.startRun", "apify.getRun",
    "apify.listRuns", "apify.getItems", "llm.chat", *KIOSK, "kiosk.download", "shopify.query", *EBAY, *WOO,
)  # fmt: skip
SP_CALLS = ("sp.createReport", "sp.getReport", "sp.getReports", "sp.getReportDocument")
ADS_CALLS = ("ads.createReport", "ads.getReport")
CHAT = ("llm.chat",)
NOTICES = ("sp.notify",)
# throttling is no answer that S3 or a token endpoint gives
THROTTLED = tuple(op for op in REMOTE if not op.endswith((".download", ".token")))

# kind -> the operations it strikes when the rule names none
TRANSPORT = {
    "status_json": REMOTE,
    "status_html": REMOTE,
    "throttle": THROTTLED,
    "stall": REMOTE,
    "cut": REMOTE,
    "hold": REMOTE,
    "expired_token": SP_CALLS + KIOSK + ADS_CALLS + EBAY[1:],
    "role_403": ("sp.createReport", "kiosk.createQuery", "ads.createReport", "shopify.query", "ebay.getOrders", WOO[2]),
    "token_revoked": ("lwa.token", "ebay.token"),
}
OUTCOMES = {
    "short_token": ("lwa.token",),
    "cancelled": ("sp.createReport",),
    "fatal": CREATES,
    "stuck_in_queue": CREATES,
    "done_without_document": ("sp.createReport",),
    "paged": ("kiosk.createQuery",),
    "notification_lost": ("sp.createReport", "kiosk.createQuery"),
    "notice_doubled": NOTICES,
    "notice_late": NOTICES,
    "notice_malformed": NOTICES,
    "notice_of_other_seller": NOTICES,
    "expired_url": ("sp.getReportDocument", "kiosk.getDocument", "ads.getReport"),
    "settlement_twice": ("sp.getReports",),
    "duplicate": ("ads.createReport",),
    "duplicate_of_other": ("ads.createReport",),
    "failed_items": ("apify.getItems",),
    "captcha_items": ("apify.getItems",),
    "llm_lie": CHAT,
    "llm_broken_json": CHAT,
    "llm_refusal": CHAT,
    "llm_refuse_language": CHAT,
    "llm_wrong_direction": CHAT,
    "llm_unknown_fact": CHAT,
}
DOCUMENTS = {
    "html_error_page": (*DOWNLOADS, "kiosk.download"),
    "xml_error": (*DOWNLOADS, "kiosk.download"),
    "empty_document": (*DOWNLOADS, "kiosk.download"),
    "truncated_gzip": (*DOWNLOADS, "kiosk.download"),
    "other_marketplace": ("sp.download",),
    "other_report": ("sp.download",),
    "drop_column": DOWNLOADS,
    "new_column": DOWNLOADS,
    "half_rows": DOWNLOADS,
    "short_rows": ("sp.download",),
    "long_rows": ("sp.download",),
    "sample_rows": ("sp.download",),
    "split_rows": ("sp.download",),
    "shifted_rows": ("sp.download",),
    "nul": ("sp.download",),
    "backspace": ("sp.download",),
    "bare_cr": ("sp.download",),
    "bad_bytes": ("sp.download",),
    "quotes": ("sp.download",),
    "bom": ("sp.download",),
    "no_charset": ("sp.download",),
    "wrong_charset": ("sp.download",),
    "json_nul": DOWNLOADS,
    "json_surrogate": DOWNLOADS,
}
KINDS: dict[str, tuple[str, ...]] = {**TRANSPORT, **OUTCOMES, **DOCUMENTS}
ALIASES = {"timeout": "stall", "nul_byte": "nul", "unauthorized": "role_403"}
MATCHES = ("api", "operation", "report_type", "seller", "path_regex")


class FaultError(ValueError):
    """A rule that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Action:
    """A fault drawn for one request: its kind and its options. struck: how often its rule has struck by now."""

    kind: str
    options: dict[str, Any]
    rule: int
    struck: int = 1

    def get(self, name: str, default: Any = None) -> Any:
        """An option of the rule."""
        return self.options.get(name, default)


class Struck(Protocol):
    """What a rule asks of a request; the wire's `Call` has it."""

    api: str
    operation: str
    report_type: str
    seller: str
    path: str


@dataclass
class Rule:
    """A rule and how often it matched and struck."""

    kind: str
    operations: frozenset[str]
    report_types: frozenset[str]
    sellers: frozenset[str]
    path: re.Pattern[str] | None
    nth: frozenset[int]
    times: int | None
    probability: float | None
    options: dict[str, Any]
    source: dict[str, Any]
    matched: int = 0
    struck: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def strikes(self, call: Struck) -> bool:
        """Whether this request is hit; counts it."""
        if f"{call.api}.{call.operation}" not in self.operations:
            return False
        if self.report_types and call.report_type not in self.report_types:
            return False
        if self.sellers and call.seller not in self.sellers:
            return False
        if self.path and not self.path.search(call.path):
            return False
        self.matched += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.nth and self.matched not in self.nth:
            return False
        if self.probability is not None and self.dice.random() >= self.probability:
            return False
        self.struck += 1
        return True


def parse_rule(source: Any, number: int, seed: int) -> Rule:
    """A rule from its JSON. Raises FaultError."""
    where = f"Fault rule {number}"
    if not isinstance(source, dict) or "do" not in source:
        raise FaultError(f'{where} must be an object with a "do": {source!r}')
    kind = ALIASES.get(source["do"], source["do"])
    if kind not in KINDS:
        raise FaultError(f"{where}: there is no fault {source['do']!r}. Faults: {', '.join(sorted(KINDS))}.")
    match = source.get("match", {})
    unknown = set(match) - set(MATCHES)
    if unknown:
        raise FaultError(f"{where}: it cannot match on {sorted(unknown)}, only on {', '.join(MATCHES)}.")
    operations = _operations(KINDS[kind], match, where)
    nth = source.get("nth")
    options = {k: v for k, v in source.items() if k not in ("do", "match", "nth", "times", "probability")}
    return Rule(
        kind=kind,
        operations=operations,
        report_types=frozenset(_listed(match.get("report_type"))),
        sellers=frozenset(map(str, _listed(match.get("seller")))),
        path=re.compile(match["path_regex"]) if "path_regex" in match else None,
        nth=frozenset(_listed(nth)),
        times=source.get("times"),
        probability=source.get("probability"),
        options=options,
        source=source,
        dice=random.Random(f"{seed}/{number}/{kind}"),
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _operations(defaults: tuple[str, ...], match: dict[str, Any], where: str) -> frozenset[str]:
    apis = _listed(match.get("api"))
    named = _listed(match.get("operation"))
    if not named:
        chosen = {op for op in defaults if not apis or op.split(".")[0] in apis}
    else:
        known = {op for ops in KINDS.values() for op in ops} | set(EXTRA_OPERATIONS)
        chosen = {
            op for op in known if (op in named or op.split(".")[1] in named) and (not apis or op.split(".")[0] in apis)
        }
    if not chosen:
        raise FaultError(f"{where} matches no operation: api {apis or 'any'}, operation {named or 'any'}.")
    return frozenset(chosen)


EXTRA_OPERATIONS = (
    "sp.cancelReport",
    "sp.createRestrictedDataToken",
    "kiosk.cancelQuery",
    "ads.deleteReport",
    "apify.getRecord",
    "apify.abortRun",
    "apify.getActor",
)


class Faults:
    """The rules in force."""

    def __init__(self, rules: Iterable[Any] = (), seed: int = 0) -> None:
        self.seed = seed
        self.rules: list[Rule] = []
        self.replace(rules)

    def replace(self, rules: Iterable[Any]) -> None:
        """Put these rules in the place of those in force. Raises FaultError and changes nothing if one is wrong."""
        self.rules = [parse_rule(rule, number, self.seed) for number, rule in enumerate(rules, 1)]

    def draw(self, call: Struck) -> list[Action]:
        """The faults that strike this request, in the order of the rules."""
        return [
            Action(rule.kind, rule.options, number, rule.struck)
            for number, rule in enumerate(self.rules, 1)
            if rule.strikes(call)
        ]

    def report(self) -> list[dict[str, Any]]:
        """The rules with how often each matched and struck."""
        return [{**rule.source, "matched": rule.matched, "struck": rule.struck} for rule in self.rules]


def load_faults(name_or_path: str) -> list[Any]:
    """Rules of a named scenario or of a JSON file (a list, or {"rules": [...]}). Raises FaultError."""
    if name_or_path in SCENARIOS:
        return SCENARIOS[name_or_path]
    path = Path(name_or_path)
    if not path.exists():
        raise FaultError(
            f"There is no scenario and no file {name_or_path!r}. Scenarios: {', '.join(sorted(SCENARIOS))}."
        )
    try:
        data = json.loads(path.read_text())
    except ValueError as error:
        raise FaultError(f"{path} is not JSON: {error}") from error
    return read_rules(data)


def read_rules(data: Any) -> list[Any]:
    """The rules of a JSON value: a list, {"rules": [...]}, or {"scenario": name}. Raises FaultError."""
    if isinstance(data, dict):
        data = load_faults(data["scenario"]) if "scenario" in data else data.get("rules")
    if not isinstance(data, list):
        raise FaultError('Faults are a list of rules, or {"rules": [...]}, or {"scenario": "name"}.')
    return data


# No pipeline can tell these from the truth (a day that Amazon calls empty, half of an order report), so that they are
# kept to snapshots, which show by themselves that something is missing.
_SNAPSHOTS = {"report_type": ["GET_MERCHANT_LISTINGS_ALL_DATA", "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"]}
# A field that is missing shows in no line of a report whose columns all hold texts.
_SHIFTED = {"report_type": ["GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"]}
# Of another seller's document only these tell that they are of another marketplace.
_NAMING_THEIR_MARKETPLACE = {
    "report_type": [
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL",
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
        "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",
        "GET_SALES_AND_TRAFFIC_REPORT",
        "GET_FBA_INVENTORY_PLANNING_DATA",
        "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT",
        "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA",
        "GET_FBA_REIMBURSEMENTS_DATA",
        "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    ]
}
_MILD: dict[str, dict[str, Any]] = {
    "other_marketplace": {"match": _NAMING_THEIR_MARKETPLACE},
    "split_rows": {"match": _SHIFTED},
    "shifted_rows": {"match": _SHIFTED},
    "stall": {"seconds": 2},
    "status_json": {"status": 500},
    "wrong_charset": {"charset": "x-unknown"},
    "long_rows": {"fraction": 1.0},
    "short_token": {"expires_in": 360},
    "cancelled": {"match": _SNAPSHOTS},
    "half_rows": {"match": _SNAPSHOTS},
}
_NEVER_BY_CHANCE = {"hold", "stuck_in_queue"}  # both would last for ever
# a part of the rows shows only beside an earlier report
_CHANGES_THE_TRUTH = {"failed_items", "captcha_items", "sample_rows"}
_NEEDS_A_PERSON_OR_TIME = {"token_revoked", "role_403", "fatal", "cancelled"}
_AFTER_THE_EFFECT: list[dict[str, Any]] = [
    {"do": "status_json", "status": 502, "when": "after", "probability": 0.05, "match": {"operation": "startRun"}},
    {"do": "cut", "probability": 0.05, "match": {"operation": "createReport"}},
]


def _by_chance(kinds: Iterable[str], without: Iterable[str] = ()) -> list[dict[str, Any]]:
    left_out = _NEVER_BY_CHANCE | _CHANGES_THE_TRUTH | set(without)
    return [{"do": kind, "probability": 0.05, **_MILD.get(kind, {})} for kind in kinds if kind not in left_out]


SCENARIOS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "everything5": _by_chance(KINDS) + _AFTER_THE_EFFECT,
    "passing5": _by_chance(KINDS, _NEEDS_A_PERSON_OR_TIME) + _AFTER_THE_EFFECT,
    "transport5": _by_chance(TRANSPORT, _NEEDS_A_PERSON_OR_TIME) + _AFTER_THE_EFFECT,
    "documents5": _by_chance(DOCUMENTS),
    "outcomes5": _by_chance(OUTCOMES),
    "worst5": [{"do": kind, "probability": 0.05} for kind in KINDS if kind not in _NEVER_BY_CHANCE],
    "throttled": [{"do": "throttle", "probability": 0.3}],
    "lying_model": [{"do": "llm_lie"}],
}
