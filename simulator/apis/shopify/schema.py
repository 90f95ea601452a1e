"""What a query to a shop may be, what it costs, and its execution: GraphQL by graphql-core, over plain objects.

The schema is admin_2026_10.graphql beside this. Shopify's rules that a schema does not show are here: a connection says
how many it wants, at most 250, and a query may cost 1,000 points at most. What the objects hold is up to admin.py.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    build_schema,
    execute_sync,
    get_named_type,
    get_nullable_type,
    parse,
    validate,
)
from graphql.execution import get_variable_values
from graphql.language import DocumentNode, FragmentDefinitionNode

VERSION = "2026-10"
MOST_NODES = 250
MOST_POINTS = 1000
MUTATION_POINTS = 10
"""What a mutation costs before what it selects (shopify.dev, API rate limits)."""


class Refused(Exception):
    """A query that Shopify does not execute: its errors, as they are answered with status 200."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(str(errors))
        self.errors = list(errors)


@cache
def schema() -> GraphQLSchema:
    """The schema that is served."""
    return build_schema((Path(__file__).parent / "admin_2026_10.graphql").read_text(encoding="utf-8"))


def checked(text: object) -> DocumentNode:
    """The query of a request, parsed and validated. Raises Refused."""
    try:
        document = parse(str(text or ""))
    except GraphQLError as error:
        raise Refused([{"message": error.message, "extensions": {"code": "PARSE_FAILURE"}}]) from None
    errors = validate(schema(), document)
    if errors:
        raise Refused([{**each.formatted, "extensions": {"code": "undefinedField"}} for each in errors])
    return document


def cost(document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """The points that a query may cost at most. Raises Refused for a connection without a size, and above 1,000 points.

    Shopify says what counts (an object is a point, a connection grows with what it may return), and not the formula;
    recorded answers grow with the logarithm of `first`. So does this; a client has to believe the answer's figure.
    """
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    total = 0
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            changes = definition.operation == OperationType.MUTATION
            root = schema().mutation_type if changes else schema().query_type
            assert root is not None
            total += MUTATION_POINTS * changes + _selected(definition.selection_set, root, variables, fragments)
    if total > MOST_POINTS:
        message = f"Query cost is {total}, which exceeds the single query max cost limit ({MOST_POINTS})."
        raise Refused(
            [{"message": message, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": total, "maxCost": MOST_POINTS}}]
        )
    return max(total, 1)


def _selected(
    selections: SelectionSetNode,
    of: GraphQLObjectType | GraphQLInterfaceType,
    variables: Mapping[str, Any],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> int:
    total = 0
    for each in selections.selections:
        if isinstance(each, FragmentSpreadNode):
            total += _selected(fragments[each.name.value].selection_set, of, variables, fragments)
        elif isinstance(each, InlineFragmentNode):
            on = schema().type_map[each.type_condition.name.value] if each.type_condition else of
            assert isinstance(on, GraphQLObjectType)
            total += _selected(each.selection_set, on, variables, fragments)
        elif isinstance(each, FieldNode) and each.selection_set is not None:
            field = of.fields[each.name.value]
            kind = get_named_type(field.type)
            assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
            inner = _selected(each.selection_set, kind, variables, fragments)
            if kind.name.endswith("Connection"):
                total += 2 + math.ceil(1.3 * math.log2(_first(each, variables) + 1)) * max(inner, 1)
            elif of.name == "QueryRoot" and each.name.value == "nodes":
                total += len(variables.get("ids") or ()) * max(inner, 1)
            elif kind.name == "PageInfo":
                total += 0
            elif of.name.endswith("Connection") and isinstance(get_nullable_type(field.type), GraphQLList):
                total += inner  # its connection has counted them
            else:
                total += 1 + inner
    return total


def _first(field: FieldNode, variables: Mapping[str, Any]) -> int:
    given = {argument.name.value: argument.value for argument in field.arguments}.get("first")
    value: Any = None
    if isinstance(given, IntValueNode):
        value = int(given.value)
    elif isinstance(given, VariableNode):
        value = variables.get(given.name.value)
    if value is None:
        message = f"you must provide one of first or last for {field.name.value}"
        raise Refused([{"message": message, "extensions": {"code": "BAD_REQUEST"}}])
    if not 0 < value <= MOST_NODES:
        message = f"first must be between 1 and {MOST_NODES}: {field.name.value}"
        raise Refused([{"message": message, "extensions": {"code": "BAD_REQUEST"}}])
    return int(value)


def accepted(document: DocumentNode, variables: Mapping[str, Any]) -> None:
    """Look whether variables are of their types. Raises Refused, as recorded answers have it."""
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        found = get_variable_values(schema(), definition.variable_definitions, dict(variables))
        if isinstance(found, list):
            errors = [{"message": each.message, "extensions": {"code": "INVALID_VARIABLE"}} for each in found]
            raise Refused(errors)


def run(document: DocumentNode, root: Mapping[str, Any], variables: Mapping[str, Any]) -> ExecutionResult:
    """The answer of a query that was checked, over objects of which some members are functions of the arguments."""
    return execute_sync(schema(), document, root_value=root, variable_values=dict(variables))


def connection(rows: Sequence[Mapping[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A member that is answered in pages. Raises GraphQLError for a cursor that is none of ours."""

    def page(_: Any, first: int, after: str | None = None, **__: Any) -> dict[str, Any]:
        begin = _position(after) if after is not None else 0
        shown = rows[begin : begin + first]
        more = begin + first < len(rows)
        return {
            "nodes": shown,
            "pageInfo": {"hasNextPage": more, "endCursor": _cursor(begin + len(shown)) if shown else None},
        }

    return page


def _cursor(position: int) -> str:
    return base64.b64encode(f'{{"last":{position}}}'.encode()).decode()


def _position(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return int(text.removeprefix('{"last":').removesuffix("}"))
    except ValueError:
        raise GraphQLError(f"Invalid cursor for current pagination sort: {cursor[:40]}") from None
