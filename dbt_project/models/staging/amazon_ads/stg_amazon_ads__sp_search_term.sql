-- One row per store, day, ad group, target, match type and search term.
{{
    stage_ads(
        "sp_search_term",
        {
            "ad_group_id": "r.item ->> 'adGroupId'",
            "ad_group_name": as_text("r.item ->> 'adGroupName'"),
            "target_id": "r.item ->> 'keywordId'",
            "targeting": as_text("r.item ->> 'targeting'"),
            "match_type": "r.item ->> 'matchType'",
            "search_term": "r.item ->> 'searchTerm'",
        },
    )
}}
