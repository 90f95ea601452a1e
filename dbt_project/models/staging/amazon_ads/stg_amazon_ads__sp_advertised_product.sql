-- One row per store, day, ad group and ad.
{{
    stage_ads(
        "sp_advertised_product",
        {
            "ad_group_id": "r.item ->> 'adGroupId'",
            "ad_group_name": as_text("r.item ->> 'adGroupName'"),
            "ad_id": "r.item ->> 'adId'",
            "asin": as_text("r.item ->> 'advertisedAsin'"),
            "sku": "r.item ->> 'advertisedSku'",
        },
    )
}}
