-- What imports lost before they were known by what their documents say, as far as its rows are still here.

-- Settlements imported at one moment took each other's place: each is its settlement id's now.
do $$
begin
    if to_regclass('raw.amazon_sp__settlements_v2') is not null then
        create temporary table _found on commit drop as
        select distinct on (l.feed, l.scope_id, r.settlement_id)
            l.feed, l.scope_id, 'settlement-id:' || r.settlement_id as slice_key,
            coalesce(l.instant, l.report_created_at) as instant, l.load_id, l.report_created_at
        from ops.loads as l
        cross join lateral (
            select distinct btrim(s.settlement_id) as settlement_id
            from raw.amazon_sp__settlements_v2 as s
            where s.load_id = l.load_id and btrim(s.settlement_id) <> ''
        ) as r
        where l.feed = 'amazon_sp.settlements_v2' and l.origin = 'import' and l.pruned_at is null
        order by l.feed, l.scope_id, r.settlement_id, l.report_created_at desc, l.load_id desc;

        insert into ops.slices (feed, scope_id, slice_key, day, instant, state, current_load_id, checked_at)
        select feed, scope_id, slice_key, (instant at time zone 'UTC')::date, instant, 'loaded', load_id,
            report_created_at
        from _found on conflict do nothing;
        insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id)
        select feed, scope_id, slice_key, (instant at time zone 'UTC')::date, instant, load_id
        from _found on conflict do nothing;
        insert into ops.changes (producer, scope_id, load_id)
        select distinct feed, scope_id, load_id from _found;
    end if;
end $$;

-- A one-day document of sales and traffic lost its rows by ASIN unless its day was given.
do $$
begin
    if to_regclass('raw.amazon_sp__sales_and_traffic__by_asin') is not null then
        with days as (
            select current_load_id as load_id, min(day) as day
            from ops.slices
            where feed = 'amazon_sp.sales_and_traffic' and current_load_id is not null
            group by current_load_id having count(*) = 1
        ), placed as (
            update ops.loads as l set window_start = d.day, window_end = d.day
            from days as d
            where l.load_id = d.load_id and l.origin = 'import' and l.window_start is null
                and exists (
                    select from raw.amazon_sp__sales_and_traffic__by_asin as r
                    where r.load_id = l.load_id and r.item ? 'childAsin' and not r.item ? 'sku'
                )
            returning l.feed, l.scope_id, l.load_id, d.day
        )
        insert into ops.changes (producer, scope_id, window_start, window_end, load_id)
        select feed, scope_id, day, day, load_id from placed;
    end if;
end $$;
