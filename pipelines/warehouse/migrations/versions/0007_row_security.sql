-- Who sees which rows of marts and insights. A tenant's role sees rows that say they are its tenant's and whose store is
-- one of its tenant's. Which tenant that is follows from the role's membership, through ops.bi_access, and from nothing
-- that a session can set. The roles themselves are made by pipelines/warehouse/roles.py and tenant_roles.py.
create table ops.bi_access (
    role name not null,                   -- tradewind_tenant_<tenant>
    tenant_id text not null references ops.tenants on delete cascade,
    primary key (role, tenant_id)
);

-- The buckets of rows that map to no store, as marts hold them: `unmapped:<seller>:<channel>`, by the rows' tenant.
create table ops.unmapped_stores (
    store_id text not null,
    tenant_id text not null,
    primary key (store_id, tenant_id)
);

-- What the policies ask, with the name of who reads. Functions, because EXPLAIN shows nothing of what is in them, and of
-- their owner, because readers may use neither this schema nor its tables: they cannot call them with another name.
create function ops.tenants_of(p_reader name) returns jsonb
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(jsonb_object_agg(distinct a.tenant_id, true), '{}')
    from ops.bi_access as a
    inner join pg_roles as r on r.rolname = a.role
    where pg_has_role(p_reader, r.oid, 'usage')
$$;
create function ops.stores_of(p_reader name) returns text[]
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    with own as (select tenant_id from jsonb_object_keys(ops.tenants_of(p_reader)) as tenant_id)
    select array(
        select s.store_id from ops.stores as s inner join own on s.tenant_id = own.tenant_id
        union
        select u.store_id from ops.unmapped_stores as u inner join own on u.tenant_id = own.tenant_id)
$$;

-- Whether a table is as ops.protect leaves it. Rows that do not say whose they are: tenants are not let in at all.
create function ops.is_protected(p_table regclass) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select 2 > (
            select count(*) from pg_attribute
            where attrelid = p_table and attname in ('store_id', 'tenant_id') and not attisdropped)
        or (select relrowsecurity from pg_class where oid = p_table)
        and (select count(*) from pg_policy where polrelid = p_table and polname in ('tenants', 'everything')) = 2
        and has_table_privilege('tradewind_tenants', p_table, 'select')
        and not exists (
            select from pg_attribute
            where attrelid = p_table and attnum > 0 and not attisdropped and attstattarget is distinct from 0)
$$;

-- Policies and grants for a table of marts or insights; nothing, and no lock, where they are in place already. Called
-- inside the transaction that makes the table: nobody ever sees it without. Without the roles (the warehouse's user may
-- not make them) a table stays as it is.
--
-- Of the two conditions the one on the store is an array, which becomes an index condition (in the index's collation:
-- current_user is a name, whose collation would win). The one on the tenant is what the row itself says, and is written
-- as it is because this form costs nothing by the planner's reckoning: conditions are checked in the order of their
-- costs, and if a reader's own (`sku = '...'`) were cheaper, EXPLAIN ANALYZE would tell whether any row at all passed it,
-- by showing whether ours was ever asked.
--
-- The planner keeps no statistics of the values: its estimates are of all rows, so that EXPLAIN would tell how often a
-- value occurs among rows that the role may not see.
create function ops.protect(p_table regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    own_rows constant text := '((select ops.tenants_of(current_user)))[tenant_id] is not null '
        'and store_id = any ((select ops.stores_of(current_user))::text[] collate "default")';
    name text;
    type text;
begin
    if (select count(*) from pg_roles where rolname in ('tradewind_bi', 'tradewind_tenants')) < 2
        or ops.is_protected(p_table)
    then
        return;
    end if;
    if (select relkind from pg_class where oid = p_table) not in ('r', 'p') then
        raise exception '% is no table: a view would be read with its owner''s rights, past every policy', p_table;
    end if;
    execute format('drop policy if exists tenants on %s', p_table);
    execute format('drop policy if exists everything on %s', p_table);
    for name, type in
        select attname, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = p_table and attnum > 0 and not attisdropped
    loop
        -- setting the type that it has drops what ANALYZE has gathered so far
        if exists (
            select from pg_statistic as s
            inner join pg_attribute as a on a.attrelid = s.starelid and a.attnum = s.staattnum
            where s.starelid = p_table and a.attname = name)
        then
            execute format('alter table %s alter column %I type %s', p_table, name, type);
        end if;
        execute format('alter table %s alter column %I set statistics 0', p_table, name);
    end loop;
    execute format('alter table %s enable row level security', p_table);
    execute format('create policy tenants on %s for select to tradewind_tenants using (%s)', p_table, own_rows);
    execute format('create policy everything on %s for select to tradewind_bi using (true)', p_table);
    execute format('grant select on %s to tradewind_bi, tradewind_tenants', p_table);
end $$;

alter table insights.alerts add column tenant_id text;
update insights.alerts as a set tenant_id = s.tenant_id from ops.stores as s where s.store_id = a.store_id;
alter table insights.alerts alter column tenant_id set not null;
