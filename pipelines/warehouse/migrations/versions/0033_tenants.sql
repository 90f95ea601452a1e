-- A removal of a tenant that was begun and is not done: what is the tenant's, and how much there was. The row goes at the
-- end, with which nothing here tells of the tenant any more.
create table ops.tenant_removals (
    tenant_id text primary key,
    owned jsonb not null,                 -- ids of stores, accounts, scopes and so on: they outlive stores.yaml
    before jsonb not null,                -- by table, or what else there is: how many
    begun_at timestamptz not null default clock_timestamp()
);

-- Null: the names and addresses of buyers that a tenant keeps are still in the load's document, if it had any. Else since
-- when they are not.
alter table ops.loads add buyers_erased_at timestamptz;
-- With how many keys the hashes of the load's document are made; null: with one, or there are none.
alter table ops.loads add hash_keys integer;
