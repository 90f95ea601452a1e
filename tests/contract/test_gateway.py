"""The gateway's one file, by APISIX's own schemas, and by what the API promises behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from tests.support.references import ROOT, reference

FOLDER = ROOT / "docker" / "gateway"
WANTED = {
    *("jwt-auth", "key-auth", "limit-count", "limit-req", "cors", "request-validation", "prometheus"),
    *("opentelemetry", "ip-restriction"),
}
VARIABLE = re.compile(r"\$\{\{(\w+)(?::=([^}]*))?\}\}")


@pytest.fixture(scope="module")
def text() -> str:
    return (FOLDER / "apisix.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gateway(text: str) -> dict[str, Any]:
    """The file as APISIX reads it, with the defaults of its variables."""
    return yaml.safe_load(VARIABLE.sub(lambda found: found[2] or "a-value", text))


def plugins_of(gateway: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(which schema, name, configuration) of each plugin."""
    for place in ("routes", "plugin_configs"):
        for each in gateway[place]:
            yield from (("schema", name, configured) for name, configured in each.get("plugins", {}).items())
    for each in gateway["consumers"]:
        yield from (("consumer_schema", name, configured) for name, configured in each["plugins"].items())
    for each in gateway["plugin_metadata"]:
        yield "metadata_schema", each["id"], {name: value for name, value in each.items() if name != "id"}


def with_defaults(schema: dict[str, Any], content: Any) -> Any:
    """What APISIX checks: it fills defaults in before its conditions are asked."""
    if not isinstance(content, dict):
        return content
    properties = schema.get("properties", {})
    missing = {name: each["default"] for name, each in properties.items() if "default" in each and name not in content}
    return {name: with_defaults(properties.get(name, {}), value) for name, value in {**missing, **content}.items()}


def known_words(schema: dict[str, Any]) -> set[str]:
    """All words that a configuration may have, under whatever condition."""
    words = set(schema.get("properties", {}))
    parts = [schema[condition] for condition in ("if", "then", "else") if condition in schema]
    for part in (*parts, *schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("dependencies", {}).values()):
        words |= known_words(part)
    return words


def test_every_part_follows_the_schemas_of_apisix(gateway: dict[str, Any]) -> None:
    schemas = json.loads(reference("specs/apisix/schema-dump-3.18.0.derived.json").read_text(encoding="utf-8"))
    for kind, name in (("route", "routes"), ("upstream", "upstreams"), ("consumer", "consumers")):
        for each in gateway[name]:
            jsonschema.Draft7Validator(schemas["main"][kind]).validate(each)
    for each in gateway["plugin_configs"]:
        jsonschema.Draft7Validator(schemas["main"]["plugin_config"]).validate(each)
    for which, name, configured in plugins_of(gateway):
        schema = schemas["plugins"][name][which]
        unknown = set(configured) - known_words(schema)
        assert not unknown, f"{name} does not know {unknown}"
        jsonschema.Draft7Validator(schema).validate(with_defaults(schema, configured))


def test_the_plugins_that_were_asked_for_are_used_and_all_that_are_used_are_loaded(gateway: dict[str, Any]) -> None:
    used = {name for _, name, _ in plugins_of(gateway)}
    config = yaml.safe_load((FOLDER / "config.yaml").read_text(encoding="utf-8"))
    assert WANTED <= used == set(config["plugins"])
    assert config["deployment"]["role_data_plane"]["config_provider"] == "yaml"
    assert config["apisix"]["enable_admin"] is False


def test_it_ends_as_apisix_wants_it_and_holds_no_secret(text: str, gateway: dict[str, Any]) -> None:
    assert text.endswith("\n#END\n")
    config = yaml.safe_load((FOLDER / "config.yaml").read_text(encoding="utf-8"))
    assert {found[1] for found in VARIABLE.finditer(text)} == set(config["nginx_config"]["envs"])
    for secret in ("TRADEWIND_GATEWAY_KEY", "TRADEWIND_TOKEN_PUBLIC_KEY"):
        assert f"${{{{{secret}}}}}" in text, "without a default"


def test_whoever_shows_nothing_reaches_only_what_is_public(gateway: dict[str, Any]) -> None:
    open_to_all = {
        uri
        for route in gateway["routes"]
        if not {"jwt-auth", "key-auth"} & set(route["plugins"])
        for uri in route.get("uris", [route.get("uri")])
    }
    assert open_to_all == {
        *("/v1/auth/login", "/v1/auth/refresh", "/v1/invitations/accept"),
        *("/v1/auth/jwks", "/v1/openapi.json", "/health", "/webhooks/*"),
    }
    for route in gateway["routes"]:
        assert "limit-req" in route["plugins"], route["id"]
        assert (route["upstream_id"] == "serve" and "plugin_config_id" in route) or route["id"] == "webhooks"


def test_a_callers_own_word_about_its_tenant_is_never_handed_on_as_the_gateways(gateway: dict[str, Any]) -> None:
    routes = {route["id"]: route["plugins"] for route in gateway["routes"]}
    assert routes["by-token"]["proxy-rewrite"]["headers"]["set"] == {"X-Tradewind-Tenant": "$host"}
    for name in ("by-key", "log-in"):
        assert "X-Tradewind-Tenant" in routes[name]["proxy-rewrite"]["headers"]["remove"]
