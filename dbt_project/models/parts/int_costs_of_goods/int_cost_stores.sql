-- The stores whose costs are built.
select store_id, currency, cost_method from {{ sliced(ref("int_stores"), keys=["store_id"]) }} as s
