"""Every address that is served, and what answers it. A new operation is a line here and a handler in its module."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from simulator.apis import control, ecb, llm, lwa, sqs, woocommerce
from simulator.apis.amazon_ads import reports as amazon_ads
from simulator.apis.amazon_sp import applications, feeds, listings_items, sellers
from simulator.apis.amazon_sp import reports as amazon_sp
from simulator.apis.amazon_sp import restricted_tokens as sp_tokens
from simulator.apis.apify import api as apify
from simulator.apis.data_kiosk import queries as data_kiosk
from simulator.apis.ebay import access as ebay
from simulator.apis.ebay import fulfillment, inventory, keys
from simulator.apis.shopify import admin as shopify
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one API. `identify` finds out who asks and about what, before faults are drawn."""

    method: str
    path: str
    api: str
    name: str
    identify: Callable[[Call, Simulation], None]
    handler: Callable[[Call, Simulation], Reply | Awaitable[Reply]]


def _sp(method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply]) -> Operation:
    return Operation(method, f"/reports/2021-06-30{path}", "sp", name, amazon_sp.identify, handler)


def _kiosk(method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply]) -> Operation:
    return Operation(method, f"/dataKiosk/2023-11-15{path}", "kiosk", name, data_kiosk.identify, handler)


def _ads(method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply]) -> Operation:
    return Operation(method, path, "ads", name, amazon_ads.identify, handler)


def _apify(
    method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply | Awaitable[Reply]]
) -> Operation:
    return Operation(method, f"/v2{path}", "apify", name, apify.identify, handler)


def _ebay(method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply]) -> Operation:
    return Operation(method, path, "ebay", name, ebay.identify, handler)


def _woo(method: str, path: str, name: str, handler: Callable[[Call, Simulation], Reply]) -> Operation:
    return Operation(method, f"/wp-json/wc/v3{path}", "woocommerce", name, woocommerce.identify, handler)


