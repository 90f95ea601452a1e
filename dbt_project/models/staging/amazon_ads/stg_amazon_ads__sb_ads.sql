-- One row per store, day, ad group and ad.
{{
    stage_ads(
        "sb_ads",
        ads_budget(),
        ads_group(),
        {"ad_id": ["adId", "id"], "units_sold_clicks": ["unitsSoldClicks", "integer"]},
        sb_traffic(),
        brand_sales(),
        brand_interest(),
        sb_promoted(),
        sb_video(),
    )
}}
