-- By SKU and day with a sale or a batch: `received` that day and what that cost (`cost`), `all_received` by its end;
-- the units taken from batches before it (`taken_before`) and `upto` its end. What is sold while no batch is left is
-- taken from none, also not from a later one: it is what all days up to this one have sold in excess of what had been
-- received.
select *, lag(upto, 1, 0::numeric) over (partition by store_id, sku order by date) as taken_before
from
    (
        select
            *,
            all_sold - greatest(0, max(all_sold - all_received) over (partition by store_id, sku order by date)) as upto
        from
            (
                select
                    store_id,
                    sku,
                    date,
                    sum(received) as received,
                    sum(cost) as cost,
                    sum(sum(sold)) over (partition by store_id, sku order by date) as all_sold,
                    sum(sum(received)) over (partition by store_id, sku order by date) as all_received
                from
                    (
                        select store_id, sku, date, units as sold, 0 as received, 0 as cost
                        from {{ ref("int_cost_sales") }}
                        where cost_method <> 'period'
                        union all
                        select store_id, sku, received_on, 0, units, units * unit_cost
                        from {{ ref("int_cost_batches") }}
                    ) as flows
                group by store_id, sku, date
            ) as running
    ) as taken
