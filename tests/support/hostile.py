"""What a tenant's role may try to read another tenant's rows; data only. Run by integration/test_tenant_roles.py."""

# ruff: noqa: S608  the names in these statements are our own
from __future__ import annotations

from psycopg import errors

from tests.support.tenants import BI, OTHER, OWN, STORES, TENANTS, tenant_role

Refusal = type[Exception] | tuple[type[Exception], ...] | None
DENIED = errors.InsufficientPrivilege

TELL = (
    "create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 "
    "as $$ begin raise notice '%', $1; return true; end $$"
)

HOSTILE: dict[str, tuple[list[str], Refusal]] = {
    # another's name
    "set role to the owner": (["set role tradewind"], DENIED),
    "set role to another tenant": ([f"set role {tenant_role(OTHER)}"], DENIED),
    "set role to bi": ([f"set role {BI}"], DENIED),
    "set role by set_config": ([f"select set_config('role', '{BI}', false)"], DENIED),
    "set role to the reader of everything": (["set role pg_read_all_data"], DENIED),
    "set role to the group": ([f"set role {TENANTS}", "select * from marts.sales_daily"], None),
    "set session authorization": (["set session authorization tradewind"], DENIED),
    "reset session authorization": (["reset session authorization", "select * from marts.order_items"], None),
    "reset role": (["set role none", "reset role", "select * from marts.order_items"], None),
    # settings
    "row security off": (["set row_security = off", "select * from marts.sales_daily"], DENIED),
    "a setting that policies might read": (
        [f"set tradewind.tenant = '{OTHER}'", f"set app.tenant_id = '{OTHER}'", "select * from marts.sales_daily"],
        None,
    ),
    "replication role": (["set session_replication_role = replica"], DENIED),
    "search path to our own schemas": (
        ["set search_path = ops, raw, staging", "select * from stores"],
        errors.UndefinedTable,
    ),
    "a search path with shadows": (
        [
            "create temp table bi_access (role name, tenant_id text)",
            "create temp table stores (store_id text, tenant_id text)",
            f"insert into stores values ('rupee-in', '{OWN}')",
            f"insert into bi_access values (current_user, '{OTHER}')",
            "set search_path = pg_temp, ops, marts",
            "select * from marts.sales_daily",
        ],
        None,
    ),
    "costs of nothing": (
        [
            "set cpu_operator_cost = 0",
            "set cpu_tuple_cost = 0",
            TELL,
            "select from marts.order_items where pg_temp.tell(sku) and sku = 'rupee-secret'",
        ],
        None,
    ),
    "all settings undone": (["reset all", "discard all", "select * from marts.sales_daily"], None),
    "a deletion": (["delete from marts.sales_daily"], DENIED),
    # names that shadow
    "a temp table over a mart": (
        [
            "create temp table sales_daily (like marts.sales_daily)",
            "select * from pg_temp.sales_daily",
            "select * from marts.sales_daily",
        ],
        None,
    ),
    "functions over those of the policies": (
        [
            "create function pg_temp.tenants_of(name) returns jsonb language sql as "
            f"$$ select jsonb_build_object('{OTHER}', true) $$",
            "create function pg_temp.stores_of(name) returns text[] language sql as $$ select array['rupee-in'] $$",
            "set search_path = pg_temp, pg_catalog",
            "select * from marts.sales_daily",
        ],
        None,
    ),
    "an operator of one's own": (
        [
            TELL,
            "create function pg_temp.eq(text, text) returns boolean language plpgsql as "
            "$$ begin raise notice '% %', $1, $2; return true; end $$",
            "create operator pg_temp.=== (leftarg = text, rightarg = text, function = pg_temp.eq)",
            "select * from marts.sales_daily where sku operator(pg_temp.===) 'x'",
        ],
        None,
    ),
    "a function called leakproof": (
        ["create function pg_temp.f(text) returns boolean language sql leakproof as $$ select true $$"],
        DENIED,
    ),
    "a view of one's own": (["create temp view v as select * from marts.sales_daily", "select * from v"], None),
    "a security definer of one's own": (
        [
            "create function pg_temp.f() returns setof marts.sales_daily language sql security definer as "
            "$$ select * from marts.sales_daily $$",
            "select * from pg_temp.f()",
        ],
        None,
    ),
    # our schemas
    "the ledger": (["select * from ops.slices"], DENIED),
    "the stores": (["select * from ops.stores"], DENIED),
    "who may see what": (["select * from ops.bi_access"], DENIED),
    "entering oneself": ([f"insert into ops.bi_access values (current_user, '{OTHER}')"], DENIED),
    "the policies' function with another's name": ([f"select ops.tenants_of('{tenant_role(OTHER)}')"], DENIED),
    "the policies' function by its oid": (
        [
            "do $$ begin execute format('select %s(%L)', "
            "(select oid::regproc from pg_proc where proname = 'stores_of'), "
            f"'{tenant_role(OTHER)}'); end $$"
        ],
        DENIED,
    ),
    "raw": (["select * from raw.amazon_sp__all_orders_by_order_date"], DENIED),
    "staging": (["select * from staging.stg_amazon_sp__all_orders_by_order_date"], DENIED),
    "intermediate": (["select * from intermediate.int_stores"], DENIED),
    "Alembic": (["select * from ops.alembic_version"], DENIED),
    # errors that carry values
    "division by another's number": (["select 1 / (units - 77123) from marts.sales_daily"], None),
    "division in a condition": (["select from marts.sales_daily where 1 / (units - 77123) < 5"], None),
    "a cast of another's text": (
        ["select case when tenant_id = 'rupee' then sku::integer else 1 end from marts.sales_daily"],
        None,
    ),
    "a cast in a condition": (
        ["select from marts.sales_daily where (case when sku like 'rupee%' then sku::integer else 1 end) = 1"],
        None,
    ),
    "a cast in a join": (
        [
            "select from marts.sales_daily as s join marts.order_items as i on i.store_id = s.store_id and "
            "(case when i.sku like 'rupee%' then i.sku::integer else 1 end) = 1"
        ],
        None,
    ),
    "a message in an order": ([TELL, "select from marts.order_items order by pg_temp.tell(sku)"], None),
    "an aggregate with a message": (
        [TELL, "select count(*) filter (where pg_temp.tell(sku)) from marts.order_items"],
        None,
    ),
    "a subquery past the condition": (
        ["select (select string_agg(sku, ',') from marts.order_items) from marts.sales_daily limit 1"],
        None,
    ),
    "a regular expression in a condition": (
        [TELL, "select from marts.order_items where sku ~ 'r' or pg_temp.tell(sku)"],
        None,
    ),
    "a lateral join": (
        [
            "select o.* from (values ('rupee-in')) as v(s), "
            "lateral (select * from marts.order_items where store_id = s) as o"
        ],
        None,
    ),
    "every store by name": ([f"select * from marts.order_items where store_id = any (array{list(STORES)})"], None),
    "recursion": (
        [
            "with recursive r as (select min(store_id) as s from marts.order_items "
            "union all select (select min(store_id) "
            "from marts.order_items where store_id > s) from r where s is not null) select * from r"
        ],
        None,
    ),
    "rows by their place": (
        ["select * from marts.order_items where ctid = any (array['(0,1)', '(0,2)', '(0,3)', '(0,4)']::tid[])"],
        None,
    ),
    # catalogues
    "pg_stats": (["select * from pg_stats where schemaname in ('marts', 'insights', 'ops', 'raw')"], None),
    "pg_statistic": (["select * from pg_statistic"], DENIED),
    "pg_stats_ext": (["select * from pg_stats_ext"], None),
    "pg_authid": (["select * from pg_authid"], DENIED),
    "pg_shadow": (["select * from pg_shadow"], DENIED),
    "large objects' pages": (["select * from pg_largeobject"], DENIED),
    "what others ask": (
        ["select query, client_addr from pg_stat_activity where usename is distinct from current_user"],
        None,
    ),
    "a query as XML": (
        ["select query_to_xml('select * from marts.order_items', true, false, '')"],
        errors.FeatureNotSupported,
    ),
    "the last value of a sequence": (["select last_value from pg_sequences where last_value is not null"], None),
    "the next value of a sequence": (["select nextval('ops.loads_load_id_seq')"], DENIED),
    "a sequence by its oid": (["select nextval(oid::regclass) from pg_class where relkind = 'S' limit 1"], DENIED),
    # files and programs
    "copy from a program": (["create temp table t (l text)", "copy t from program 'id'"], DENIED),
    "copy to a program": (["copy marts.sales_daily to program 'cat'"], DENIED),
    "copy to a file": (["copy marts.sales_daily to '/tmp/tradewind-marts'"], DENIED),
    "copy from a file": (["create temp table t (l text)", "copy t from '/etc/passwd'"], DENIED),
    "copy a query": (["copy (select * from marts.order_items) to stdout"], None),
    "read a file": (["select pg_read_file('postgresql.conf')"], DENIED),
    "list a folder": (["select pg_ls_dir('.')"], DENIED),
    "list the log": (["select * from pg_ls_logdir()"], DENIED),
    "import a large object": (["select lo_import('/etc/passwd')"], DENIED),
    "make a large object": (["select lo_from_bytea(0, 'x')"], DENIED),
    "dblink": (["create extension dblink"], (DENIED, errors.FeatureNotSupported, errors.UndefinedFile)),
    "file_fdw": (["create extension file_fdw"], (DENIED, errors.FeatureNotSupported, errors.UndefinedFile)),
    "a language without bounds": (["create function pg_temp.f() returns text language internal as 'version'"], DENIED),
    # what stays over statements
    "a prepared statement": (
        ["prepare p (text) as select * from marts.order_items where store_id = $1", *["execute p('rupee-in')"] * 7],
        None,
    ),
    "a cursor that is held": (
        ["declare c cursor with hold for select * from marts.order_items", "fetch all from c"],
        None,
    ),
    "a cursor of a function": (
        [
            "create function pg_temp.f() returns refcursor language plpgsql as $$ declare c refcursor := 'k'; "
            "begin open c for select * from marts.order_items; return c; end $$",
            "begin",
            "select pg_temp.f()",
            "fetch all from k",
            "commit",
        ],
        None,
    ),
    # things made, changed, given away
    "a table in marts": (["create table marts.mine ()"], DENIED),
    "a table in public": (["create table public.mine ()"], DENIED),
    "a schema": (["create schema mine"], DENIED),
    "an update": (["update marts.sales_daily set tenant_id = 'made'"], DENIED),
    "a row lock": (["select * from marts.sales_daily for update"], (DENIED, errors.ReadOnlySqlTransaction)),
    "a table lock": (["begin", "lock table marts.sales_daily in access exclusive mode"], DENIED),
    "a foreign key that asks": (
        ["create temp table t (s text references marts.sales_daily (store_id))"],
        (DENIED, errors.InvalidTableDefinition),
    ),
    "the policy away": (["drop policy tenants on marts.sales_daily"], DENIED),
    "the policy off": (["alter table marts.sales_daily disable row level security"], DENIED),
    "a policy more": (["create policy mine on marts.sales_daily using (true)"], DENIED),
    "past policies": ([f"alter role {tenant_role(OWN)} bypassrls"], (DENIED, errors.ReadOnlySqlTransaction)),
    "a superuser": ([f"alter role {tenant_role(OWN)} superuser"], DENIED),
    "another's password": ([f"alter role {tenant_role(OTHER)} password 'x'"], DENIED),
    "into bi": ([f"grant {BI} to {tenant_role(OWN)}"], DENIED),
    "oneself to another": ([f"grant {tenant_role(OWN)} to {tenant_role(OTHER)}"], DENIED),
    "a right to another": ([f"grant select on ops.stores to {tenant_role(OWN)}"], DENIED),
    "a role": (["create role mine"], DENIED),
    "the server's settings": (["alter system set row_security = off"], DENIED),
    "another's session": (
        ["select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tradewind'"],
        DENIED,
    ),
    # holding up others
    "the lock of builds": (["select pg_advisory_lock(hashtextextended('tradewind.transform', 0))"], DENIED),
    "the lock of builds, if it is free": (
        ["select pg_try_advisory_xact_lock(hashtextextended('tradewind.transform', 0))"],
        DENIED,
    ),
    "listening": (["listen run_events", "notify run_events, 'x'", "select 1"], None),
}
"""By name: statements, and the error that the last of them ends with; None where it is answered, without a trace."""
