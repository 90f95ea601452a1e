-- One row per store, day and campaign.
{{
    stage_ads(
        "sb_campaigns",
        ads_budget(),
        {
            "top_of_search_impression_share": ["topOfSearchImpressionShare", "numeric"],
            "long_term_sales": ["longTermSales", "numeric"],
            "units_sold_clicks": ["unitsSoldClicks", "integer"],
        },
        sb_traffic(),
        brand_sales(),
        brand_interest(),
        sb_promoted(),
        sb_video(),
    )
}}
