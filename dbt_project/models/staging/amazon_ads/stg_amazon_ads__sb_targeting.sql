-- One row per store, day, ad group and target: a keyword, a theme or a product.
select
    t.*,
    coalesce(t.keyword_id, t.targeting_id) as target_id,
    coalesce(t.keyword, t.targeting_text, t.targeting_expression) as targeting
from
    (
        {{
            stage_ads(
                "sb_targeting",
                ads_budget(),
                ads_group(),
                {
                    "keyword_id": ["keywordId", "id"],
                    "keyword": ["keywordText", "text"],
                    "keyword_type": ["keywordType", "text"],
                    "match_type": ["matchType", "text"],
                    "bid_amount": ["keywordBid", "numeric"],
                    "target_status": ["adKeywordStatus", "text"],
                    "targeting_id": ["targetingId", "id"],
                    "targeting_text": ["targetingText", "text"],
                    "targeting_expression": ["targetingExpression", "text"],
                    "targeting_type": ["targetingType", "text"],
                    "top_of_search_impression_share": ["topOfSearchImpressionShare", "numeric"],
                },
                sb_traffic(),
                brand_sales(),
                brand_interest(),
                sb_promoted(),
            )
        }}
    ) as t
