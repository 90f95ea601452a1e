-- The stores whose products are built, and the buckets of rows without a store.
select store_id, tenant_id from {{ sliced(ref("stores")) }} as s
