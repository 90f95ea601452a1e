-- Figures of the stock that a channel has not taken, by the newest update of each listing. They are told at the tenant's
-- first store: a shop is none.
select
    u.store_id || ' ' || u.channel_sku as subject, null as product, null as name, %(last)s::date as date,
    (u.state in ('failed', 'refused'))::integer::numeric as value,
    jsonb_build_object('reason', u.answer) as facts, null as currency
from (
    select distinct on (store_id, channel_sku) store_id, tenant_id, channel_sku, state, answer
    from ops.channel_updates where made_at > clock_timestamp() - make_interval(days => %(window_days)s::int)
    order by store_id, channel_sku, update_id desc
) as u
where %(store_id)s = (select min(s.store_id) from ops.stores as s where s.tenant_id = u.tenant_id)
