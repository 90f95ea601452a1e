-- One row per store, day and campaign.
{{
    stage_ads(
        "sd_campaigns",
        {
            "campaign_status": ["campaignStatus", "text"],
            "campaign_budget_amount": ["campaignBudgetAmount", "numeric"],
            "cost_type": ["costType", "text"],
            "long_term_sales": ["longTermSales", "numeric"],
            "cumulative_reach": ["cumulativeReach", "integer"],
            "impressions_frequency_average": ["impressionsFrequencyAverage", "numeric"],
            "video_third_quartile_views": ["videoThirdQuartileViews", "integer"],
        },
        sd_measures(),
    )
}}
