-- What is tracked has tags, and it is known since when: what was added is crawled soon. Null: it was there before moments
-- were written down, so nothing is new about it.
alter table ops.tracked_asins add tags text[] not null default '{}', add added_at timestamptz;
alter table ops.tracked_asins alter added_at set default clock_timestamp();
alter table ops.tracked_keywords add added_at timestamptz;
alter table ops.tracked_keywords alter added_at set default clock_timestamp();

-- One row per crawl that waits for its turn, runs or has run, and per crawl that was refused. It is written before the
-- crawl is started, with what it may cost, so that processes that run at once keep one order and one ceiling together,
-- and a process that is killed forgets nothing that it may have spent.
create table ops.crawls (
    crawl_id bigint generated always as identity primary key,
    feed text not null,
    scope_id text not null,
    request_id bigint not null,           -- of ops.requests
    tenants text[] not null,              -- whose products or keywords they are; they bear the cost in equal parts
    subjects integer not null,            -- how many products or keywords
    urgency integer not null,             -- 0 by hand, 10 added, 20 by schedule: the smallest goes first
    state text not null check (state in ('waiting', 'running', 'ended', 'refused', 'not started')),
    claimed_by bigint,                    -- advisory lock of the run that waits, or has one of the turns
    usage_usd numeric,                    -- what the run has used, as Apify tells; null while it is not known
    counted_usd numeric not null default 0 check (counted_usd >= 0),  -- what ceilings count: while usage is unknown, what it may be
    asked_at timestamptz not null,        -- business time; the ceiling's days are those of UTC
    reason text
);
create index on ops.crawls (request_id);
create index on ops.crawls (asked_at);
create index on ops.crawls (urgency, crawl_id) where state in ('waiting', 'running');
create index on ops.crawls (feed, scope_id, crawl_id) where usage_usd is not null;

-- Products that stand on the first pages of a category's keywords, where stores.yaml says that they are crawled.
create table ops.category_asins (
    store_id text not null references ops.stores on delete cascade,
    category text not null,
    asin text not null,
    is_own boolean not null,              -- whether the store lists it itself
    best_position integer,                -- the best place on a first page, paid ones included
    first_seen date not null,             -- marketplace days on which it stood on one
    last_seen date not null,
    added_at timestamptz not null default clock_timestamp(),
    primary key (store_id, category, asin)
);
-- From which search and by which categories a store's rows of ops.category_asins are.
create table ops.category_marks (
    store_id text primary key references ops.stores on delete cascade,
    seen jsonb not null
);
