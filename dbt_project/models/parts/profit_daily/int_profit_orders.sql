-- Orders: units, revenue, and what is expected of fees until the settlement of an order's SKU is here.
-- `units_settled` is what is settled of an order's SKU: units of its principal, null where lines do not tell; of a
-- SKU that the order does not have (a listing's other name, or none) under null. Other charges, as labels or
-- adjustments, settle nothing.
with
    units_settled as (
        select
            store_id,
            order_id,
            case when has_sku then sku end as sku,
            nullif(sum(quantity_purchased) filter (where kind = 'principal'), 0) as units
        from {{ ref("int_profit_settled_lines") }}
        where not is_refund and kind in ('principal', 'referral_fee') and order_id is not null
        group by store_id, order_id, case when has_sku then sku end
    )
select p.store_id, p.tenant_id, p.date, p.sku, p.currency, v.part, v.amount
from
    (
        select
            i.store_id,
            i.tenant_id,
            i.date,
            i.sku,
            i.amazon_order_id,
            max(i.currency) as currency,
            sum(coalesce(i.units, 0)) as units,
            coalesce(sum(i.units) filter (where i.fulfillment_channel = 'Amazon'), 0) as sent_units,
            bool_and(i.is_replacement) as is_free,
            sum({{ revenue_of("i") }}) as revenue,
            sum({{ tax_in_revenue_of("i") }}) as tax
        from {{ sliced(ref("order_items")) }} as i
        where {{ is_sale_line("i") }}
        group by i.store_id, i.tenant_id, i.date, i.sku, i.amazon_order_id
    ) as p
left join units_settled as s on p.store_id = s.store_id and p.amazon_order_id = s.order_id and p.sku = s.sku
left join units_settled as z on p.store_id = z.store_id and p.amazon_order_id = z.order_id and z.sku is null
left join
    {{ ref("int_profit_fee_estimates") }} as e
    on p.store_id = e.store_id
    and p.sku = e.sku
    and p.date >= e.first_day
    and (p.date < e.next_day or e.next_day is null)
cross join
    lateral(
        select
            coalesce(s.order_id, z.order_id) is not null as is_actual,
            case
                when p.is_free
                then 0
                when coalesce(s.order_id, z.order_id) is null
                then 1
                -- a shipment of an order may be settled before the next one
                when s.units < p.units
                then (p.units - s.units)::numeric / p.units
                else 0
            end as open_share,
            e.referral_rate is not null and (p.sent_units = 0 or e.fulfilment_fee is not null) as is_known
    ) as t
cross join
    lateral(
        values
            ('units', p.units),
            ('revenue', p.revenue),
            ('actual', case when t.is_actual then 1 end),
            ('tax_in_revenue', nullif(p.tax, 0)),
            ('vat', - nullif(p.tax, 0)),
            ('estimated', case when t.open_share > 0 and t.is_known then 1 end),
            ('units_without_fees', case when t.open_share > 0 and not t.is_known then p.units * t.open_share end),
            (
                'referral_fees',
                case
                    when t.open_share > 0 and t.is_known then - round(p.revenue * t.open_share * e.referral_rate, 4)
                end
            ),
            (
                'fulfilment_fees',
                case
                    when t.open_share > 0 and t.is_known then - round(p.sent_units * t.open_share * e.fulfilment_fee, 4)
                end
            )
    ) as v(part, amount)
where v.amount is not null
