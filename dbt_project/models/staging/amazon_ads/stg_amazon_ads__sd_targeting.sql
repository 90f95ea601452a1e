-- One row per store, day, ad group and target: a product, a category or an audience.
{{
    stage_ads(
        "sd_targeting",
        ads_group(),
        {
            "target_id": ["targetingId", "id"],
            "targeting": ["targetingText", "text"],
            "targeting_expression": ["targetingExpression", "text"],
            "target_status": ["adKeywordStatus", "text"],
        },
        sd_measures(),
    )
}}
