-- One row per store, day, ad group, keyword and search term.
{{
    stage_ads(
        "sb_search_term",
        ads_budget(),
        ads_group(),
        {
            "target_id": ["keywordId", "id"],
            "keyword": ["keywordText", "text"],
            "match_type": ["matchType", "text"],
            "bid_amount": ["keywordBid", "numeric"],
            "target_status": ["adKeywordStatus", "text"],
            "search_term": ["searchTerm", "id"],
        },
        sb_traffic(),
        brand_sales(),
        sb_video(),
    )
}}
