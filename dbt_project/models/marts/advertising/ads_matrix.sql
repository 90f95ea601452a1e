{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}],
    )
}}
-- Advertised SKUs: what a sale leaves, what advertising takes of it, and what to do about it.
with
    windows as ({{ last_days_of(ref("ads_products_daily")) }}),
    ads as (
        select
            w.store_id,
            p.sku,
            max(p.asin) as asin,
            sum(p.impressions)::integer as impressions,
            sum(p.clicks)::integer as clicks,
            sum(p.cost) as cost,
            sum(p.purchases_14d)::integer as purchases_14d,
            sum(p.sales_14d) as sales_14d
        from windows as w
        inner join
            {{ ref("ads_products_daily") }} as p
            on w.store_id = p.store_id
            and p.date between w.window_start and w.window_end
        where p.sku is not null
        group by w.store_id, p.sku
    ),
    sales as (
        select
            w.store_id,
            d.sku,
            sum(d.units)::integer as ordered_units,
            sum(d.item_price_amount) as ordered_sales_amount,
            sum(d.item_price_net_amount) as ordered_sales_net_amount
        from windows as w
        inner join
            {{ ref("sales_daily") }} as d on w.store_id = d.store_id and d.date between w.window_start and w.window_end
        group by w.store_id, d.sku
    ),
    profits as (
        select
            w.store_id,
            p.sku,
            sum(p.revenue_amount) as revenue_amount,
            sum(p.tax_in_revenue_amount) as tax_amount,
            sum(p.profit_amount - p.advertising_amount) as profit_before_ads_amount,
            sum(p.units_without_fees + p.units_without_cost) as incomplete_units
        from windows as w
        inner join
            {{ ref("profit_daily") }} as p on w.store_id = p.store_id and p.date between w.window_start and w.window_end
        where p.sku is not null
        group by w.store_id, p.sku
    ),
    fees as (
        select distinct on (store_id, sku) *, coalesce(sales_price_amount, your_price_amount) as price_amount
        from {{ ref("stg_amazon_sp__estimated_fees") }}
        where {{ in_newest_loads("amazon_sp.estimated_fees") }}
        order by store_id asc, sku asc, instant desc
    ),
    costs as (
        select distinct on (c.store_id, c.sku) c.*
        from windows as w
        inner join
            {{ ref("stg_manual__product_costs") }} as c on w.store_id = c.store_id and w.window_end >= c.valid_from
        order by c.store_id asc, c.sku asc, c.valid_from desc
    ),
    margins as (
        select
            a.*,
            w.window_start,
            w.window_end,
            s.tenant_id,
            s.currency,
            d.ordered_units,
            d.ordered_sales_amount,
            d.ordered_sales_net_amount,
            p.revenue_amount,
            p.profit_before_ads_amount,
            f.price_amount,
            f.referral_fee_amount,
            f.fulfillment_fee_amount,
            c.unit_cost_amount,
            {{ vat_in("f.price_amount", "p.tax_amount", "p.revenue_amount") }} as price_vat_amount,
            coalesce(p.revenue_amount > 0 and p.incomplete_units = 0, false) as is_real,
            sum(a.clicks) over store as all_clicks,
            sum(a.purchases_14d) over store as all_orders,
            sum(a.cost) over store as all_cost,
            count(*) over store as all_skus
        from ads as a
        inner join windows as w on a.store_id = w.store_id
        inner join {{ ref("int_stores") }} as s on a.store_id = s.store_id
        left join sales as d on a.store_id = d.store_id and a.sku = d.sku
        left join profits as p on a.store_id = p.store_id and a.sku = p.sku
        left join fees as f on a.store_id = f.store_id and a.sku = f.sku and s.currency = f.currency
        left join costs as c on a.store_id = c.store_id and a.sku = c.sku and s.currency = c.currency
        window store as (partition by a.store_id)
    ),
    based as (
        select
            *,
            case when is_real then profit_before_ads_amount else {{ unit_margin() }} end as left_over,
            case when is_real then revenue_amount else nullif(price_amount, 0) end as out_of
        from margins
    )
select
    store_id,
    tenant_id,
    sku,
    asin,
    window_start,
    window_end,
    currency,
    impressions,
    clicks,
    cost,
    purchases_14d,
    sales_14d,
    ordered_units,
    ordered_sales_amount,
    ordered_sales_net_amount,
    price_amount,
    price_vat_amount,
    referral_fee_amount,
    fulfillment_fee_amount,
    unit_cost_amount,
    {{ ratio("purchases_14d", "clicks") }} as cvr_14d,
    {{ ratio("all_orders", "all_clicks") }} as store_cvr_14d,
    {{ ratio("cost", "sales_14d") }} as acos_14d,
    {{ ratio("cost", "ordered_sales_amount") }} as tacos,
    {{ ratio("cost", "ordered_sales_net_amount") }} as tacos_net,
    revenue_amount,
    profit_before_ads_amount,
    {{ ratio(unit_margin(), "price_amount") }} as estimated_break_even_acos,
    {{ ratio("left_over", "out_of") }} as break_even_acos,
    case when is_real then 'profit' when left_over / out_of is not null then 'estimate' end as break_even_basis,
    round(
        case when is_real then left_over else coalesce(ordered_sales_amount, 0) * left_over / out_of end - cost, 4
    ) as margin_after_ads_amount,
    case
        when num_nulls(left_over, out_of, purchases_14d, sales_14d) > 0 or clicks = 0
        then null
        when purchases_14d = 0 and {{ chance_of_no_order("clicks", "all_clicks", "all_orders") }} >= {{ ads_chance() }}
        then 'watch'
        when sales_14d > 0 and cost * out_of <= sales_14d * left_over
        then case when cost * all_skus >= all_cost then 'harvest' else 'scale' end
        when cost * all_skus >= all_cost
        then 'fix'
        else 'stop'
    end as quadrant
from based
