-- When each channel was compared with the stock, and what came of it (insights.channel_sync and
-- insights.channel_stock).
-- A row is as of its last round: `updates_last_hour` are those of the hour before it.
with
    differing as (
        select
            store_id,
            count(*)::integer as listings,
            count(differs_since)::integer as differing_listings,
            min(differs_since) as oldest_difference_at
        from insights.channel_stock
        group by store_id
    )
select
    c.store_id,
    c.tenant_id,
    c.channel,
    c.write_mode,
    c.last_full_at,
    c.last_incremental_at,
    c.updates_last_hour,
    c.failed_last_hour,
    round(100.0 * c.updates_last_hour / nullif(c.updates_last_hour + c.failed_last_hour, 0), 2) as success_percent,
    coalesce(d.listings, 0) as listings,
    coalesce(d.differing_listings, 0) as differing_listings,
    d.oldest_difference_at,
    c.stopped_reason,
    c.as_of
from insights.channel_sync as c
left join differing as d on c.store_id = d.store_id
