-- A removal of a tenant that was begun and is not done: what is the tenant's, and how much there was. The row goes at the
-- end, with which nothing here tells of the tenant any more.
create table ops.tenant_removals (
    tenant_id text primary key,
    owned jsonb not null,                 -- ids of stores, accounts, scopes and so on: they outlive stores.yaml
    before jsonb not null,                -- by table, or what else there is: how many
    begun_at timestamptz not null default clock_timestamp()
);
