-- What the read API stands on.
--
-- When a build last changed something of a model, beside what it has seen: a model that was looked at and had no news
-- keeps its moment, so that an answer made of it stays valid.
alter table ops.marks add column changed_at timestamptz not null default clock_timestamp();

create view ops.build_marks as select consumer, changed_at from ops.marks;

-- Crawls that somebody has asked for at the API, until a run takes them on (orchestration/asked.py).
create table ops.asked_crawls (
    asked_id bigint generated always as identity primary key,
    tenant_id text not null references ops.tenants on delete cascade,
    store_id text not null,
    asins text[] not null,
    keywords text[] not null,
    asked_by text not null,               -- of the principal: user:<id> or key:<id>
    asked_at timestamptz not null default clock_timestamp(),
    run_at timestamptz,                   -- when a run was started for it
    problem text                          -- why none was
);
create index on ops.asked_crawls (asked_id) where run_at is null;
