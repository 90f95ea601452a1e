"""Data Kiosk queries: data only. They are alternatives to reports, requested only where stores.yaml names them.

A request consists of its query alone; what the query selects are the columns of its feed. <marketplace>, <first> and
<last> are filled in by `sources/amazon/data_kiosk_queries.py`. Amazon keeps a query and its document for 30 days.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

# A row sums up the whole range that is asked for, so that each day needs a query of its own.
SALES_AND_TRAFFIC_BY_ASIN = """
query {
  analytics_salesAndTraffic_2024_04_24 {
    salesAndTrafficByAsin(
      aggregateBy: CHILD, marketplaceIds: ["<marketplace>"], startDate: "<first>", endDate: "<last>"
    ) {
      startDate
      endDate
      marketplaceId
      parentAsin
      childAsin
      sales {
        orderedProductSales { amount currencyCode }
        unitsOrdered
        totalOrderItems
        orderedProductSalesB2B { amount currencyCode }
        unitsOrderedB2B
        totalOrderItemsB2B
        shippedProductSales { amount currencyCode }
        unitsShipped
        ordersShipped
        unitsRefunded
        refundRate
      }
      traffic {
        browserPageViews
        browserPageViewsPercentage
        mobileAppPageViews
        mobileAppPageViewsPercentage
        pageViews
        pageViewsPercentage
        browserSessions
        browserSessionPercentage
        mobileAppSessions
        mobileAppSessionPercentage
        sessions
        sessionPercentage
        buyBoxPercentage
        unitSessionPercentage
      }
    }
  }
}
"""

ECONOMICS = """
query {
  analytics_economics_2024_03_15 {
    economics(
      aggregateBy: { date: DAY, productId: MSKU }, marketplaceIds: ["<marketplace>"],
      startDate: "<first>", endDate: "<last>"
    ) {
      startDate
      endDate
      marketplaceId
      parentAsin
      childAsin
      fnsku
      msku
      sales {
        orderedProductSales { amount currencyCode }
        refundedProductSales { amount currencyCode }
        netProductSales { amount currencyCode }
        averageSellingPrice { amount currencyCode }
        unitsOrdered
        unitsRefunded
        netUnitsSold
      }
      fees {
        feeTypeName
        charges {
          identifier
          startDate
          endDate
          aggregatedDetail {
            amount { amount currencyCode }
            amountPerUnit { amount currencyCode }
            promotionAmount { amount currencyCode }
            taxAmount { amount currencyCode }
            totalAmount { amount currencyCode }
            quantity
          }
        }
      }
      ads {
        adTypeName
        charge {
          amount { amount currencyCode }
          amountPerUnit { amount currencyCode }
          promotionAmount { amount currencyCode }
          taxAmount { amount currencyCode }
          totalAmount { amount currencyCode }
          quantity
        }
      }
      cost {
        costOfGoodsSold { amount currencyCode }
        miscellaneousCost { amount currencyCode }
        fbaCost { shippingToAmazonCost { amount currencyCode } }
        mfnCost { fulfillmentCost { amount currencyCode } storageCost { amount currencyCode } }
      }
      netProceeds { perUnit { amount currencyCode } total { amount currencyCode } }
    }
  }
}
"""

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_data_kiosk.sales_and_traffic_by_asin",
        title="Sales and traffic by child ASIN (Data Kiosk)",
        shape="windowed",
        scope="store",
        write_disposition="replace",
        report_type="analytics_salesAndTraffic_2024_04_24.salesAndTrafficByAsin",
        query=SALES_AND_TRAFFIC_BY_ASIN,
        sections=(
            Section(
                path="item",
                known=("startDate", "endDate", "marketplaceId", "parentAsin", "childAsin", "sales", "traffic"),
                required=("startDate", "childAsin", "sales", "traffic"),
                day="startDate",
            ),
        ),
        days_per_request=1,
        opt_in=True,
        latency=timedelta(hours=1),
        history=timedelta(days=729),
        restate_after=(1, 2, 3, 7, 14),
        min_interval=timedelta(0),
        format="jsonl",
    ),
    Feed(
        name="amazon_data_kiosk.economics",
        title="Sales, fees, advertising and proceeds by SKU (Data Kiosk)",
        shape="windowed",
        scope="store",
        write_disposition="replace",
        report_type="analytics_economics_2024_03_15.economics",
        query=ECONOMICS,
        sections=(
            Section(
                path="item",
                known=(
                    "startDate",
                    "endDate",
                    "marketplaceId",
                    "parentAsin",
                    "childAsin",
                    "fnsku",
                    "msku",
                    "sales",
                    "fees",
                    "ads",
                    "cost",
                    "netProceeds",
                ),
                required=("startDate", "msku", "sales", "fees", "netProceeds"),
                day="startDate",
            ),
        ),
        days_per_request=30,
        opt_in=True,
        latency=timedelta(hours=1),
        history=timedelta(days=729),
        restate_after=(1, 2, 3, 7, 14),
        min_interval=timedelta(0),
        format="jsonl",
    ),
)
