-- Channels that are told nothing, because too much of them would go to zero at once. They are told at the tenant's first
-- store: a shop is none.
select
    c.store_id as subject, null as product, null as name, %(last)s::date as date,
    (c.stopped_reason is not null)::integer::numeric as value,
    jsonb_build_object('reason', c.stopped_reason) as facts, null as currency
from insights.channel_sync as c
where %(store_id)s = (select min(s.store_id) from ops.stores as s where s.tenant_id = c.tenant_id)
