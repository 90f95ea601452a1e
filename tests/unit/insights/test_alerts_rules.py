"""Rules of alerts: what kinds.yaml, its queries and its words hold together, and what alerts.yaml makes otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from pipelines.insights.alerts import wording
from pipelines.insights.alerts.functions import FUNCTIONS
from pipelines.insights.alerts.kinds import SEVERITIES, kinds
from pipelines.insights.alerts.rules import Rule, read_rules
from pipelines.insights.locales import LANGUAGES
from tests.support.briefs import catalog_of
from tests.support.marts import MadeMarts

CATALOG = catalog_of(MadeMarts(products=2, days=1))
STORE = CATALOG.stores["harbor-us"]
GIVEN = {"read_days", "store_id", "tenant_id", "first", "last", "open"}


def rule(text: str, kind: str = "out_of_stock") -> Rule:
    return read_rules(text, CATALOG).rule(kinds()[kind], STORE)


@pytest.mark.parametrize("name", kinds())
def test_a_kind_is_whole(name: str):
    kind = kinds()[name]
    assert kind.severity in SEVERITIES and kind.holds in ("at_least", "at_most")
    if kind.reads == "sql":
        assert set(re.findall(r"%\((\w+)\)s", kind.sql)) - GIVEN == set(kind.params), "numbers of the query"
        assert "%" not in re.sub(r"%\(\w+\)s", "", kind.sql), "a bare % is no SQL that psycopg takes"
        built = set(re.findall(r"'(\w+)',", kind.sql[kind.sql.index("as value") :])) | set(
            re.findall(r"\('(\w+)',", kind.sql)
        )
        assert set(kind.facts) <= built, "facts of the query"
    else:
        assert kind.reads in FUNCTIONS
    for language in LANGUAGES:
        words = wording.words(language)["kinds"][name]
        first, *others = words["says"]
        assert wording.slots(first) <= {"subject", "value"} and words["title"]
        assert all(wording.slots(text) <= {"subject", "value", "threshold", *kind.facts} for text in others)
        units = {kind.unit, *kind.facts.values()} - {"amount", "text"}
        assert units <= wording.words(language)["units"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_words_for_these_kinds_and_for_no_others(language: str):
    words = wording.words(language)
    assert words["kinds"].keys() == kinds().keys() and words["severities"].keys() == set(SEVERITIES)
    assert words["message"].keys() == wording.words("en")["message"].keys()
    assert words["comparisons"].keys() == wording.words("en")["comparisons"].keys()


def test_the_page_lists_every_kind_as_it_is():
    page = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    told = re.findall(r"(?m)^\| `(\w+)`: .+ \| ([\w ]+) \| (\w+) \| at (least|most) (-?[\d.]+)", page)
    assert told == [
        (each.name, each.subject.replace("_", " "), each.severity, each.holds[3:], str(each.threshold))
        for each in kinds().values()
    ]


def test_without_a_file_the_defaults_hold_and_the_stores_own_lead_time():
    assert (rule("").severity, rule("").threshold, rule("").params) == ("critical", 0, {"sold_within_days": 30})
    assert rule("", "will_be_out").params == {"lead_time_days": STORE.lead_time_days}


def test_the_nearest_of_several_wins():
    text = """
kinds: {out_of_stock: {threshold: 1, severity: info, params: {sold_within_days: 60}}}
marketplaces: {US: {out_of_stock: {threshold: 2}}}
tenants:
  harbor:
    kinds: {out_of_stock: {threshold: 3, enabled: false}}
    tags: {hero: [HG-LAMP-01, B0USMADE02]}
    tagged: {hero: {out_of_stock: {threshold: 10, severity: critical, enabled: true}}}
stores: {harbor-us: {out_of_stock: {threshold: 4}}}
"""
    found = rule(text)
    assert (found.threshold, found.severity, found.enabled) == (4, "info", False)
    assert found.params == {"sold_within_days": 60} and found.is_wanted
    assert found.threshold_of("HG-LAMP-01") == Decimal(10) and found.severity_of("B0USMADE02") == "critical"
    assert found.is_on_for("HG-LAMP-01") and not found.is_on_for("HG-DESK-02") and not found.is_on_for(None)
    assert rule(text.replace("harbor-us", "harbor-us", 1), "stranded").enabled


def test_tags_of_the_track_file_are_tags_and_an_asins_tags_are_its_skus():
    tracked = replace(
        STORE,
        tags={
            ("B0USMADE01", "B0USMADE01"): ("hero",),
            ("B0USMADE02", "B0RIVAL001"): ("copycat", "hero"),
            ("B0USMADE02", "B0RIVAL002"): ("other",),
        },
    )
    catalog = replace(CATALOG, stores={"harbor-us": tracked})
    text = """
