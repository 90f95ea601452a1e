{#
    Amazon Ads: current rows, one per element of the document. Each further argument is a group of columns: name ->
    [Amazon's key, kind]; kind is `id` (as it is), `text`, or a cast of casts.sql. Amazon has sent the same element
    twice: equal elements of one document are one.
-#}
{% macro stage_ads(table) %}
    select
        r.load_id,
        s.store_id,
        s.tenant_id,
        l.day as date,
        s.currency,
        r.item ->> 'campaignId' as campaign_id,
        {{ as_text("r.item ->> 'campaignName'") }} as campaign_name
        {%- for group in varargs %}
            {%- for name, described in group.items() %}
                {%- set value = "r.item ->> '" ~ described[0] ~ "'" %},
                {% if described[1] == "id" -%} {{ value }}
                {%- elif described[1] == "text" -%} {{ as_text(value) }}
                {%- else -%} {{ cast_as(described[1], value) }}
                {%- endif %} as {{ name }}
            {%- endfor %}
        {%- endfor %}
    from (select distinct load_id, item from {{ source("amazon_ads", table) }}) as r
    inner join
        {{ current_loads("amazon_ads." ~ table) }} as l
        on r.load_id = l.load_id
        and l.day = {{ as_date("r.item ->> 'date'") }}
    inner join ops.stores as s on l.scope_id = s.store_id
{% endmacro %}

{# Groups of columns that several reports have. -#}
{% macro ads_budget() -%}
    {{
        return(
            {
                "campaign_status": ["campaignStatus", "text"],
                "campaign_budget_amount": ["campaignBudgetAmount", "numeric"],
                "campaign_budget_type": ["campaignBudgetType", "text"],
            }
        )
    }}
{%- endmacro %}

{% macro ads_group() -%}
    {{ return({"ad_group_id": ["adGroupId", "id"], "ad_group_name": ["adGroupName", "text"]}) }}
{%- endmacro %}

{% macro ads_traffic() -%}
    {{
        return(
            {
                "impressions": ["impressions", "integer"],
                "clicks": ["clicks", "integer"],
                "cost": ["cost", "numeric"],
                "add_to_list": ["addToList", "integer"],
            }
        )
    }}
{%- endmacro %}

{# Sponsored Products: what is attributed to clicks within 1, 7, 14 and 30 days; `measures`: name -> [stem, kind]. -#}
{% macro sp_windows(measures) -%}
    {%- set columns = {} -%}
    {%- for name, described in measures.items() -%}
        {%- for days in [1, 7, 14, 30] -%}
            {%- do columns.update({name ~ "_" ~ days ~ "d": [described[0] ~ days ~ "d", described[1]]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro sp_conversions() -%}
    {{
        return(
            sp_windows(
                {
                    "purchases": ["purchases", "integer"],
                    "units": ["unitsSoldClicks", "integer"],
                    "sales": ["sales", "numeric"],
                    "purchases_same_sku": ["purchasesSameSku", "integer"],
                    "units_same_sku": ["unitsSoldSameSku", "integer"],
                    "sales_same_sku": ["attributedSalesSameSku", "numeric"],
                }
            )
        )
    }}
{%- endmacro %}

{% macro sp_other_sku() -%}
    {{
        return(
            {
                "portfolio_id": ["portfolioId", "id"],
                "units_other_sku_7d": ["unitsSoldOtherSku7d", "integer"],
                "sales_other_sku_7d": ["salesOtherSku7d", "numeric"],
            }
        )
    }}
{%- endmacro %}

{% macro sp_target() -%}
    {{
        return(
            {
                "target_id": ["keywordId", "id"],
                "targeting": ["targeting", "text"],
                "match_type": ["matchType", "id"],
                "keyword": ["keyword", "text"],
                "keyword_type": ["keywordType", "text"],
                "bid_amount": ["keywordBid", "numeric"],
                "target_status": ["adKeywordStatus", "text"],
            }
        )
    }}
{%- endmacro %}

{% macro sp_campaign() -%}
    {{
        return(
            {
                "campaign_bidding_strategy": ["campaignBiddingStrategy", "text"],
                "campaign_rule_based_budget_amount": ["campaignRuleBasedBudgetAmount", "numeric"],
                "campaign_applicable_budget_rule_id": ["campaignApplicableBudgetRuleId", "text"],
                "campaign_applicable_budget_rule_name": ["campaignApplicableBudgetRuleName", "text"],
                "top_of_search_impression_share": ["topOfSearchImpressionShare", "numeric"],
            }
        )
    }}
{%- endmacro %}

{#
    Sponsored Brands and Display: measures of 14 days, after a click or a view; `_clicks`: after a click only. `measures`:
    [Amazon's keys], whose names become snake_case.
-#}
{% macro brand_measures(keys, kind="integer") -%}
    {%- set columns = {} -%}
    {%- for key in keys -%}
        {%- set name = modules.re.sub("([A-Z])", "_\\1", key | replace("video5Second", "video_5Second")) | lower -%}
        {%- do columns.update({name: [key, kind]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro brand_sales() -%}
    {%- set columns = brand_measures(["purchases", "purchasesClicks", "unitsSold"]) -%}
    {%- do columns.update(brand_measures(["sales", "salesClicks"], "numeric")) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro brand_interest() -%}
    {%- set columns = brand_measures(
        [
            "addToCart",
            "addToCartClicks",
            "brandedSearches",
            "brandedSearchesClicks",
            "detailPageViews",
            "detailPageViewsClicks",
            "newToBrandPurchases",
            "newToBrandPurchasesClicks",
            "newToBrandUnitsSold",
            "newToBrandUnitsSoldClicks",
            "newToBrandDetailPageViews",
        ]
    ) -%}
    {%- do columns.update(brand_measures(["newToBrandSales", "newToBrandSalesClicks"], "numeric")) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro brand_video() -%}
    {{
        return(
            brand_measures(
                [
                    "videoFirstQuartileViews",
                    "videoMidpointViews",
                    "videoCompleteViews",
                    "videoUnmutes",
                ]
            )
        )
    }}
{%- endmacro %}

{# What only Sponsored Brands says of a campaign, an ad or a target. -#}
{% macro sb_traffic() -%}
    {%- set columns = {"cost_type": ["costType", "text"], "add_to_list_clicks": ["addToListFromClicks", "integer"]} -%}
    {%- do columns.update(ads_traffic()) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro sb_promoted() -%}
    {%- set columns = brand_measures(["purchasesPromoted", "newToBrandDetailPageViewsClicks"]) -%}
    {%- do columns.update(brand_measures(["salesPromoted"], "numeric")) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro sb_video() -%}
    {%- set columns = brand_measures(["video5SecondViews", "videoThirdQuartileViews", "viewableImpressions"]) -%}
    {%- do columns.update(brand_video()) -%}
    {{ return(columns) }}
{%- endmacro %}

{# Everything that Sponsored Display measures of any entity. -#}
{% macro sd_measures() -%}
    {%- set columns = ads_traffic() -%}
    {%- do columns.update(brand_sales()) -%}
    {%- do columns.update(brand_interest()) -%}
    {%- do columns.update(brand_video()) -%}
    {%- do columns.update(brand_measures(["unitsSoldClicks", "purchasesPromotedClicks"])) -%}
    {%- do columns.update(brand_measures(["salesPromotedClicks"], "numeric")) -%}
    {%- do columns.update(
        {
            "viewable_impressions": ["impressionsViews", "integer"],
            "add_to_list_clicks": ["addToListFromClicks", "integer"],
            "new_to_brand_detail_page_views_clicks": ["newToBrandDetailPageViewClicks", "integer"],
        }
    ) -%}
    {{ return(columns) }}
{%- endmacro %}
