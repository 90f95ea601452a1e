{{
    config(
        meta={"slice": ["store_id", "feed", "date"], "opens": "open_coverage", "reports": "none"},
        indexes=[{"columns": ["store_id", "feed", "date"], "unique": true}],
    )
}}
-- What the ledger knows of each day. Slices of an account or a marketplace are those of each of its stores; of several
-- snapshots of a day the best one counts, of the parts of a period the worst. What is expected and has no slice is
-- missing; what lies before a store's first snapshot never existed.
with
    scopes as (
        select s.store_id, s.tenant_id, n.scope_id
        from ops.stores as s
        cross join lateral(values (s.store_id), (s.account_id), (s.marketplace_id)) as n(scope_id)
        union all
        select h.shop_id as store_id, h.tenant_id, h.shop_id as scope_id
        from ops.shops as h
    ),
    slices as (
        {% if var("as_of") %}
            select distinct
                on (feed, scope_id, slice_key)
                feed,
                scope_id,
                slice_key,
                day,
                instant,
                case when load_id is null then 'empty' else 'loaded' end as state,
                null::text as reason,
                load_id
            from ops.slice_history
            where known_from <= {{ known_at() }}
            order by feed, scope_id, slice_key, known_from desc
        {% else %}
            select
                l.feed,
                l.scope_id,
                l.slice_key,
                l.day,
                l.instant,
                case when {{ never_existed("l") }} then 'never_existed' else l.state end as state,
                case when {{ never_existed("l") }} then {{ reason_never_existed() }} else l.reason end as reason,
                l.current_load_id as load_id
            from ops.slices as l
            union all
            select
                e.feed,
                e.scope_id,
                e.day::text,
                e.day,
                null,
                'missing',
                'The ledger has nothing of it; the next run asks for it.',
                null
            from ({{ expected_days() }}) as e
            where
                not exists (
                    select from ops.slices as l where l.feed = e.feed and l.scope_id = e.scope_id and l.day = e.day
                )
        {% endif %}
    ),
    of_stores as (
        select p.store_id, p.tenant_id, l.*, l.day as date
        from slices as l
        inner join scopes as p on l.scope_id = p.scope_id
        where l.feed not like 'manual.%' and l.feed <> 'amazon_sp.notifications'
    )
select distinct
    on (l.store_id, l.feed, l.date)
    l.store_id,
    l.tenant_id,
    l.feed,
    l.date,
    l.state,
    l.state not in ('loaded', 'empty', 'never_existed') as is_gap,
    l.reason,
    l.load_id,
    d.loaded_at
from {{ sliced("of_stores") }} as l
left join ops.loads as d on l.load_id = d.load_id
order by
    l.store_id asc,
    l.feed asc,
    l.date asc,
    l.slice_key like '____-__-__/__' and l.state in ('loaded', 'empty', 'unavailable') asc,
    case l.state when 'loaded' then 1 when 'empty' then 2 else 3 end asc,
    l.instant desc nulls last,
    l.state asc,
    l.load_id desc nulls last
