-- Share of page views with the buy box, of ASINs with enough page views on the day.
select
    t.child_asin as subject, t.child_asin as product, max(p.title) as name, t.date,
    round(100 * max(t.views_with) / max(t.page_views), 6) as value,
    jsonb_build_object('page_views', max(t.page_views)) as facts, null as currency
from (
    select store_id, date, child_asin, sum(buy_box_page_views) as views_with, sum(page_views) as page_views
    from marts.traffic_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s and buy_box_page_views is not null
    group by store_id, date, child_asin
) as t
left join marts.products as p on p.store_id = t.store_id and p.asin = t.child_asin
where t.page_views >= %(least_page_views)s
group by t.date, t.child_asin
