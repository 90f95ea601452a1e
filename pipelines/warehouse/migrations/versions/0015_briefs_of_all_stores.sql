-- A brief about all stores of a tenant has the store id `*<tenant>`, which the tenant's roles may read like one of its
-- stores. It holds the tenant's id, since rows of one store id are read together before those of other tenants are left
-- out, and EXPLAIN would count them.
create or replace function ops.stores_of(p_reader name) returns text[]
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    with own as (select tenant_id from jsonb_object_keys(ops.tenants_of(p_reader)) as tenant_id)
    select array(
        select s.store_id from ops.stores as s inner join own on s.tenant_id = own.tenant_id
        union
        select u.store_id from ops.unmapped_stores as u inner join own on u.tenant_id = own.tenant_id
        union
        select '*' || own.tenant_id from own)
$$;

comment on column insights.briefs.store_id is 'Store; * and the tenant''s id where the brief is about all of the tenant''s.';
comment on column insights.brief_versions.store_id is
    'Store; * and the tenant''s id where the brief is about all of the tenant''s.';
comment on column insights.model_calls.store_id is
    'Store that the brief is about; * and the tenant''s id where it is about all of the tenant''s.';
comment on column insights.briefs.kind is 'Kind of brief: daily, advertising, month, rollup and others.';
comment on column insights.brief_versions.kind is 'Kind of brief: daily, advertising, month, rollup and others.';
