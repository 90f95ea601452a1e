-- One row per store, day, ad group, target, match type and search term.
{{
    stage_ads(
        "sp_search_term",
        ads_budget(),
        ads_group(),
        sp_target(),
        {"search_term": ["searchTerm", "id"]},
        ads_traffic(),
        sp_conversions(),
        sp_other_sku(),
    )
}}
