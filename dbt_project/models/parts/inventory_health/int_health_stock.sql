-- The stock whose health is told.
select * from {{ sliced(ref("int_inventory_velocity")) }} as v
