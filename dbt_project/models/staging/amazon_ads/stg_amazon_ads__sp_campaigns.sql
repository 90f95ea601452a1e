-- One row per store, day and campaign.
{{ stage_ads("sp_campaigns", ads_budget(), sp_campaign(), ads_traffic(), sp_conversions()) }}
