"""The part of Data Kiosk's GraphQL schemas that this world can answer, and what a query must be to be taken.

Field names, types and arguments are Amazon's; a field that is missing here has no data in this world. No HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import graphql
from graphql.execution.values import get_argument_values

LONGEST = 8000
MAX_AGE_DAYS = 731

SDL = """
scalar Date
scalar Long
type Query {
  analytics_salesAndTraffic_2024_04_24: Analytics_SalesAndTraffic_2024_04_24
  analytics_economics_2024_03_15: Analytics_Economics_2024_03_15
}
type Amount { amount: Float!, currencyCode: String! }
enum AsinGranularity { PARENT CHILD SKU }
type Analytics_SalesAndTraffic_2024_04_24 {
  salesAndTrafficByAsin(
    aggregateBy: AsinGranularity!, endDate: Date!, marketplaceIds: [String!]!, startDate: Date!
  ): [SalesAndTrafficByAsin]
}
type SalesAndTrafficByAsin {
  startDate: Date!
  endDate: Date!
  marketplaceId: String!
  parentAsin: String!
  childAsin: String
  sku: String
  sales: ByAsinSales!
  traffic: ByAsinTraffic!
}
type ByAsinSales {
  orderedProductSales: Amount!
  orderedProductSalesB2B: Amount
  unitsOrdered: Long!
  unitsOrderedB2B: Long
  totalOrderItems: Long!
  totalOrderItemsB2B: Long
  shippedProductSales: Amount!
  unitsShipped: Long!
  ordersShipped: Long!
  unitsRefunded: Long!
  refundRate: Float!
}
type ByAsinTraffic {
  browserPageViews: Long!
  browserPageViewsPercentage: Float!
  mobileAppPageViews: Long!
  mobileAppPageViewsPercentage: Float!
  pageViews: Long!
  pageViewsPercentage: Float!
  browserSessions: Long!
  browserSessionPercentage: Float!
  mobileAppSessions: Long!
  mobileAppSessionPercentage: Float!
  sessions: Long!
  sessionPercentage: Float!
  buyBoxPercentage: Float!
  unitSessionPercentage: Float!
}
enum DateGranularity { DAY WEEK MONTH RANGE }
enum ProductIdentifierGranularity { CHILD_ASIN MSKU PARENT_ASIN }
input EconomicsAggregation { date: DateGranularity, productId: ProductIdentifierGranularity }
type Analytics_Economics_2024_03_15 {
  economics(
    aggregateBy: EconomicsAggregation, endDate: Date!, marketplaceIds: [String!]!, startDate: Date!
  ): [Economics]
}
type Economics {
  startDate: Date!
  endDate: Date!
  marketplaceId: String!
  parentAsin: String!
  childAsin: String
  fnsku: String
  msku: String
  sales: Sales!
  fees: [FeeSummary]!
  ads: [AdSummary]
  cost: PerUnitCost
  netProceeds: NetProceeds!
}
type Sales {
  orderedProductSales: Amount!
  refundedProductSales: Amount!
  netProductSales: Amount!
  averageSellingPrice: Amount
  unitsOrdered: Long!
  unitsRefunded: Long!
  netUnitsSold: Long!
}
type FeeSummary { feeTypeName: String!, charges: [Fee] }
type Fee { identifier: String!, startDate: Date, endDate: Date, aggregatedDetail: AggregatedDetail! }
type AdSummary { adTypeName: String!, charge: AggregatedDetail }
type AggregatedDetail {
  amount: Amount!
  amountPerUnit: Amount
  promotionAmount: Amount!
  taxAmount: Amount!
  totalAmount: Amount!
  quantity: Float
}
type PerUnitCost {
  costOfGoodsSold: Amount
  miscellaneousCost: Amount
  fbaCost: FbaPerUnitCost
  mfnCost: MfnPerUnitCost
}
type FbaPerUnitCost { shippingToAmazonCost: Amount }
type MfnPerUnitCost { fulfillmentCost: Amount, storageCost: Amount }
type NetProceeds { perUnit: Amount, total: Amount }
"""
SCHEMA = graphql.build_schema(SDL)


class Invalid(ValueError):
    """The query is answered 400; the message becomes the error's details."""


