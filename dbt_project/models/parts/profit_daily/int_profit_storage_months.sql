-- What the storage fees report says of each month, by FNSKU; of slices the months that concern them.
select store_id, tenant_id, date, fnsku, max(currency) as currency, sum(fee_amount) as fee
from {{ sliced(ref("stg_amazon_sp__storage_fees"), keys=["load_id"], within="_storage_loads") }} as f
where fee_amount is not null
group by store_id, tenant_id, date, fnsku
