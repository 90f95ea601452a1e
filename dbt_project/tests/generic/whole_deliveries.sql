{# Orders whose newest delivery has a line that could not be read: the delivery before it is shown, or nothing. -#}
{% test whole_deliveries(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    select format('%s: %s orders, as %s', l.scope_id, count(distinct r.order_key), min(r.order_key)) as named
    from ops.rejected_rows as r
    inner join ops.loads as l on r.load_id = l.load_id
    left join {{ model }} as o on l.scope_id = o.account_id and r.order_key = o.amazon_order_id
    where
        l.feed in ('amazon_sp.all_orders_by_order_date', 'amazon_sp.all_orders_by_last_update')
        and coalesce(r.order_key, '') <> ''
        and (o.load_id is null or l.report_created_at > o.report_created_at)
    group by l.scope_id
{% endtest %}
