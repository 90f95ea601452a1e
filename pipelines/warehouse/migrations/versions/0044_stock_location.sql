-- The location of a shop whose count is the tenant's own stock (`stock_location` in stores.yaml); null: none is.
alter table ops.shops add column stock_location text;
