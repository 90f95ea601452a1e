-- The ledger (ops) and the briefs (insights). Raw tables are made from the feeds, marts by dbt.
create schema if not exists ops;
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists insights;

create table ops.tenants (
    tenant_id text primary key,
    name text not null,
    reporting_currency text not null
);

create table ops.stores (
    store_id text primary key,
    tenant_id text not null references ops.tenants,
    account_id text not null,             -- '<seller_id>@<region>': what Amazon knows as one seller account
    seller_id text not null,
    region text not null,                 -- na | eu | fe
    country text not null,                -- US, DE, JP, ...
    marketplace_id text not null,
    sales_channel text not null,          -- 'Amazon.com': how orders and settlements name the marketplace
    currency text not null,
    time_zone text not null,
    ads_profile_id text,
    has_api boolean not null,
    history_from date
);
create unique index on ops.stores (account_id, marketplace_id);

-- What is crawled for a store: its own ASINs and the competitors of each. competitor_asin = own_asin is the own product itself.
create table ops.tracked_asins (
    store_id text not null references ops.stores on delete cascade,
    own_asin text not null,
    competitor_asin text not null,
    primary key (store_id, own_asin, competitor_asin)
);

-- One row per thing asked of a source (or listed by it, or imported): it answers one or more slices.
create table ops.requests (
    request_id bigint generated always as identity primary key,
    feed text not null,
    scope_id text not null,
    window_start date,                    -- marketplace days, both inclusive; null for snapshots
    window_end date,
    instant timestamptz,                  -- of a snapshot: the moment it stands for
    origin text not null,                 -- api | adopted | listed | import
    state text not null,                  -- requesting | requested | ready | done | cancelled | fatal | failed | lost
    remote_id text,                       -- reportId, Ads reportId, Apify run id
    document_id text,                     -- reportDocumentId, url-bearing id, dataset id
    remote_created_at timestamptz,
    intent_at timestamptz not null,       -- business clock; committed before the request is sent
    reason text,
    details jsonb not null default '{}',
    updated_at timestamptz not null default clock_timestamp()
);
create index on ops.requests (feed, scope_id, state);
create unique index on ops.requests (feed, scope_id, remote_id) where remote_id is not null;

-- One row per document loaded. Rows of raw tables carry its load_id. Loads are never changed, only pruned.
create table ops.loads (
    load_id bigint generated always as identity primary key,
    feed text not null,
    scope_id text not null,
    request_id bigint references ops.requests,
    origin text not null,
    sha256 text not null,                 -- of the archived (plain, without personal columns) bytes
    archive_path text not null,
    file_name text,
    charset text not null,
    window_start date,
    window_end date,
    instant timestamptz,
    report_created_at timestamptz not null,
    row_count bigint not null,
    rejected_count bigint not null default 0,
    undecodable_count bigint not null default 0,
    warnings jsonb not null default '[]',
    loaded_at timestamptz not null default clock_timestamp(),
    pruned_at timestamptz
);
create index on ops.loads (feed, scope_id, sha256);

