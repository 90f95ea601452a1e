-- What each listing shows beside what it should show, as the last round found it (insights.channel_stock), whoever
-- sent what. What is not mapped has no figure that it should show.
select
    l.store_id,
    l.tenant_id,
    l.channel,
    l.item_id,
    l.channel_sku,
    l.central_sku,
    s.shows_quantity,
    s.should_show_quantity,
    s.shows_quantity - s.should_show_quantity as difference_quantity,
    s.differs_since,
    s.action,
    s.reason,
    s.shown_at,
    s.as_of
from {{ ref("channel_listings") }} as l
inner join
    insights.channel_stock as s on l.store_id = s.store_id and l.item_id = s.item_id and l.channel_sku = s.channel_sku