@dataclass(frozen=True, slots=True)
class KioskQuery:
    """A query that Amazon takes. dataset: `<schema>.<query>`; arguments: of the query, dates as dates."""

    dataset: str
    marketplace_ids: tuple[str, ...]
    first: date
    last: date
    arguments: Mapping[str, Any]


def parse_query(text: Any, own_marketplaces: tuple[str, ...], today: date) -> KioskQuery:
    """Check the query of a createQuery body of a seller with these marketplaces. Raises Invalid."""
    if not isinstance(text, str) or not text.strip():
        raise Invalid("query is required.")
    if len(" ".join(text.split())) > LONGEST:
        raise Invalid(f"A query must be at most {LONGEST} characters after unnecessary whitespace is removed.")
    try:
        document = graphql.parse(text, no_location=True)
    except graphql.GraphQLError as error:
        raise Invalid(f"The query is no GraphQL: {error.message}") from error
    if problems := graphql.validate(SCHEMA, document):
        raise Invalid(f"The query does not follow the schema: {problems[0].message}")
    dataset, arguments = _only_query(document)
    first, last = (_day(arguments[name], name) for name in ("startDate", "endDate"))
    if first > last:
        raise Invalid("startDate must not be after endDate.")
    if (today - first).days > MAX_AGE_DAYS:
        raise Invalid("startDate must be no more than two years ago.")
    if last > today:
        raise Invalid("endDate must not be in the future.")
    wanted = tuple(dict.fromkeys(arguments["marketplaceIds"]))
    foreign = [each for each in wanted if each not in own_marketplaces]
    if foreign or not wanted:
        raise Invalid(f"marketplaceIds {', '.join(foreign)} are not marketplaces of this selling partner.")
    return KioskQuery(dataset, wanted, first, last, arguments)


def _only_query(document: graphql.DocumentNode) -> tuple[str, dict[str, Any]]:
    """The one query of one schema that a document selects, and its arguments. Raises Invalid."""
    operations = [each for each in document.definitions if isinstance(each, graphql.OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation != graphql.OperationType.QUERY:
        raise Invalid("A document must hold exactly one operation, and that must be a query.")
    schema = _only_field(operations[0].selection_set, "schema")
    query = _only_field(schema.selection_set, "query of the schema")
    kind = SCHEMA.get_type(_type_name(SCHEMA.query_type, schema))
    assert isinstance(kind, graphql.GraphQLObjectType)
    arguments = get_argument_values(kind.fields[query.name.value], query)
    return f"{schema.name.value}.{query.name.value}", arguments


def _only_field(selected: graphql.SelectionSetNode | None, what: str) -> graphql.FieldNode:
    fields = selected.selections if selected else ()
    if len(fields) != 1 or not isinstance(fields[0], graphql.FieldNode):
        raise Invalid(f"A query must select exactly one {what}.")
    return fields[0]


def _type_name(parent: graphql.GraphQLObjectType | None, node: graphql.FieldNode) -> str:
    assert parent is not None
    return graphql.get_named_type(parent.fields[node.name.value].type).name


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid(f"{name} must be a full date as in RFC 3339, not {value!r}.") from None


def select(text: str, dataset: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what the query selects of them, under the names that it gives."""
    schema, query = dataset.split(".")
    document = graphql.parse(text, no_location=True)
    answer = graphql.execute_sync(SCHEMA, document, root_value={schema: {query: rows}})
    assert not answer.errors, answer.errors
    (outer,) = (answer.data or {}).values()
    (selected,) = outer.values()
    return list(selected)
