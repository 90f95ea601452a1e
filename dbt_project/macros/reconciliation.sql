{#
    The comparisons of sales_reconciliation: each macro is a query of (store_id, tenant_id, date, kind, amount,
    compared_amount, unsettled_amount, unsettled_orders, currency, is_closed), of `newest` days of each store.
-#}
{# Days after which a source is not expected to change any more, counted back from its newest day. -#}
{% macro days_open(source) -%} {{ return({"traffic": 14, "settlements": 30, "ads": 14}[source]) }} {%- endmacro %}

{# The share of the first amount that a difference may have, as what two sources call the same is not quite the same. -#}
{% macro tolerated_share(kind) -%}
    case {{ kind }} when 'orders_against_traffic' then 0.005 when 'advertising_against_settlements' then 0.02 else 0 end
{%- endmacro %}

{#
    By order, summed by purchase day: what the buyer pays against principal, shipping, gift wrap and promotions of the
    order's settlement lines, with the tax that these contain. Orders without such a line, or of fewer units than were ordered, are unsettled, until a
    settlement is so much younger that there will be none any more.
-#}
{% macro orders_and_their_settlements() -%}
    select
        o.store_id,
        o.tenant_id,
        o.date,
        'orders_against_settlements',
        coalesce(sum(o.amount) filter (where not u.is_unsettled), 0),
        coalesce(sum(o.settled) filter (where not u.is_unsettled), 0),
        coalesce(sum(o.amount) filter (where u.is_unsettled), 0),
        count(*) filter (where u.is_unsettled),
        max(o.currency),
        count(*) filter (where u.is_unsettled) = 0
        or coalesce(bool_and(o.date <= n.settled_day - {{ days_open("settlements") }}), false)
    from
        (
            select p.*, l.settled, l.units as settled_units
            from
                (
                    select
                        i.store_id,
                        i.tenant_id,
                        i.date,
                        i.amazon_order_id,
                        max(i.currency) as currency,
                        sum(i.units) filter (where not i.is_replacement) as units,
                        sum({{ revenue_of("i") }}) as amount
                    from {{ sliced(ref("order_items")) }} as i
                    where {{ is_sale_line("i") }}
                    group by i.store_id, i.tenant_id, i.date, i.amazon_order_id
                ) as p
            left join
                (
                    select
                        s.store_id,
                        s.order_id,
                        sum(s.amount) as settled,
                        nullif(sum(s.quantity_purchased) filter (where s.kind = 'principal'), 0) as units
                    from {{ ref("settlement_lines") }} as s
                    {% if by_slices() %}
                        inner join
                            (
                                select distinct i.store_id, i.amazon_order_id from {{ sliced(ref("order_items")) }} as i
                            ) as d
                            on s.store_id = d.store_id
                            and s.order_id = d.amazon_order_id
                    {% endif %}
                    where {{ is_settled_revenue("s") }}
                    group by s.store_id, s.order_id
                ) as l
                on p.store_id = l.store_id
                and p.amazon_order_id = l.order_id
        ) as o
    left join newest as n on o.store_id = n.store_id
    cross join
        lateral(
            select
                (o.settled is null or coalesce(o.settled_units < o.units, false))
                and o.amount <> 0
                and coalesce(o.date > n.settled_day - {{ days_open("settlements") }}, true) as is_unsettled
        ) as u
    group by o.store_id, o.tenant_id, o.date
{%- endmacro %}

{# Whether a settlement line is what buyers paid. -#}
{% macro is_settled_revenue(line) -%} not {{ line }}.is_refund and {{ line }}.is_in_price {%- endmacro %}

{# What settlements pay for orders that have no sale line here, by the day of posting: nothing stands against it. -#}
{% macro settlements_without_orders() -%}
    select
        l.store_id,
        max(l.tenant_id),
        l.posted_date,
        'settlements_without_orders',
        0,
        sum(l.amount),
        0,
        0,
        max(l.currency),
        false
    from {{ sliced(ref("settlement_lines"), day="posted_date") }} as l
    where
        {{ is_settled_revenue("l") }}
        and l.posted_date is not null
        and not exists (
            select
            from {{ ref("order_items") }} as i
            where i.store_id = l.store_id and i.amazon_order_id = l.order_id and {{ is_sale_line("i") }}
        )
    group by l.store_id, l.posted_date
{%- endmacro %}

{#
    A day's cost of campaigns against that of targets, of products (not of Brands), of search terms (of Products only). A
    report that has nothing of a day may still come.
-#}
{% macro ads_of_each_grain() -%}
    select
        g.store_id,
        max(g.tenant_id),
        g.date,
        'ads_campaigns_against_' || g.grain,
        sum(g.amount),
        sum(g.compared_amount),
        0,
        0,
        max(g.currency),
        g.date <= max(n.ads_day) - {{ days_open("ads") }} and (bool_or(g.is_compared) or sum(g.amount) = 0)
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
    inner join newest as n on g.store_id = n.store_id
    group by g.store_id, g.date, g.grain
{%- endmacro %}

{#
    The Ads reports' cost of a settlement's days against its lines of advertising, on the last of these days. Settlements
    that end on one day are one: an account may have several side by side, as for cash on delivery or invoiced orders. A day
    that more than one covers counts once: for the one that is charged for advertising, of those for the first to end.
-#}
{% macro advertising_of_settlements() -%}
    with
        stretches as (
            select
                t.store_id,
                max(t.tenant_id) as tenant_id,
                coalesce(min(t.first_day) filter (where t.advertising_amount <> 0), min(t.first_day)) as first_day,
                t.last_day,
                sum(- t.advertising_amount) as charged,
                max(t.currency) as currency
            from {{ sliced(settlement_periods(), keys=["store_id"]) }} as t
            group by t.store_id, t.last_day
        ),
        days as (
            select distinct on (s.store_id, n.day) s.store_id, s.last_day, n.day::date as date
            from stretches as s
            cross join lateral generate_series(s.first_day, s.last_day, '1 day') as n(day)
            order by s.store_id asc, n.day asc, s.charged = 0 asc, s.last_day asc
        )
    select
        p.store_id,
        p.tenant_id,
        p.last_day,
        'advertising_against_settlements',
        coalesce(a.cost, 0),
        p.charged,
        0,
        0,
        p.currency,
        coalesce(p.last_day <= n.ads_day - {{ days_open("ads") }} and p.first_day >= b.first_ads_day, false)
    from {{ sliced("stretches", day="last_day") }} as p
    inner join newest as n on p.store_id = n.store_id
    -- of the feed that reaches back least
    left join
        (
            select scope_id, max(first_day) as first_ads_day
            from
                (
                    {%- for prefix in ["sp", "sb", "sd"] %}
                        select scope_id, min(day) as first_day
                        from {{ current_loads("amazon_ads." ~ prefix ~ "_campaigns") }}
                        group by scope_id {{ "union all" if not loop.last }}
                    {%- endfor %}
                ) as f
            group by scope_id
        ) as b
        on p.store_id = b.scope_id
    left join
        (
            select d.store_id, d.last_day, sum(c.cost) as cost
            from {{ sliced("days", day="last_day") }} as d
            inner join {{ ref("ads_campaigns_daily") }} as c on d.store_id = c.store_id and d.date = c.date
            group by d.store_id, d.last_day
        ) as a
        on p.store_id = a.store_id
        and p.last_day = a.last_day
    where coalesce(a.cost, 0) <> 0 or p.charged <> 0
{%- endmacro %}

{# The settlements of configured stores with their days. -#}
{% macro settlement_periods() -%}
    (
        select
            t.*,
            (t.started_at at time zone s.time_zone)::date as first_day,
            ((t.ended_at - interval '1 second') at time zone s.time_zone)::date as last_day
        from {{ ref("settlements") }} as t
        inner join {{ ref("int_stores") }} as s on t.store_id = s.store_id
        where t.started_at is not null and t.ended_at is not null
    )
{%- endmacro %}
