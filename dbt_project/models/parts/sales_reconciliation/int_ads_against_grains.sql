-- A day's cost of campaigns against that of targets, of products (not of Brands), of search terms (of Products
-- only). A report that has nothing of a day may still come.
select
    g.store_id,
    max(g.tenant_id) as tenant_id,
    g.date,
    'ads_campaigns_against_' || g.grain as kind,
    sum(g.amount) as amount,
    sum(g.compared_amount) as compared_amount,
    0 as unsettled_amount,
    0 as unsettled_orders,
    max(g.currency) as currency,
    g.date <= max(n.ads_day) - {{ days_open("ads") }} and (bool_or(g.is_compared) or sum(g.amount) = 0) as is_closed
from
    (
        select
            c.store_id,
            c.tenant_id,
            c.date,
            v.grain,
            c.currency,
            coalesce(c.cost, 0) as amount,
            0 as compared_amount,
            false as is_compared
        from {{ sliced(ref("ads_campaigns_daily")) }} as c
        cross join
            lateral(
                select 'targets' as grain
                union all
                select 'products'
                where c.ad_product <> 'SPONSORED_BRANDS'
                union all
                select 'search_terms'
                where c.ad_product = 'SPONSORED_PRODUCTS'
            ) as v
        {%- for grain in ["targets", "products", "search_terms"] %}
            union all
            select t.store_id, t.tenant_id, t.date, '{{ grain }}', t.currency, 0, coalesce(t.cost, 0), true
            from {{ sliced(ref("ads_" ~ grain ~ "_daily")) }} as t
            {% if grain == "search_terms" %} where t.ad_product = 'SPONSORED_PRODUCTS' {% endif %}
        {%- endfor %}
    ) as g
inner join {{ ref("int_newest_days") }} as n on g.store_id = n.store_id
group by g.store_id, g.date, g.grain
