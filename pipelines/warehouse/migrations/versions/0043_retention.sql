-- Null: the names and addresses of buyers that a tenant keeps are still in the load's document, if it had any. Else since
-- when they are not.
alter table ops.loads add buyers_erased_at timestamptz;
-- With how many keys the hashes of the load's document are made; null: with one, or there are none.
alter table ops.loads add hash_keys integer;
