-- The shops of stores.yaml (`channels`), as ops.stores has the stores of Amazon. A shop's id leads its rows as a store's
-- does, so that no shop has the id of a store (pipelines/stores/channels.py).
create table ops.shops (
    shop_id text primary key,
    tenant_id text not null references ops.tenants,
    channel text not null,                -- shopify
    domain text not null,
    currency text not null,
    time_zone text not null,
    has_api boolean not null,
    history_from date
);
-- The shop's SKU -> the tenant's own, where the user has named it.
create table ops.shop_skus (
    shop_id text not null references ops.shops on delete cascade,
    sku text not null,
    central_sku text not null,
    primary key (shop_id, sku)
);

create or replace function ops.stores_of(p_reader name) returns text[]
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    with own as (select tenant_id from jsonb_object_keys(ops.tenants_of(p_reader)) as tenant_id)
    select array(
        select s.store_id from ops.stores as s inner join own on s.tenant_id = own.tenant_id
        union
        select h.shop_id from ops.shops as h inner join own on h.tenant_id = own.tenant_id
        union
        select u.store_id from ops.unmapped_stores as u inner join own on u.tenant_id = own.tenant_id
        union
        select '*' || own.tenant_id from own)
$$;
