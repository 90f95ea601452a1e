-- How the items of each Apify actor are read. A run's own mapping stands in its request's details ("mapping").
create table ops.actor_mappings (
    mapping_id text primary key,          -- hash of feed, actor and fields: never changed, only added
    feed text not null,
    actor text not null,                  -- 'user/name'
    fields jsonb not null,                -- field -> list of paths, each a list of keys; the first that has a value counts
    in_use boolean not null,              -- what new runs get, and what imported files are read by
    added_at timestamptz not null default clock_timestamp()
);
create unique index on ops.actor_mappings (feed) where in_use;

-- Keywords whose search results are crawled for a store.
create table ops.tracked_keywords (
    store_id text not null references ops.stores on delete cascade,
    keyword text not null,
    primary key (store_id, keyword)
);