tenants:
  harbor:
    tags: {hero: [HG-DESK-02]}
    tagged:
      hero: {out_of_stock: {threshold: 10}, competitor_price_cut: {enabled: false}}
      copycat: {competitor_price_cut: {enabled: true, threshold: 2}}
"""
    rules = read_rules(text, catalog)
    asked = {"B0USMADE01", "B0RIVAL001", "HG-DESK-02"}
    assert rules.tagged(tracked) == asked and rules.tagged(STORE) == {"HG-DESK-02"}
    skus = {"B0USMADE01": ["HG-LAMP-01", "HG-LAMP-01-B"]}
    stock = rules.rule(kinds()["out_of_stock"], tracked, skus)
    assert {each for each in (*asked, "HG-LAMP-01", "HG-LAMP-01-B", "HG-MUG-03") if stock.threshold_of(each) == 10} == {
        *asked, "HG-LAMP-01", "HG-LAMP-01-B",
    }  # fmt: skip
    price = rules.rule(kinds()["competitor_price_cut"], tracked, skus)
    assert price.is_on_for("B0RIVAL001") and price.threshold_of("B0RIVAL001") == 2, "the last of several tags wins"
    assert price.is_on_for("B0RIVAL002") and not price.is_on_for("B0USMADE01")
    with pytest.raises(ConfigError, match=r"Line 5: there is no tag 'hero'.*track file"):
        read_rules(text.replace("    tags: {hero: [HG-DESK-02]}\n", ""), CATALOG)


def test_how_a_tenant_hears_of_them():
    told = "tenants: {harbor: {time_zone: Europe/Berlin, quiet_hours: '22:00-07:00', digest_at: '08:30', at_once: []}}"
    habits = read_rules(told, CATALOG).habits("harbor", CATALOG)
    assert (habits.zone, habits.quiet, habits.digest_at) == ("Europe/Berlin", (time(22), time(7)), time(8, 30))
    assert habits.at_once == ()
    usual = read_rules("", CATALOG).habits("harbor", CATALOG)
    assert (usual.zone, usual.quiet, usual.digest_at) == (STORE.time_zone, None, None)
    # without quotes 08:30 is text to YAML, and 22:30 a number of base sixty
    plain = read_rules("tenants: {harbor: {digest_at: 22:30}}", CATALOG)
    assert plain.habits("harbor", CATALOG).digest_at == time(22, 30)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("kinds:\n  out_of_stok: {threshold: 1}", 2, "no kind of alert 'out_of_stok'"),
        ("kinds:\n  out_of_stock:\n    treshold: 1", 3, "no such setting"),
        ("kinds:\n  out_of_stock:\n    severity: urgent", 3, "'urgent' is not allowed"),
        ("kinds:\n  out_of_stock:\n    threshold: many", 3, "'many' is not allowed"),
        ("kinds:\n  out_of_stock:\n    params:\n      days: 4", 4, "it has: sold_within_days"),
        ("stores:\n  harbour-us: {}", 2, "stores.yaml has no store 'harbour-us'"),
        ("tenants:\n  harbor: {}\n  harbur: {}", 3, "stores.yaml has no tenant 'harbur'"),
        ("marketplaces:\n  XX: {}", 2, "marketplace 'XX' is not known"),
        ("tenants:\n  harbor:\n    tagged:\n      hero: {}", 4, "there is no tag 'hero'"),
        ("tenants:\n  harbor:\n    time_zone: Berlin", 3, "IANA name"),
        ("tenants:\n  harbor:\n    quiet_hours: at night", 3, "22:00-07:00"),
        ("tenants:\n  harbor:\n    digest_at: '25:00'", 3, "08:30"),
        ("tenants:\n  harbor:\n    at_once: [critical,\n      loud]", 4, "'loud'"),
        (
            "tenants:\n  harbor:\n    tags: {a: [X]}\n    tagged:\n      a:\n"
            "        out_of_stock: {params: {sold_within_days: 1}}",
            6,
            "a tag has no params",
        ),
        ("kinds:\n  stranded: {}\n  stranded: {}", 3, "written twice"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, told: str):
    with pytest.raises(ConfigError, match=rf"^alerts.yaml is wrong\. .*Line {line}: .*{re.escape(told)}"):
        read_rules(text, CATALOG)


def test_all_mistakes_are_told_at_once_and_no_yaml_is_told_as_such():
    with pytest.raises(ConfigError, match=r"Line 2: .* Line 3: "):
        read_rules("kinds:\n  a: {}\n  b: {}", CATALOG)
    with pytest.raises(ConfigError, match="no valid YAML"):
        read_rules("kinds: [", CATALOG)
    with pytest.raises(ConfigError, match="must begin with"):
        read_rules("- out_of_stock", CATALOG)
