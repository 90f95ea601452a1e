-- Whoever is a member of a role may throw away what that role has: `drop owned by tradewind_tenants`, said by one tenant,
-- took the policies and rights of all. So the group has neither from here on. Tenants read by rights of PUBLIC, and the
-- policy is for PUBLIC too: it asks who reads, and answers no row to whom ops.bi_access does not know.
--
-- Roles belong to the whole server, so their names carry the database (pipelines/warehouse/role_names.py).
create function ops.reader_role(p_role text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
    select case
        when octet_length(name) <= 63 then name
        -- as Python's decode(errors='ignore'): a character that is cut is left out
        else (select string_agg(c, '' order by i) from regexp_split_to_table(name, '') with ordinality as s (c, i)
            where octet_length(left(name, i::integer)) <= 54) || '_' || left(md5(name), 8)
        end
    from (select p_role || case current_database() when 'tradewind' then '' else '_' || current_database() end) as n (name)
$$;

create or replace function ops.is_protected(p_table regclass) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select 2 > (
            select count(*) from pg_attribute
            where attrelid = p_table and attname in ('store_id', 'tenant_id') and not attisdropped)
        or (select relrowsecurity from pg_class where oid = p_table)
        and array[
            'everything {' || (select oid from pg_roles where rolname = ops.reader_role('tradewind_bi')) || '}',
            'tenants {0}'
        ] is not distinct from (
            select array_agg(polname::text || ' ' || polroles::text order by polname)
            from pg_policy where polrelid = p_table)
        and has_table_privilege('public', p_table, 'select')
        and not exists (
            select from pg_attribute
            where attrelid = p_table and attnum > 0 and not attisdropped and attstattarget is distinct from 0)
$$;

-- As in 0007, which says why the policy is written as it is and why there are no statistics.
create or replace function ops.protect(p_table regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    own_rows constant text := '((select ops.tenants_of(current_user)))[tenant_id] is not null '
        'and store_id = any ((select ops.stores_of(current_user))::text[] collate "default")';
    schema_name text;
    table_name text;
    name text;
    type text;
begin
    if not exists (select from pg_roles where rolname = ops.reader_role('tradewind_bi'))
        or ops.is_protected(p_table)
    then
        return;
    end if;
    if (select relkind from pg_class where oid = p_table) not in ('r', 'p') then
        raise exception '% is no table: a view would be read with its owner''s rights, past every policy', p_table;
    end if;
    select c.relnamespace::regnamespace::text, c.relname into schema_name, table_name
    from pg_class as c where c.oid = p_table;
    execute format('alter table %s enable row level security', p_table);
    for name in select polname from pg_policy where polrelid = p_table loop
        execute format('drop policy %I on %s', name, p_table);
    end loop;
    for name, type in
        select attname, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = p_table and attnum > 0 and not attisdropped
    loop
        -- Setting the type that it has drops what ANALYZE has gathered so far. pg_stats shows an owner its own; pg_statistic
        -- is for superusers only, and where the pipeline's user was none, no role could be made.
        if exists (
            select from pg_stats as s
            where s.schemaname = schema_name and s.tablename = table_name and s.attname = name)
        then
            execute format('alter table %s alter column %I type %s', p_table, name, type);
        end if;
        execute format('alter table %s alter column %I set statistics 0', p_table, name);
    end loop;
    execute format('create policy tenants on %s for select to public using (%s)', p_table, own_rows);
    execute format('create policy everything on %s for select to %I using (true)', p_table, ops.reader_role('tradewind_bi'));
    perform ops.let_in(p_table);
end $$;

-- The right to read a table that has policies, or a view that is read with its reader's rights; without the roles, none.
create function ops.let_in(p_relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from pg_roles where rolname = ops.reader_role('tradewind_bi')) then
        execute format('grant select on %s to public, %I', p_relation, ops.reader_role('tradewind_bi'));
    end if;
end $$;

-- What there is: policies by earlier names go at once, so that no role of another warehouse reads here by them. Where
-- the roles have earlier names, the next command makes them anew and lets them in (pipelines/warehouse/roles.py).
do $$
declare
    place regclass;
    kind "char";
    policy text;
begin
    for place, policy in
        select p.polrelid, p.polname
        from pg_policy as p
        inner join pg_class as c on c.oid = p.polrelid
        where c.relnamespace::regnamespace::text in ('marts', 'insights')
    loop
        execute format('drop policy %I on %s', policy, place);
    end loop;
    for place, kind in
        select oid, relkind from pg_class
        where relnamespace::regnamespace::text in ('marts', 'insights') and relkind in ('r', 'p', 'v')
    loop
        if exists (select from pg_roles where rolname = 'tradewind_tenants') then
            execute format('revoke all on %s from tradewind_tenants', place);
        end if;
        if kind <> 'v' then
            perform ops.protect(place);
        end if;
    end loop;
    if exists (select from pg_roles where rolname = 'tradewind_tenants') then
        revoke usage on schema marts, insights from tradewind_tenants;
    end if;
    if exists (select from pg_roles where rolname = ops.reader_role('tradewind_bi')) then
        grant usage on schema marts, insights to public;
    end if;
end $$;