create table ops.slices (
    feed text not null,
    scope_id text not null,               -- store_id, account_id, marketplace_id or '*', by the feed's scope
    slice_key text not null,              -- ISO day; of snapshots the ISO instant (UTC); of listed feeds the remote id
    day date not null,                    -- marketplace day (of the instant, for snapshots)
    instant timestamptz,
    state text not null,                  -- due requesting requested ready loaded empty failed refused quarantined unavailable
    reason text,
    current_load_id bigint references ops.loads,
    request_id bigint references ops.requests,
    checked_at timestamptz,               -- business time at which what we hold was true: the report's createdTime
    next_try_at timestamptz,              -- business clock
    attempts integer not null default 0,
    generation bigint not null default 0,
    claimed_by bigint,                    -- the advisory-lock key that the owner's session holds
    changed_xid xid8 not null default pg_current_xact_id(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (feed, scope_id, slice_key)
);
create index on ops.slices (current_load_id);
create index on ops.slices (changed_xid);
create index on ops.slices (feed, state);
create index on ops.slices (feed, scope_id, day);   -- the loads of some days, however long the history

create function ops.touch_slice() returns trigger language plpgsql as $$
begin
    if (new.state, new.reason, new.current_load_id) is distinct from (old.state, old.reason, old.current_load_id) then
        new.changed_xid := pg_current_xact_id();
    end if;
    new.updated_at := clock_timestamp();
    return new;
end $$;
create trigger touch_slice before update on ops.slices for each row execute function ops.touch_slice();

-- Which load a slice pointed at, and since when: append-only, for as_of and for --explain.
create table ops.slice_history (
    feed text not null,
    scope_id text not null,
    slice_key text not null,
    day date not null,
    instant timestamptz,
    load_id bigint,                       -- null: known to be empty
    known_from timestamptz not null default clock_timestamp(),
    primary key (feed, scope_id, slice_key, known_from)
);

-- What changed, for the incremental models: written in the transaction of the change (producer = feed name or dbt relation).
create table ops.changes (
    change_id bigint generated always as identity primary key,
    producer text not null,
    scope_id text not null,               -- of a feed its scope_id; of a model a store_id
    window_start date,
    window_end date,
    load_id bigint,
    xid xid8 not null default pg_current_xact_id()
);
create index on ops.changes (producer, xid);
create table ops.marks (
    consumer text primary key,
    seen pg_snapshot not null,
    cluster bigint not null
);

create table ops.rejected_rows (
    rejected_id bigint generated always as identity primary key,
    feed text not null,
    scope_id text not null,
    request_id bigint,
    load_id bigint,
    file_line bigint not null,
    row_text text not null,               -- personal columns blanked
    reason text not null,
    order_key text,
    rejected_at timestamptz not null default clock_timestamp()
);
create index on ops.rejected_rows (load_id);

create table ops.drift (
    feed text not null,
    table_name text not null,
    column_name text not null,
    header text not null,
    first_load_id bigint,
    seen_at timestamptz not null default clock_timestamp(),
    primary key (table_name, column_name)
);

-- Token buckets shared by all processes. subject: seller account, ads profile, or '*'.
create table ops.buckets (
    application text not null,
    subject text not null,
    operation text not null,
    tokens double precision not null,
    rate double precision not null,       -- tokens a second
    burst double precision not null,
    blocked_until timestamptz,            -- after a 429 with Retry-After
    updated_at timestamptz not null default clock_timestamp(),
    primary key (application, subject, operation)
);

-- The loads that stand for the truth of each slice, now or as known at a past moment. Upsert feeds: every load that is kept.
create function ops.current_loads(p_feed text, p_as_of timestamptz default null)
returns table (scope_id text, slice_key text, day date, instant timestamptz, load_id bigint) language sql stable as $$
    select s.scope_id, s.slice_key, s.day, s.instant, s.current_load_id
    from ops.slices s
    where p_as_of is null and s.feed = p_feed and s.current_load_id is not null
    union all
    select * from (
        select distinct on (h.scope_id, h.slice_key) h.scope_id, h.slice_key, h.day, h.instant, h.load_id
        from ops.slice_history h
        where p_as_of is not null and h.feed = p_feed and h.known_from <= p_as_of
        order by h.scope_id, h.slice_key, h.known_from desc
    ) known where known.load_id is not null
$$;

create table insights.briefs (
    tenant_id text not null,
    store_id text not null,
    period_start date not null,
    period_end date not null,
    kind text not null,
    language text not null,
    writer text not null,                 -- llm | template
    model text,
    prompt_version text not null,
    facts_hash text not null,
    facts jsonb not null,
    body_markdown text not null,
    claims jsonb not null,
    grounded boolean not null,
    tokens_in integer not null default 0,
    tokens_out integer not null default 0,
    cost_usd numeric,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, period_start, period_end, kind, language)
);
create table insights.alerts (
    store_id text not null,
    kind text not null,
    subject text not null,
    severity text not null,
    first_seen date not null,
    last_seen date not null,
    resolved_at date,
    facts jsonb not null,
    primary key (store_id, kind, subject, first_seen)
);
