"""What differs by source, as data: its limits, how patient to be, and what may be expected of it.

Planner, engine and views read `TRAITS` where they would otherwise compare the names of sources. To add a source, enter
it here, beside its client. Nothing of ours is imported, so that every module may use this one.

Published limits are those of the usage plans in the API references: Reports 2021-06-30, Tokens 2021-03-01 and Data
Kiosk 2023-11-15, each per application and selling partner. An answer may tell another rate, which then counts
(`transport/rate_limits.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """A published limit: tokens a second, and how many may be saved up."""

    rate: float
    burst: float


SP_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "getReports": Limit(0.0222, 10),
        "createReport": Limit(0.0167, 15),
        "getReport": Limit(2, 15),
        "getReportDocument": Limit(0.0167, 15),
        "createRestrictedDataToken": Limit(1, 10),
    }
)
KIOSK_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "createQuery": Limit(0.0167, 15),
        "getQueries": Limit(0.0222, 10),
        "getQuery": Limit(2, 15),
        "getDocument": Limit(0.0167, 15),
    }
)
# Amazon Ads publishes no figures ("dynamic"): start politely; Retry-After rules.
ADS_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "createReport": Limit(2, 10),
        "getReport": Limit(5, 20),
    }
)


# Points of the Admin API in GraphQL: 100 a second, 2,000 saved up, on the standard plan (shopify.dev,
# apis/graphql-admin/rate-limits); each answer tells the shop's own figures, which then count.
SHOPIFY_LIMITS: Mapping[str, Limit] = MappingProxyType({"points": Limit(100, 2000)})
# Calls of a day, each API for itself: a new keyset of eBay has 5,000 (developer.ebay.com, FAQ on call limits). Half may
# be used at once and half comes through the day, so that no day has more. What eBay tells of its own counts then.
EBAY_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {"inventory": Limit(2500 / 86400, 2500), "fulfillment": Limit(2500 / 86400, 2500)}
)
# WooCommerce has no limits of its own; a shop's server may be small, so that it is asked twice a second.
WOOCOMMERCE_LIMITS: Mapping[str, Limit] = MappingProxyType({"calls": Limit(2, 20)})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTraits:
    """How one source behaves.

    patience: how long a run waits for one report; after that the next run goes on waiting for it.
    limits: published limits by operation; empty where no budget is kept.
    limits_of: whom the source counts requests for. 'account': the seller account in its region. 'profile': the ads
    profile of a store, without which a store cannot be asked for. 'shop': a shop. 'nobody': its limits are never
    reached.
    operations: what each request takes a token of, the asking first. Polls are left out: their budgets never run short.
    Of shops a request takes as many as its pages cost: they are not counted before.
    restricted_operations: what the request of a feed with `Feed.restricted` takes a token of besides.
    credential, grant: which attributes of `Settings`, and of `Account` or `Shop`, hold the credentials that it is asked
    with: the application's, and the token or secret of an account or shop; '' if it needs none.
    lists: what the source's own list of reports says of how one was requested. 'nothing': there is no list. 'window':
    type, marketplaces and window, but no options. 'request': all of it.
    recognises_repeats: a request that is sent again while its report is being made is answered with that report, so
    that it may be sent again when no answer came.
    notifies: it reports through the queue of notifications what is finished.
    """

    patience: timedelta = timedelta(hours=1)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    limits_of: Literal["account", "profile", "shop", "nobody"]
    operations: tuple[str, ...]
    restricted_operations: tuple[str, ...] = ()
    credential: Literal["lwa_client_secret", "ads_client_secret", "apify_token", ""]
    grant: Literal["refresh_token", "ads_refresh_token", "secret", ""]
    lists: Literal["nothing", "window", "request"]
    recognises_repeats: bool = False
    notifies: bool = False


TRAITS: Mapping[str, SourceTraits] = MappingProxyType(
    {
        "amazon_sp": SourceTraits(
            limits=SP_LIMITS,
            limits_of="account",
            operations=("createReport", "getReportDocument"),
            restricted_operations=("createRestrictedDataToken",),
            credential="lwa_client_secret",
            grant="refresh_token",
            lists="window",
            notifies=True,
        ),
        "amazon_data_kiosk": SourceTraits(
            limits=KIOSK_LIMITS,
            limits_of="account",
            operations=("createQuery", "getDocument"),
            credential="lwa_client_secret",
            grant="refresh_token",
            lists="request",
            notifies=True,
        ),
        "amazon_ads": SourceTraits(
            patience=timedelta(hours=3),
            limits=ADS_LIMITS,
            limits_of="profile",
            operations=("createReport",),
            credential="ads_client_secret",
            grant="ads_refresh_token",
            lists="nothing",
            recognises_repeats=True,
        ),
        "apify": SourceTraits(
            limits_of="nobody",
            operations=("run",),
            credential="apify_token",
            grant="",
            lists="request",
        ),
        "shopify": SourceTraits(
            limits=SHOPIFY_LIMITS,
            limits_of="shop",
            operations=("points",),
            credential="",
            grant="secret",
            lists="nothing",
            # nothing is made by a request: it is the same however often it is sent
            recognises_repeats=True,
        ),
        "ebay": SourceTraits(
            limits=EBAY_LIMITS,
            limits_of="shop",
            operations=("inventory", "fulfillment"),
            credential="",
            grant="secret",
            lists="nothing",
            recognises_repeats=True,
        ),
        "woocommerce": SourceTraits(
            limits=WOOCOMMERCE_LIMITS,
            limits_of="shop",
            operations=("calls",),
            credential="",
            grant="secret",
            lists="nothing",
            recognises_repeats=True,
        ),
    }
)
"""The traits of each source by the name that `Feed.source` gives; files that users provide ('manual') have none."""
