-- One row per store, day, campaign and place in which its ads were shown.
{{
    stage_ads(
        "sp_placements",
        {"placement": ["placementClassification", "id"]},
        ads_budget(),
        sp_campaign(),
        ads_traffic(),
        sp_conversions(),
    )
}}
