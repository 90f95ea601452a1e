-- One row per store, day, ad group, target, advertised SKU and ASIN that was bought after a click on its ad.
{{
    stage_ads(
        "sp_purchased_product",
        ads_group(),
        {
            "portfolio_id": ["portfolioId", "id"],
            "target_id": ["keywordId", "id"],
            "keyword": ["keyword", "text"],
            "keyword_type": ["keywordType", "text"],
            "match_type": ["matchType", "id"],
            "advertised_asin": ["advertisedAsin", "text"],
            "advertised_sku": ["advertisedSku", "id"],
            "purchased_asin": ["purchasedAsin", "id"],
        },
        sp_windows(
            {
                "purchases": ["purchases", "integer"],
                "units": ["unitsSoldClicks", "integer"],
                "sales": ["sales", "numeric"],
                "purchases_other_sku": ["purchasesOtherSku", "integer"],
                "units_other_sku": ["unitsSoldOtherSku", "integer"],
                "sales_other_sku": ["salesOtherSku", "numeric"],
            }
        ),
    )
}}
