-- One row per store, day, ad group, advertised SKU and another ASIN that was bought after its ad.
{{
    stage_ads(
        "sd_purchased_product",
        ads_group(),
        {
            "advertised_asin": ["promotedAsin", "text"],
            "advertised_sku": ["promotedSku", "id"],
            "purchased_asin": ["asinBrandHalo", "id"],
            "add_to_list": ["addToList", "integer"],
            "add_to_list_clicks": ["addToListFromClicks", "integer"],
            "purchases": ["conversionsBrandHalo", "integer"],
            "purchases_clicks": ["conversionsBrandHaloClicks", "integer"],
            "sales": ["salesBrandHalo", "numeric"],
            "sales_clicks": ["salesBrandHaloClicks", "numeric"],
            "units_sold": ["unitsSoldBrandHalo", "integer"],
            "units_sold_clicks": ["unitsSoldBrandHaloClicks", "integer"],
        },
    )
}}
