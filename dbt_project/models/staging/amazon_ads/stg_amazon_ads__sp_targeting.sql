-- One row per store, day, ad group and target: a keyword, a product or an automatic target.
{{
    stage_ads(
        "sp_targeting",
        ads_budget(),
        ads_group(),
        sp_target(),
        {"top_of_search_impression_share": ["topOfSearchImpressionShare", "numeric"]},
        ads_traffic(),
        sp_conversions(),
        sp_other_sku(),
    )
}}
