-- One row per store, day and campaign.
{{
    stage_ads(
        "sp_campaigns",
        {
            "campaign_status": as_text("r.item ->> 'campaignStatus'"),
            "campaign_budget_amount": as_numeric("r.item ->> 'campaignBudgetAmount'"),
        },
    )
}}
