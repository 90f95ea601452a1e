-- What the newest brief of each kind, store (or all stores of a tenant) and language was made of, as a hash: while it is
-- the same, the brief stands and nothing is computed. To forget a row costs one computation.
create table ops.brief_inputs (
    store_id text not null,               -- '*' and the tenant's id of briefs about all of its stores
    kind text not null,
    language text not null,
    period_start date not null,
    period_end date not null,
    inputs_hash text not null,            -- SHA-256
    primary key (store_id, kind, language)
);