OPERATIONS: tuple[Operation, ...] = (
    Operation("POST", "/auth/o2/token", "lwa", "token", lwa.identify, lwa.token),
    _sp("POST", "/reports", "createReport", amazon_sp.create_report),
    _sp("GET", "/reports", "getReports", amazon_sp.get_reports),
    _sp("GET", "/reports/{report_id}", "getReport", amazon_sp.get_report),
    _sp("DELETE", "/reports/{report_id}", "cancelReport", amazon_sp.cancel_report),
    _sp("GET", "/documents/{document_id}", "getReportDocument", amazon_sp.get_report_document),
    Operation(
        "GET", "/documents/{owner}/{document_id}", "sp", "download", amazon_sp.identify_download, amazon_sp.download
    ),
    Operation(
        "POST",
        "/tokens/2021-03-01/restrictedDataToken",
        "sp",
        "createRestrictedDataToken",
        sp_tokens.identify,
        sp_tokens.create_restricted_data_token,
    ),
    Operation(
        "GET",
        "/sellers/v1/marketplaceParticipations",
        "sp",
        "getMarketplaceParticipations",
        sellers.identify,
        sellers.get_marketplace_participations,
    ),
    Operation(
        "GET",
        "/listings/2021-08-01/items/{seller_id}",
        "sp",
        "searchListingsItems",
        sellers.identify,
        feeds.processed(sellers.search_listings_items),
    ),
    *(
        Operation(
            method,
            "/listings/2021-08-01/items/{seller_id}/{sku}",
            "sp",
            name,
            sellers.identify,
            handler,
        )
        for method, name, handler in (
            ("GET", "getListingsItem", feeds.processed(listings_items.get_item)),
            ("PATCH", "patchListingsItem", listings_items.patch_item),
        )
    ),
    *(
        Operation(method, f"/feeds/2021-06-30{path}", "sp", name, sellers.identify, handler)
        for method, path, name, handler in (
            ("POST", "/documents", "createFeedDocument", feeds.create_document),
            ("POST", "/feeds", "createFeed", feeds.create_feed),
            ("GET", "/feeds/{feed_id}", "getFeed", feeds.get_feed),
            ("GET", "/documents/{document_id}", "getFeedDocument", feeds.get_document),
        )
    ),
    Operation("PUT", "/feed-documents/{document_id}", "sp", "upload", feeds.identify_document, feeds.upload),
    Operation("GET", "/feed-documents/{document_id}", "sp", "download", feeds.identify_document, feeds.download),
    Operation(
        "POST",
        "/applications/2023-11-30/clientSecret",
        "sp",
        "rotateApplicationClientSecret",
        applications.identify,
        applications.rotate_application_client_secret,
    ),
    _kiosk("POST", "/queries", "createQuery", data_kiosk.create_query),
    _kiosk("GET", "/queries", "getQueries", data_kiosk.get_queries),
    _kiosk("GET", "/queries/{query_id}", "getQuery", data_kiosk.get_query),
    _kiosk("DELETE", "/queries/{query_id}", "cancelQuery", data_kiosk.cancel_query),
    _kiosk("GET", "/documents/{document_id}", "getDocument", data_kiosk.get_document),
    Operation(
        "GET",
        "/kiosk-documents/{owner}/{document_id}",
        "kiosk",
        "download",
        data_kiosk.identify_download,
        data_kiosk.download,
    ),
    _ads("GET", "/v2/profiles", "getProfiles", amazon_ads.get_profiles),
    _ads("POST", "/reporting/reports", "createReport", amazon_ads.create_report),
    _ads("GET", "/reporting/reports/{report_id}", "getReport", amazon_ads.get_report),
    _ads("DELETE", "/reporting/reports/{report_id}", "deleteReport", amazon_ads.delete_report),
    Operation(
        "GET",
        "/ads-documents/{owner}/{report_id}/{name}",
        "ads",
        "download",
        amazon_ads.identify_download,
        amazon_ads.download,
    ),
    _apify("GET", "/actor-runs", "listRuns", apify.list_runs),
    _apify("GET", "/actor-runs/{run}", "getRun", apify.get_run),
    _apify("POST", "/actor-runs/{run}/abort", "abortRun", apify.abort_run),
    _apify("GET", "/datasets/{dataset}/items", "getItems", apify.get_items),
    _apify("GET", "/key-value-stores/{store}/records/{key}", "getRecord", apify.get_record),
    *(
        _apify(method, f"/{actors}/{{actor}}{path}", name, handler)
        for actors in ("actors", "acts")  # the old spelling and the new
        for method, path, name, handler in (
            ("POST", "/runs", "startRun", apify.start_run),
            ("GET", "/runs", "listRuns", apify.list_runs),
            ("GET", "", "getActor", apify.get_actor),
        )
    ),
    Operation("POST", "/admin/oauth/access_token", "shopify", "token", shopify.identify_app, shopify.token),
    Operation("POST", "/admin/api/{version}/graphql.json", "shopify", "query", shopify.identify, shopify.query),
    Operation("POST", "/identity/v1/oauth2/token", "ebay", "token", ebay.identify_app, ebay.token),
    _ebay("GET", "/sell/inventory/v1/inventory_item", "getInventoryItems", inventory.items),
    _ebay("POST", "/sell/inventory/v1/bulk_get_inventory_item", "bulkGetInventoryItem", inventory.get_items),
    _ebay("GET", "/sell/inventory/v1/offer", "getOffers", inventory.offers),
    _ebay("POST", "/sell/inventory/v1/bulk_update_price_quantity", "bulkUpdatePriceQuantity", inventory.update),
    _ebay("GET", "/sell/fulfillment/v1/order", "getOrders", fulfillment.orders),
    _ebay(
        "GET",
        "/sell/fulfillment/v1/order/{order_id}/shipping_fulfillment",
        "getShippingFulfillments",
        fulfillment.fulfillments,
    ),
    _ebay("GET", "/developer/analytics/v1_beta/rate_limit/", "getRateLimits", ebay.rate_limits),
    _ebay("GET", "/commerce/notification/v1/public_key/{kid}", "getPublicKey", keys.public_key),
    Operation("GET", "/wp-json/", "woocommerce", "index", woocommerce.identify, woocommerce.index),
    _woo("GET", "/data/currencies/current", "getCurrency", woocommerce.currency),
    _woo("GET", "/products", "listProducts", woocommerce.products),
    _woo("GET", "/products/{product}/variations", "listVariations", woocommerce.variations),
    _woo("POST", "/products/batch", "batchProducts", woocommerce.batch),
    _woo("POST", "/products/{product}/variations/batch", "batchVariations", woocommerce.batch),
    _woo("GET", "/orders", "listOrders", woocommerce.orders),
    _woo("GET", "/orders/{order}/refunds", "listRefunds", woocommerce.refunds),
    Operation("GET", "/fx/{name}", "fx", "rates", ecb.identify, ecb.rates),
    Operation("POST", "/v1/chat/completions", "llm", "chat", llm.identify, llm.chat),
    Operation("POST", "/", "sqs", "call", sqs.identify, sqs.answer),
    Operation("GET", "/_sim/{name}", "sim", "control", control.identify, control.control),
    Operation("POST", "/_sim/{name}", "sim", "control", control.identify, control.control),
)
