-- One row per store, day, ad group, ASIN that was bought, and whether its own ad led to it. Measures are of 14 days.
{{
    stage_ads(
        "sb_purchased_product",
        ads_group(),
        {
            "cost_type": ["campaignPriceTypeCode", "text"],
            "attribution_type": ["attributionType", "text"],
            "purchased_asin": ["purchasedAsin", "id"],
            "product_name": ["productName", "text"],
            "product_category": ["productCategory", "text"],
            "purchases": ["orders14d", "integer"],
            "purchases_clicks": ["ordersClicks14d", "integer"],
            "sales": ["sales14d", "numeric"],
            "sales_clicks": ["salesClicks14d", "numeric"],
            "units_sold": ["unitsSold14d", "integer"],
            "units_sold_clicks": ["unitsSoldClicks14d", "integer"],
            "new_to_brand_purchases": ["newToBrandPurchases14d", "integer"],
            "new_to_brand_sales": ["newToBrandSales14d", "numeric"],
            "new_to_brand_units_sold": ["newToBrandUnitsSold14d", "integer"],
        },
    )
}}
