"""The OpenAPI document: made of the marts' contracts, so that a new mart is in it without code.

Examples are answers of the demo (`examples.json`, written by tools/api_examples.py). Addresses of other rooms, such as
those of accounts, are described by FastAPI and taken along.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.asking.contract import Adds, Column, Mart, marts
from pipelines.asking.insights import ALERTS, BRIEFS
from pipelines.asking.plan import WITHOUT_RATE
from pipelines.asking.question import MOST_ROWS, MOST_TEXT, ROWS, USUAL_ROWS, Period
from pipelines.serving.api.addresses import ADDRESSES
from pipelines.serving.api.forms import TYPES, Form
from pipelines.serving.api.parameters import FILTERS, MEANINGS

EXAMPLES = Path(__file__).with_name("examples.json")
_INTRODUCTION = f"""
The marts of Tradewind, for programs. Every answer is read as the tenant whose key or token asks: no other's rows are in
it. Days are days of the marketplace. Whole numbers are numbers; every other number, money above all, is a text with its
exact digits, as "19.90", with its currency beside it. Sums are made as each column's contract allows, ratios from sums;
what would add up wrongly is refused, and the problem document says what can be asked instead. `coverage` says which
days of an answer are missing. {FILTERS}
"""
_NUMBER = r"^-?\d+(\.\d+)?$"
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "numeric": {"type": "string", "pattern": _NUMBER},
    "timestamptz": {"type": "string", "format": "date-time"},
    "jsonb": {},
}
_ASKED = {  # of a filter, as a parameter
    **{name: _SCHEMAS[name] for name in ("date", "boolean")},
    "text": {"type": "string", "maxLength": MOST_TEXT, "pattern": "^[^\\x00]*$"},
    "integer": {"type": "integer", "minimum": -(10**17), "maximum": 10**17},
    "bigint": {"type": "integer", "minimum": -(10**17), "maximum": 10**17},
}


def document(others: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document. others: what FastAPI describes of further addresses, which go before."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tradewind", "version": _version(), "description": " ".join(_INTRODUCTION.split())},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {**others.get("paths", {}), **_paths()},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {**others.get("components", {}).get("schemas", {}), **_schemas()},
        },
    }


@cache
def _version() -> str:
    return importlib.metadata.version("tradewind")


@cache
def _examples() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    return found


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, address in ADDRESSES.items():
        behind = [marts()[each] for each in address.marts]
        paths[f"/v1/{name}"] = _asked(f"list_{name}", address.meaning, behind)
    for each in (ALERTS, BRIEFS):
        paths[f"/v1/{each.name}"] = _asked(f"list_{each.name}", each.meaning, [each])
    for each in marts().values():
        paths[f"/v1/marts/{each.name}"] = _asked(f"ask_{each.name}", each.meaning, [each])
    paths["/v1/marts"] = _got("list_marts", "Every mart, and what it tells.", "Marts")
    paths["/v1/marts/{mart}/columns"] = _got(
        "list_columns",
        "The columns of a mart, and how each of them adds up.",
        "Columns",
        [_in_path("mart", {"type": "string", "enum": sorted(marts())})],
    )
    paths["/v1/products/{asin}"] = _got(
        "get_product",
        "A product: its SKUs, and the history of its page's price, rank and rating.",
        "Product",
        [
            _in_path("asin", {"type": "string", "pattern": "^[A-Z0-9]{10}$"}),
            *(_parameter(each) for each in ("since", "until", "order", "limit")),
        ],
    )
    paths["/v1/briefs/{store}/{kind}/{day}"] = _brief()
    paths["/v1/crawls"] = {"post": _post("ask_crawl", "Have products or searches crawled now.", "CrawlWanted", "Crawl")}
    category = _post("put_category", "Write a category of searches into the store's file.", "Category", "Category")
    told = category["responses"].pop("202") | {"description": "Written, in place of one of the same name."}
    category["responses"] |= {"200": told, "201": told | {"description": "Written; it is new."}}
    paths["/v1/categories"] = {"post": category}
    paths["/v1/crawls/{crawl_id}"] = _got(
        "get_crawl",
        "What has become of a crawl.",
        "Crawl",
        [_in_path("crawl_id", {"type": "integer", "minimum": 1, "maximum": 2**53})],
    )
    return paths


def _asked(operation: str, meaning: str, behind: list[Mart]) -> dict[str, Any]:
    answers: Any = [{"$ref": f"#/components/schemas/{_answer(each)}"} for each in behind]
    content: dict[str, Any] = {
        TYPES[Form.JSON]: {"schema": answers[0] if len(answers) == 1 else {"anyOf": answers}},
        TYPES[Form.CSV]: {"schema": {"type": "string"}},
        TYPES[Form.PARQUET]: {"schema": {"type": "string", "format": "binary"}},
        TYPES[Form.ARROW]: {"schema": {"type": "string", "format": "binary"}},
    }
    if example := _examples().get(behind[0].name):
        content[TYPES[Form.JSON]]["example"] = example
    dated = any(each.day for each in behind)
    names = [name for name in MEANINGS if dated or name not in ("since", "until")]
    filters = {column.name: column for each in behind for column in each.columns.values() if _filtered(column)}
    parameters = [_parameter(name) for name in names]
    parameters += [_filter(column) for name, column in filters.items() if name not in MEANINGS]
    responses = {"200": {"description": "A page, or all rows.", "content": content}, **_problems()}
    return {
        "get": {
            "operationId": operation,
            "summary": meaning,
            "tags": [behind[0].domain],
            "parameters": parameters,
            "responses": responses,
        }
    }


def _filtered(column: Column) -> bool:
    return column.adds is Adds.KEY and column.type in _ASKED


def _got(operation: str, meaning: str, schema: str, parameters: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    content = {TYPES[Form.JSON]: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "get": {
            "operationId": operation,
            "summary": meaning,
            "parameters": list(parameters),
            "responses": {"200": {"description": meaning, "content": content}, **_problems()},
        }
    }


def _post(operation: str, meaning: str, body: str, answer: str) -> dict[str, Any]:
    reference = "#/components/schemas/"
    return {
        "operationId": operation,
        "summary": meaning,
        "requestBody": {
            "required": True,
            "content": {TYPES[Form.JSON]: {"schema": {"$ref": reference + body}}},
        },
        "responses": {
            "202": {
                "description": "Written down; a run follows.",
                "content": {TYPES[Form.JSON]: {"schema": {"$ref": reference + answer}}},
            },
            **_problems(),
        },
    }


def _brief() -> dict[str, Any]:
    found = _got(
        "get_brief",
        "The newest version of a brief: its text, figures and claims, or its page.",
        "Brief",
        [
            _in_path("store", {"type": "string", "minLength": 1}, "A store, or `all-stores`."),
            _in_path("kind", {"type": "string", "minLength": 1}),
            _in_path("day", {"type": "string", "format": "date"}, "The last day that it is about."),
            {"name": "language", "in": "query", "schema": {"type": "string", "enum": ["en", "zh"]}},
        ],
    )
    found["get"]["responses"]["200"]["content"]["text/html"] = {"schema": {"type": "string"}}
    return found


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "304": {"description": "The asker has it (If-None-Match)."},
        "4XX": {"description": "Refused: what came, what it means, what to do.", "content": content},
        "503": {"description": "The warehouse does not answer now.", "content": content},
    }


def _parameter(name: str) -> dict[str, Any]:
    schemas: dict[str, dict[str, Any]] = {
        "columns": {"type": "string", "maxLength": 4000},
        "by": {"type": "string", "maxLength": 1000},
        "period": {"type": "string", "enum": [str(each) for each in Period]},
        "since": _SCHEMAS["date"],
        "until": _SCHEMAS["date"],
        "order": {"type": "string", "enum": ["asc", "desc"]},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
        "after": {"type": "string"},
        "format": {"type": "string", "enum": [str(each) for each in Form]},
    }
    return {"name": name, "in": "query", "description": MEANINGS[name], "schema": schemas[name]}


def _filter(column: Column) -> dict[str, Any]:
    schema = {"type": "array", "items": _ASKED[column.type], "maxItems": 500}
    return {"name": column.name, "in": "query", "description": column.meaning, "explode": True, "schema": schema}


def _in_path(name: str, schema: dict[str, Any], meaning: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "in": "path", "required": True, "schema": schema}
    return {**told, "description": meaning} if meaning else told


def _answer(mart: Mart) -> str:
    return f"{_class(mart.name)}Page"


def _class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for mart in (*marts().values(), ALERTS, BRIEFS):
        schemas[f"{_class(mart.name)}Row"] = row(mart)
        schemas[_answer(mart)] = _page(mart)
    moment = _or_null(_SCHEMAS["timestamptz"])
    day = _or_null(_SCHEMAS["date"])
    texts = {"type": "array", "items": {"type": "string"}}
    gap = {"store_id": {"type": "string"}, "feed": {"type": "string"}, "days": texts, "count": {"type": "integer"}}
    coverage = {
        "complete": {"type": "boolean"},
        "feeds": texts,
        "first": day,
        "last": day,
        "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Gap"}},
    }
    column = {
        "name": {"type": "string"},
        "type": {"type": "string"},
        "meaning": {"type": "string"},
        "nullable": {"type": "boolean"},
        "adds": {"type": "string", "enum": [str(each) for each in Adds]},
        "currency_in": _or_null({"type": "string"}),
        "only_within": texts,
        "made_of": texts,
    }
    mart_told = {
        "name": {"type": "string"},
        "domain": {"type": "string"},
        "meaning": {"type": "string"},
        "key": texts,
        "day": _or_null({"type": "string"}),
        "feeds": texts,
    }
    known = {"type": "array", "items": {"$ref": "#/components/schemas/ProductsRow"}}
    history = {"type": "array", "items": {"$ref": "#/components/schemas/CompetitorDailyRow"}}
    product = {
        "asin": {"type": "string"},
        "products": known,
        "history": history,
        "more": {"type": "boolean"},
        "coverage": _or_null({"$ref": "#/components/schemas/Coverage"}),
        "built_at": moment,
    }
    brief = {name: _column(each) for name, each in BRIEFS.columns.items()}
    crawl = {
        "crawl_id": {"type": "integer"},
        "store_id": {"type": "string"},
        "asins": texts,
        "keywords": texts,
        "state": {"type": "string", "enum": ["waiting", "started", "refused"]},
        "asked_at": _SCHEMAS["timestamptz"],
        "started_at": moment,
        "problem": _or_null({"type": "string"}),
    }
    problem = {name: {"type": "string"} for name in ("type", "title", "detail")} | {"status": {"type": "integer"}}
    wanted = {
        "store_id": {"type": "string", "minLength": 1, "maxLength": 100},
        "asins": {"type": "array", "maxItems": 100, "items": {"type": "string", "pattern": "^[A-Z0-9]{10}$"}},
        "keywords": {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 200}},
    }
    lines = {"type": "string", "minLength": 1, "maxLength": 200}
    category = {
        "store_id": {"type": "string", "minLength": 1, "maxLength": 100},
        "name": lines,
        "keywords": {"type": "array", "minItems": 1, "maxItems": 200, "items": lines},
        "auto_crawl": {"type": "boolean"},
    }
    schemas |= {
        "Gap": _object(gap),
        "Coverage": _object(coverage),
        "Column": _object(column),
        "Columns": _object({"columns": {"type": "array", "items": {"$ref": "#/components/schemas/Column"}}}),
        "Mart": _object(mart_told),
        "Marts": _object({"marts": {"type": "array", "items": {"$ref": "#/components/schemas/Mart"}}}),
        "Product": _object(product),
        "Brief": _object({**brief, "facts": {}, "claims": {}}),
        "Crawl": _object(crawl),
        "CrawlWanted": {**_object(wanted), "required": ["store_id"]},
        "Category": {**_object(category), "required": ["store_id", "name", "keywords"]},
        "Problem": {"type": "object", "properties": problem, "required": list(problem)},
    }
    return schemas


def _page(mart: Mart) -> dict[str, Any]:
    return _object(
        {
            "mart": {"const": mart.name, "type": "string"},
            "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{_class(mart.name)}Row"}},
            "next": _or_null({"type": "string"}),
            "coverage": _or_null({"$ref": "#/components/schemas/Coverage"}),
            "built_at": _or_null(_SCHEMAS["timestamptz"]),
        }
    )


def row(mart: Mart) -> dict[str, Any]:
    """The schema of a row, of whatever columns were chosen and however they were put together."""
    told = {name: _column(each) for name, each in mart.columns.items()}
    counts = {ROWS: "Rows of the mart in the group.", WITHOUT_RATE: "Rows of it without an exchange rate."}
    told |= {name: {"type": "integer", "description": each} for name, each in counts.items() if name not in told}
    if mart.day and "date" not in told:
        told["date"] = {**_or_null(_SCHEMAS["date"]), "description": "First day of the period."}
    return {**_object(told), "required": []}


def _column(column: Column) -> dict[str, Any]:
    schema = _SCHEMAS[column.type]
    # a group of rows that know nothing has no sum
    nullable = column.nullable or column.adds is not Adds.KEY
    return {**(_or_null(schema) if nullable else schema), "description": column.meaning}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"anyOf": [dict(schema), {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else dict(schema)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
