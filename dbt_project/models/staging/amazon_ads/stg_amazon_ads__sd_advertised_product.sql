-- One row per store, day, ad group and ad.
{{
    stage_ads(
        "sd_advertised_product",
        ads_group(),
        {
            "ad_id": ["adId", "id"],
            "asin": ["promotedAsin", "text"],
            "sku": ["promotedSku", "id"],
            "bid_optimization": ["bidOptimization", "text"],
            "cumulative_reach": ["cumulativeReach", "integer"],
            "impressions_frequency_average": ["impressionsFrequencyAverage", "numeric"],
            "video_third_quartile_views": ["videoThirdQuartileViews", "integer"],
        },
        sd_measures(),
    )
}}
