{#
    Loads that hold rows which nobody counts: no slice points at them, none that did was answered since, and the import
    did not say that what is here is newer. Looks at the loads since the tests last passed, and at all imports. A warning:
    no build can cure it, and `named` is told with it. Orders have no slices to be counted by.
#}
{% test counts_every_load(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    -- depends_on: {{ model }}
    select
        concat(
            l.feed,
            ' of ',
            l.scope_id,
            ', load ',
            l.load_id,
            case when l.file_name is not null then concat(' (', l.file_name, ')') end,
            ': ',
            l.row_count,
            ' rows'
        ) as named
    from ops.loads as l
    where
        l.pruned_at is null
        and l.row_count > 0
        and l.feed not in ('amazon_sp.all_orders_by_order_date', 'amazon_sp.all_orders_by_last_update')
        {% if not var("test_everything") %}
            and (
                l.origin = 'import'
                or l.load_id = any(
                    array(
                        select c.load_id
                        from ops.changes as c
                        where c.load_id is not null and {{ unseen("c.xid", "tests") }}
                    )
                )
            )
        {% endif %}
        and not exists (select 1 from ops.slices as s where s.current_load_id = l.load_id)
        and not exists (
            select 1 from jsonb_array_elements_text(l.warnings) as w(warning) where w.warning like '%do not replace it%'
        )
        and not exists (
            select 1
            from ops.slice_history as h
            inner join ops.slices as s on h.feed = s.feed and h.scope_id = s.scope_id and h.slice_key = s.slice_key
            where
                h.feed = l.feed
                and h.scope_id = l.scope_id
                and h.load_id = l.load_id
                and (s.current_load_id is not null or s.state = 'empty')
        )
{% endtest %}
