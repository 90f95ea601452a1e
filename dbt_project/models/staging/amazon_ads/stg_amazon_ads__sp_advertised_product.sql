-- One row per store, day, ad group and ad.
{{
    stage_ads(
        "sp_advertised_product",
        ads_budget(),
        ads_group(),
        {
            "ad_id": ["adId", "id"],
            "asin": ["advertisedAsin", "text"],
            "sku": ["advertisedSku", "id"],
        },
        ads_traffic(),
        sp_conversions(),
        sp_other_sku(),
    )
}}
